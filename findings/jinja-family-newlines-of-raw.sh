#!/usr/bin/env bash
# Jinja2 3.1.6, minijinja 3.1.0 (PyPI) and nunjucks 3.2.4 (npm), all with trim_blocks: the same raw section on lines of its own gives
# three results. Jinja2 keeps the newline after {% raw %} and removes the one after {% endraw %}, minijinja removes both, nunjucks
# removes the first and keeps the second.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit nunjucks@3.2.4 >/dev/null
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check jinja2==3.1.6 minijinja==3.1.0

printf '{%% raw %%}\na = {{x}}\n{%% endraw %%}\nb = 1\n' > t
seen=$(venv/bin/python - <<'END'
import jinja2, json, minijinja
text = open("t").read()
print("Jinja2:", json.dumps(jinja2.Environment(trim_blocks=True, keep_trailing_newline=True).from_string(text).render()))
print("minijinja:", json.dumps(minijinja.Environment(trim_blocks=True, keep_trailing_newline=True).render_str(text)))
END
node -e 'const n = require("nunjucks"), t = require("fs").readFileSync("t", "utf8");
console.log("nunjucks:", JSON.stringify(new n.Environment(null, {trimBlocks: true}).renderString(t, {})))')
echo "Jinja2 3.1.6, minijinja 3.1.0, nunjucks 3.2.4"; echo "$seen"
expected='Jinja2: "\na = {{x}}\nb = 1\n"
minijinja: "a = {{x}}\nb = 1\n"
nunjucks: "a = {{x}}\n\nb = 1\n"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
