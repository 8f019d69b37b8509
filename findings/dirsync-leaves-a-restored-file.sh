#!/usr/bin/env bash
# dirsync 2.2.6 (PyPI): --sync copies a file only if the source is newer. A phone's file that was restored from a backup with its old date is not
# copied to the server, with exit status 0, and --diff lists it as common, because it compares only names. rsync -a copies it. --content compares texts.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check dirsync==2.2.6

mkdir tree served; printf 'ext = 0201\n' > served/a.cfg; touch -d '2026-02-02 00:00:00 UTC' served/a.cfg
printf 'ext = 0200\n' > tree/a.cfg; touch -d '2026-01-01 00:00:00 UTC' tree/a.cfg  # the restored file
sync() { local status=0; venv/bin/dirsync tree served "$@" >out 2>&1 || status=$?; echo "exit status $status, served: $(cat served/a.cfg)"; }
seen=$(echo "--diff: $(sync --diff)"; grep -A1 '^Common' out; echo "--sync: $(sync --sync)"; echo "--sync --content: $(sync --sync --content)")
echo "dirsync 2.2.6; tree: ext = 0200, older; served: ext = 0201"; echo "$seen"
expected='--diff: exit status 0, served: ext = 0201
Common to tree and served
-- a.cfg
--sync: exit status 0, served: ext = 0201
--sync --content: exit status 0, served: ext = 0200'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
