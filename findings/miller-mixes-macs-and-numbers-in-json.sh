#!/usr/bin/env bash
# Miller 6.6.0 (Debian 12): CSV to JSON writes a MAC as a JSON number if it looks like one, and as a string otherwise, within one column.
# 50136512e004 is then a float for every JSON reader: Python prints 501365120000.0. Extensions with leading zeros stay strings, others become
# numbers. The option -S makes all of them strings; its counterpart -A has no effect on this.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb miller=6.6.0-2+b3
printf 'mac,extension\n0021f2000001,0200\n50136512e004,200\n789912345601,0201\n' > phones.csv
seen=$(usr/bin/mlr --icsv --ojsonl cat phones.csv; echo "-S: $(usr/bin/mlr -S --icsv --ojsonl cat phones.csv | sed -n 2p)"
echo "-A: $(usr/bin/mlr -A --icsv --ojsonl cat phones.csv | sed -n 2p)"
usr/bin/mlr --icsv --ojson cat phones.csv | python3 -c 'import json, sys; print([row["mac"] for row in json.load(sys.stdin)])')
echo "Miller 6.6.0-2+b3"; echo "$seen"
expected="{\"mac\": \"0021f2000001\", \"extension\": \"0200\"}
{\"mac\": 50136512e004, \"extension\": 200}
{\"mac\": 789912345601, \"extension\": \"0201\"}
-S: {\"mac\": \"50136512e004\", \"extension\": \"200\"}
-A: {\"mac\": 50136512e004, \"extension\": 200}
['0021f2000001', 501365120000.0, 789912345601]"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
