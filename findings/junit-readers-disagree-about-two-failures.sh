#!/usr/bin/env bash
# junitparser 5.0.3 and xunitparser 1.3.4 (PyPI), junit-to-ctrf 0.0.14 (npm): for a test case with two <failure> elements, as a linter writes
# them for one file with two findings, junitparser merge writes failures="2" beside tests="1", xunitparser keeps the last failure, junit-to-ctrf the first.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check junitparser==5.0.3 xunitparser==1.3.4
npm install --silent --no-fund --no-audit --ignore-scripts junit-to-ctrf@0.0.14 >/dev/null
cat > lint.xml <<'END'
<testsuites><testsuite name="lint" tests="1" failures="1" errors="0"><testcase name="a.cfg" classname="lint">
<failure message="weak password" type="warning">line 3</failure><failure message="missing include" type="error">line 5</failure>
</testcase></testsuite></testsuites>
END
seen=$(venv/bin/junitparser merge lint.xml merged.xml; grep -o '<testsuites [^>]*>' merged.xml
venv/bin/python -c 'import xunitparser
print("xunitparser:", [case.message for case in xunitparser.parse(open("lint.xml"))[0]])'
node_modules/.bin/junit-to-ctrf lint.xml -o ctrf.json >/dev/null
node -e 'console.log("junit-to-ctrf:", require("./ctrf.json").results.tests.map(test => test.message))')
echo "junitparser 5.0.3, xunitparser 1.3.4, junit-to-ctrf 0.0.14"; echo "$seen"
expected="<testsuites tests=\"1\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"0.0\">
xunitparser: ['missing include']
junit-to-ctrf: [ 'weak password' ]"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
