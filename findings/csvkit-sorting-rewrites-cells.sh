#!/usr/bin/env bash
# csvkit 2.0.1: csvsort and csvjoin guess the type of each column and write the converted cells. Sorting a list of phones turns the
# extension 0200 into 200, yes into True, a name None or n/a into an empty cell, and removes the + of a number. csvcut, csvgrep and
# csvstack of the same package copy cells unchanged. The option -I (--no-inference) keeps the digits, but None
# and n/a are still emptied; --blanks keeps them too.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check csvkit==2.0.1

printf 'mac,extension,number,dnd,name\n0021f2000002,0201,+4930201,no,n/a\n0021f2000001,0200,+4930200,yes,None\n' > phones.csv
printf 'mac,site\n0021f2000002,b\n0021f2000001,a\n' > sites.csv
run() { echo "$1"; shift; "$@"; }
seen=$(PATH=$PWD/venv/bin:$PATH
run csvsort csvsort phones.csv; run csvjoin csvjoin -c mac sites.csv phones.csv; run csvcut csvcut -c mac,extension,dnd phones.csv
run csvgrep csvgrep -c mac -m 0021f2000001 phones.csv; run 'csvsort -I' csvsort -I phones.csv
run 'csvsort -I --blanks' csvsort -I --blanks phones.csv)
echo "csvkit 2.0.1"; echo "$seen"
expected='csvsort
mac,extension,number,dnd,name
0021f2000001,200,4930200,True,
0021f2000002,201,4930201,False,
csvjoin
mac,site,extension,number,dnd,name
0021f2000002,b,201,4930201,False,
0021f2000001,a,200,4930200,True,
csvcut
mac,extension,dnd
0021f2000002,0201,no
0021f2000001,0200,yes
csvgrep
mac,extension,number,dnd,name
0021f2000001,0200,+4930200,yes,None
csvsort -I
mac,extension,number,dnd,name
0021f2000001,0200,+4930200,yes,
0021f2000002,0201,+4930201,no,
csvsort -I --blanks
mac,extension,number,dnd,name
0021f2000001,0200,+4930200,yes,None
0021f2000002,0201,+4930201,no,n/a'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
