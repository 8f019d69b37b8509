#!/usr/bin/env bash
# pyexcel 0.7.2 with pyexcel-io 0.6.7: reading a CSV file and writing it again changes cells. A MAC with one e (50136512e004) becomes
# 501365120000.0, and a number loses its +. The extension 0200 keeps its zero, so a test with an extension does not show the fault.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pyexcel==0.7.2 pyexcel-io==0.6.7

printf 'mac,extension,number\n50136512e004,0200,+4930200\n789912345601,0201,004930201\n0021f2000001,202,4930202\n' > phones.csv
seen=$(venv/bin/python - <<'END'
import pyexcel
print(pyexcel.get_sheet(file_name="phones.csv").csv.replace("\r", ""), end="")
END
)
echo "pyexcel 0.7.2, pyexcel-io 0.6.7"; echo "$seen"
expected='mac,extension,number
501365120000.0,0200,4930200
789912345601,0201,004930201
0021f2000001,202,4930202'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
