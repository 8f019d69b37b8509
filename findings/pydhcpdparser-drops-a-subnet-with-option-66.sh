#!/usr/bin/env bash
# pydhcpdparser 0.0.10 (PyPI): for a dhcpd.conf with tftp-server-name or filename in a subnet, parse() prints a syntax error to the standard output
# and returns the file without this subnet. Option 66 in a host removes the blocks before it too. A script that checks networks misses those with phones.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pydhcpdparser==0.0.10

seen=$(venv/bin/python - <<'END'
import contextlib, io
from pydhcpdparser import parser
def blocks(subnet="", host=""):
    text = f"""subnet 10.0.0.0 netmask 255.255.255.0 {{
  range 10.0.0.10 10.0.0.20;
{subnet}}}
host phone {{ hardware ethernet 00:21:f2:00:00:01; fixed-address 10.0.0.11; {host}}}
subnet 10.0.1.0 netmask 255.255.255.0 {{
  range 10.0.1.10 10.0.1.20;
}}
"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out): result = parser.parse(text)
    return [block.get("subnet", "host") for block in result or []], "error printed" if "error" in out.getvalue() else "no error"
print("without option 66:", *blocks())
print("filename in the subnet:", *blocks('  filename "a.boot";\n'))
print("option 66 in the subnet:", *blocks('  option tftp-server-name "http://10.0.0.5/p";\n'))
print("option 66 in the host:", *blocks(host='option tftp-server-name "http://10.0.0.5/p"; '))
END
)
echo "pydhcpdparser 0.0.10"; echo "$seen"
expected="without option 66: ['10.0.0.0', 'host', '10.0.1.0'] no error
filename in the subnet: ['host', '10.0.1.0'] error printed
option 66 in the subnet: ['host', '10.0.1.0'] error printed
option 66 in the host: ['10.0.1.0'] error printed"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
