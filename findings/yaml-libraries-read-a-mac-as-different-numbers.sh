#!/usr/bin/env bash
# PyYAML 6.0.2 (YAML 1.1) and ruamel.yaml 0.18.6 (YAML 1.2): an inventory in YAML with unquoted MACs gives other devices, and each
# library changes other MACs. A MAC with one e is text for PyYAML and a number, or infinity, for ruamel.yaml. A MAC of the digits 0 to 7
# that starts with 0 is octal for PyYAML. A MAC with colons is a number to base 60 for PyYAML if every part is below 60 and the first
# part does not start with 0.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check PyYAML==6.0.2 ruamel.yaml==0.18.6

seen=$(venv/bin/python - <<'END'
import yaml
from ruamel.yaml import YAML
for text in ["50136512e004", "5013e5120004", "002112000001", "002112000008", "50:13:45:12:30:04", "00:21:45:12:30:04", "0021f2000001"]:
    print(text, repr(yaml.safe_load(text)), repr(YAML(typ="safe", pure=True).load(text)))
END
)
echo "text, PyYAML 6.0.2, ruamel.yaml 0.18.6"; echo "$seen"
expected="50136512e004 '50136512e004' 501365120000.0
5013e5120004 '5013e5120004' inf
002112000001 287834113 2112000001
002112000008 '002112000008' 2112000008
50:13:45:12:30:04 39058245004 '50:13:45:12:30:04'
00:21:45:12:30:04 '00:21:45:12:30:04' '00:21:45:12:30:04'
0021f2000001 '0021f2000001' '0021f2000001'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
