#!/usr/bin/env bash
# xlsx2csv 0.8.4: a cell that the spreadsheet shows as 0200, because the number 200 has the format 0000, is written as 200, and 202.00 as
# 202. Dates and times are written as their cell format shows them (04.03.26). openpyxl 3.1.5 makes the workbook.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check xlsx2csv==0.8.4 openpyxl==3.1.5

venv/bin/python - <<'END'
import datetime, openpyxl
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["text", "zeros", "date", "time", "decimals", "truth"])
sheet.append(["0200", 200, datetime.date(2026, 3, 4), datetime.time(12, 21), 202, True])
for cell, shown in [("B2", "0000"), ("C2", "dd.mm.yy"), ("D2", "hh:mm"), ("E2", "0.00")]:
    sheet[cell].number_format = shown
book.save("phones.xlsx")
END
seen=$(venv/bin/xlsx2csv phones.xlsx)
echo "xlsx2csv 0.8.4"; echo "$seen"
expected='text,zeros,date,time,decimals,truth
0200,200,04.03.26,12:21,202,TRUE'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
