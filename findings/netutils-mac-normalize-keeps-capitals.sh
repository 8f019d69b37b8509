#!/usr/bin/env bash
# netutils 1.19.2 (PyPI): mac_normalize() removes the separators of a MAC but keeps capital letters, as mac_to_format() does. Two spellings of one MAC stay two keys
# of an inventory, and a file name made from it, 0021F2000001.cfg, is not the name that the phone requests from a server on Linux.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check netutils==1.19.2

seen=$(venv/bin/python - <<'END'
from netutils.mac import mac_normalize, mac_to_format
for mac in "00:21:F2:00:00:01", "0021.f200.0001": print(f"{mac}: {mac_normalize(mac)}, {mac_to_format(mac, 'MAC_COLON_TWO')}")
print("equal:", mac_normalize("00:21:F2:00:00:01") == mac_normalize("0021.f200.0001"))
END
)
echo "netutils 1.19.2"; echo "$seen"
expected='00:21:F2:00:00:01: 0021F2000001, 00:21:F2:00:00:01
0021.f200.0001: 0021f2000001, 00:21:f2:00:00:01
equal: False'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
