#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI): sarif --check and sarif summary count results that are suppressed with a reason, and results that a
# baseline marks as absent, that is, as fixed. A pipeline for phone files fails although every finding is accepted or fixed.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check sarif-tools==3.0.5
report() { # NAME MEMBERS: a report with one result
  printf '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "lint"}}, "results": [{"ruleId": "weak-password", "message": {"text": "weak password"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.cfg"}, "region": {"startLine": 3}}}], %s}]}]}' "$2" > "$1.sarif"
  local status=0; venv/bin/sarif --check warning summary "$1.sarif" >/dev/null 2>&1 || status=$?
  echo "$1: exit status $status"
}
seen=$(report open '"level": "warning"'
report suppressed '"level": "warning", "suppressions": [{"kind": "inSource", "status": "accepted", "justification": "test phone"}]'
report absent '"level": "warning", "baselineState": "absent"'
report note '"level": "note"')
echo "sarif-tools 3.0.5, sarif --check warning"; echo "$seen"
expected='open: exit status 1
suppressed: exit status 1
absent: exit status 1
note: exit status 0'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
