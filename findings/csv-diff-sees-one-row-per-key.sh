#!/usr/bin/env bash
# csv-diff 1.2 (PyPI): of several rows with the same key it compares only the last. A phone list in which a MAC is listed twice by mistake
# looks unchanged to csv-diff --key=mac when the first of the rows is added, changed, or removed, so a review does not show it.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check csv-diff==1.2

printf 'mac,ext\n0021f2000001,0200\n0021f2000002,0201\n' > old.csv
printf 'mac,ext\n0021f2000001,0200\n0021f2000002,0299\n0021f2000002,0201\n' > new.csv
diff() { venv/bin/csv-diff "$1" "$2" --key=mac --json | tr -d ' \n'; echo; }
seen=$(echo "a second row for 0021f2000002 added: $(diff old.csv new.csv)"; echo "that row removed: $(diff new.csv old.csv)")
echo "csv-diff 1.2"; echo "$seen"
nothing='{"added":[],"removed":[],"changed":[],"columns_added":[],"columns_removed":[]}'
expected="a second row for 0021f2000002 added: $nothing
that row removed: $nothing"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
