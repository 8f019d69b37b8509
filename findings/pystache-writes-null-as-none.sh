#!/usr/bin/env bash
# pystache 0.6.8 (PyPI): a null of a JSON inventory is written as the word None, which the phone shows as a label or dials. chevron 0.14.0 (PyPI),
# mustache 4.2.0 and handlebars 4.7.8 (npm) write nothing for the same template. A section {{#label}} does not run for null in any of them.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pystache==0.6.8 chevron==0.14.0
npm install --silent --no-fund --no-audit --ignore-scripts mustache@4.2.0 handlebars@4.7.8 >/dev/null

printf 'linekey.1.label = {{label}}{{#label}}!{{/label}}' > t; printf '{"mac": "0021f2000001", "label": null}' > phone.json
seen=$(venv/bin/python -c 'import chevron, json, pystache
text, phone = open("t").read(), json.load(open("phone.json"))
print("pystache:", pystache.render(text, phone)); print("chevron:", chevron.render(text, phone))'
node -e 'const text = require("fs").readFileSync("t", "utf8"), phone = require("./phone.json");
console.log("mustache:", require("mustache").render(text, phone)); console.log("handlebars:", require("handlebars").compile(text)(phone))')
seen=$(sed 's/ *$//' <<<"$seen")
echo "pystache 0.6.8, chevron 0.14.0, mustache 4.2.0, handlebars 4.7.8"; echo "$seen"
expected='pystache: linekey.1.label = None
chevron: linekey.1.label =
mustache: linekey.1.label =
handlebars: linekey.1.label ='
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
