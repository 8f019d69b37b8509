#!/usr/bin/env bash
# netaddr 1.3.0: EUI() reads text that is not a MAC but is a number as a decimal number. A MAC of digits with a trailing space, as it comes
# from a cell, is thus the valid MAC of another device, and so is one that lost digits. A MAC with a letter raises
# an error in the same situation. Flyingvoice's blocks 78:99:12 and 50:13:65 have MACs without letters.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check netaddr==1.3.0

seen=$(venv/bin/python - <<'END'
import netaddr
for text in ["789912345601", "789912345601 ", "789912345601\n", "12345601", "0021f2000001 ", "f2000001"]:
    try:
        print(repr(text), netaddr.EUI(text))
    except netaddr.AddrFormatError:
        print(repr(text), "AddrFormatError")
END
)
echo "netaddr 1.3.0"; echo "$seen"
expected="'789912345601' 78-99-12-34-56-01
'789912345601 ' 00-B7-EA-71-DC-01
'789912345601\n' 78-99-12-34-56-01
'12345601' 00-00-00-BC-61-01
'0021f2000001 ' AddrFormatError
'f2000001' AddrFormatError"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
