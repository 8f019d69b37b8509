#!/usr/bin/env bash
# nunjucks 3.2.4 (npm) against Jinja2 3.1.6 (PyPI), both with trim_blocks and lstrip_blocks: after a comment on a line of its own
# Jinja2 removes the newline, nunjucks keeps it, though it removes the newline after a block tag. A template with comments
# that moves from one to the other gets blank lines; in a boot file whose first line is a comment, the header is then in line 2.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit nunjucks@3.2.4 >/dev/null
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check jinja2==3.1.6

printf '{# header #}\n#!version:1.0.0.1\n{%% if true %%}\na = 1\n{%% endif %%}\n' > t
seen=$(node -e 'const n = require("nunjucks"), t = require("fs").readFileSync("t", "utf8");
console.log("nunjucks:", JSON.stringify(new n.Environment(null, {trimBlocks: true, lstripBlocks: true}).renderString(t, {})))'
venv/bin/python -c 'import jinja2, json; print("Jinja2:", json.dumps(jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True).from_string(open("t").read()).render()))')
echo "nunjucks 3.2.4, Jinja2 3.1.6"; echo "$seen"
expected='nunjucks: "\n#!version:1.0.0.1\na = 1\n"
Jinja2: "#!version:1.0.0.1\na = 1\n"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
