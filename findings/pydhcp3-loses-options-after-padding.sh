#!/usr/bin/env bash
# pydhcp3 0.0.6 (PyPI): unpack() stops at a padding byte (option 0), so options after it are missing without an error: an offer with padding before
# option 66 has no TFTP server. It refuses option 160 with an error, so a tool that uses it cannot read offers with that option.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pydhcp3==0.0.6

seen=$(venv/bin/python - <<'END'
from pydhcp.v4 import Message
head = bytes.fromhex("02010600" + "00000001" + "00000000") + bytes(16) + bytes.fromhex("0021f2000001") + bytes(10 + 192) + b"\x63\x82\x53\x63"
def names(label, options):
    try: print(f"{label}:", [type(option).__name__ for option in Message.unpack(head + b"\x35\x01\x02" + options + b"\xff").options])
    except ValueError as error: print(f"{label}:", error)
server = b"\x42\x0810.0.0.5"
names("option 66", server)
names("two padding bytes, option 66", b"\0\0" + server)
names("option 160, option 66", b"\xa0\x08http://a" + server)
END
)
echo "pydhcp3 0.0.6"; echo "$seen"
expected="option 66: ['DHCPMessageType', 'TFTPServerName']
two padding bytes, option 66: ['DHCPMessageType']
option 160, option 66: OptionHeader.opcode->160 is not a valid OptionCode"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
