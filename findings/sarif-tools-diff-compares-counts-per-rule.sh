#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): sarif diff groups the results of a rule whose messages differ, and compares their number. If a change fixes two
# weak passwords and adds two on other phones, the report is "no changes" and --check finds nothing new.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check sarif-tools==3.0.5
report() { # NAME FILE…: a report with one result per file
  local name=$1 results=; shift
  for file; do results+="${results:+, }{\"ruleId\": \"weak-password\", \"level\": \"error\", \"message\": {\"text\": \"the password in $file is weak\"},
    \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"$file\"}, \"region\": {\"startLine\": 3}}}]}"; done
  printf '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": [%s]}]}' "$results" > "$name.sarif"
}
report old 0021f2000001.cfg 0021f2000002.cfg; report new 0021f2000003.cfg 0021f2000004.cfg; report one 0021f2000001.cfg; report other 0021f2000003.cfg
compare() { local status=0; venv/bin/sarif --check error diff "$1.sarif" "$2.sarif" >out 2>/dev/null || status=$?; echo "$(grep '^error level' out), exit status $status"; }
seen=$(echo "two results, in other files than before: $(compare old new)"; echo "one result, in another file than before: $(compare one other)")
echo "sarif-tools 3.0.5"; echo "$seen"
expected='two results, in other files than before: error level: +0 -0 no changes, exit status 0
one result, in another file than before: error level: +1 -1, exit status 1'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
