#!/usr/bin/env bash
# pylightxl 1.61 (PyPI): readcsv() splits a quoted cell at its comma and keeps the quotation marks, so the cells after it move one column to the right.
# It reads 0200 as 200 and 1_0 as 10. A phone whose label is "Hall, Ana" gets half a name, and the next column gets the other half.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pylightxl==1.61

printf 'mac,ext,label,vlan\n0021f2000001,0200,"Hall, Ana",20\n0021f2000002,1_0,Bo,20\n' > phones.csv
seen=$(venv/bin/python - <<'END'
import json, pylightxl
book = pylightxl.readcsv("phones.csv")
for row in book.ws(book.ws_names[0]).rows: print(json.dumps(row))
END
)
echo "pylightxl 1.61"; echo "$seen"
expected='["mac", "ext", "label", "vlan", ""]
["0021f2000001", 200, "\"Hall", " Ana\"", 20]
["0021f2000002", 10, "Bo", 20, ""]'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
