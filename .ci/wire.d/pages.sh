#!/usr/bin/env bash
# needs: chromium
# The pages of `lint --output-format html`, `diff --format html` and `graph` in Chromium, with playwright-core, axe-core and
# html-validate from npm. $FVPROV is the program, $WORK an empty directory.
set -euo pipefail
: "${FVPROV:?}" "${WORK:?}"
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../../tests
. "$here/expect.bash"
command -v npm > /dev/null || { echo "skipped: pages: npm is not installed (on Debian: apt-get install nodejs npm)"; exit 0; }
cd "$WORK"
cp "$here/pages.mjs" .
expect 0 npm install --silent --no-fund --no-audit --prefix . playwright-core@1.65.1 axe-core@4.14.1 html-validate@9.7.1

# The same name, value, and file name for each kind of markup, script, and style.
mkdir -p hostile/sites
hostile=(
  '<script>window.hit=1</script>' '<img src=x onerror=window.hit=1>' '"><svg onload=window.hit=1>' "'><b onclick=window.hit=1>"
  '</script><script>window.hit=1</script>' '<!--' '-->' ']]>' '<![CDATA[' '&lt;script&gt;window.hit=1&lt;/script&gt;' '&#60;script&#62;'
  'javascript:window.hit=1' '<a href=javascript:window.hit=1>x</a>' '<iframe srcdoc="<script>parent.hit=1</script>">' '<style>*{display:none}</style>'
  '</style><script>window.hit=1</script>' '<base href=http://127.0.0.1/>' '<meta http-equiv=refresh content=0>' '<form action=http://127.0.0.1/>'
  '${window.hit=1}' '{{7*7}}' '{% raw %}' '`${window.hit=1}`' '\u003cscript\u003e' '%3Cscript%3E' '<math><mtext><img src=x onerror=window.hit=1>'
  '<template><script>window.hit=1</script></template>' '<noscript><p title="</noscript><img src=x onerror=window.hit=1>">'
  'expression(window.hit=1)' '@import url(http://127.0.0.1/)' '*{background:url(http://127.0.0.1/)}' '<link rel=stylesheet href=http://127.0.0.1/>'
  'click n0 "javascript:window.hit=1"' 'n0-->n1' '%%{init: {"securityLevel":"loose"}}%%' 'subgraph x' 'classDef default fill:red' ';' '"]' '|x|'
)
{
  printf '#!version:1.0.0.1\n'
  for text in "${hostile[@]}"; do printf 'account.1.label = %s \n%s = 1\n# %s\n' "$text" "$text" "$text"; done
} > hostile/y000000000000.cfg
{
  printf '#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\n'
  for text in "${hostile[@]}"; do
    name=$(printf '%s' "$text" | tr / _)
    printf '#!version:1.0.0.1\nlang.gui = German\n' > "hostile/sites/$name.cfg"
    printf 'include:config "sites/%s.cfg"\ninclude:config "missing/%s.cfg"\n' "$name" "$name"
  done
} > hostile/y000000000000.boot
cp hostile/y000000000000.boot hostile/0021f2000001.boot
mkdir hostile2 && cp -r hostile/. hostile2/ && sed -i 's/label = /label = x/' hostile2/y000000000000.cfg

for name in site broken; do cp -r "$tests/$name" "$name"; done
mkdir nothing && printf '#!version:1.0.0.1\nlang.gui = German\n' > nothing/y000000000000.cfg
cp -r site site2 && sed -i 's/^lang.gui.*/lang.gui = French/' site2/y000000000000.cfg
for name in site broken nothing hostile; do
  expect 0 "$FVPROV" lint --fail-on never --output-format "html=$name.html" --output-format "json=$name.json" "$name"
  "$FVPROV" graph --findings "$name" > "$name.svg"
  "$FVPROV" graph --format mermaid "$name" > "$name.mmd"
done
expect 0 "$FVPROV" lint --fail-on never --anonymous --output-format html=anonymous.html broken
"$FVPROV" diff --format html site site2 > diff.html
"$FVPROV" diff --format html hostile hostile2 > hostile-diff.html
"$FVPROV" why '*' --mac 0021f2000001 --source site --format json > why.json
# A name in Mermaid is never a link, a script, or a statement.
! grep -nE '<script|javascript:|onerror|^ *(click|subgraph|%%)' hostile.mmd || fail "markup in the Mermaid flowchart"
expect 0 npx html-validate site.html broken.html nothing.html hostile.html anonymous.html diff.html hostile-diff.html
expect 0 node pages.mjs "$(command -v chromium)"
cat "$output"
