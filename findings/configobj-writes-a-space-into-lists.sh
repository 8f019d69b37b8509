#!/usr/bin/env bash
# ConfigObj 5.0.9 (PyPI): changing one setting of a cfg file rewrites others. A value with commas is a list and is written with spaces
# (132,133 becomes 132, 133), an empty value becomes "", and a value with quotes gets another pair. A value ends at #: a program that
# reads *97# gets *97.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check configobj==5.0.9

printf '#!version:1.0.0.1\nlang.gui = German\nstatic.network.vlan.dhcp_option = 132,133\nvoice_mail.number.1 = *97#\nlinekey.1.label =\naccount.1.display_name = Ana "Hall"\n' > a.cfg
seen=$(venv/bin/python - <<'END'
from configobj import ConfigObj
config = ConfigObj("a.cfg")
print("read:", config["voice_mail.number.1"], config["static.network.vlan.dhcp_option"])
config["lang.gui"] = "French"
config.write()
print(open("a.cfg").read(), end="")
END
)
echo "configobj 5.0.9"; echo "$seen"
expected="read: *97 ['132', '133']
#!version:1.0.0.1
lang.gui = French
static.network.vlan.dhcp_option = 132, 133
voice_mail.number.1 = *97#
linekey.1.label = \"\"
account.1.display_name = 'Ana \"Hall\"'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
