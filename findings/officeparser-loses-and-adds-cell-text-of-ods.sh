#!/usr/bin/env bash
# officeparser 7.8.0 (npm): of an ODS cell with a formatted word it reads only that word ("Ana Hall" becomes "Ana"), it puts the comment of
# a cell in front of its value without a separator, and it joins the lines of a cell. A phone list then has short labels and MACs that no phone has.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts officeparser@7.8.0 >/dev/null
python3 - <<'END'
import zipfile
def cell(inner): return f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
note = "<office:annotation><text:p>new</text:p></office:annotation>"
cells = (cell(note + "<text:p>0021f2000001</text:p>") + cell("<text:p><text:span>Ana</text:span> Hall</text:p>")
         + cell("<text:p>Reception</text:p><text:p>first floor</text:p>"))
names = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text"))
with zipfile.ZipFile("phones.ods", "w") as ods:
    ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    ods.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3"><office:body><office:spreadsheet>'
                 f'<table:table table:name="phones"><table:table-row>{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>')
    ods.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
                 '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
                 '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
END
seen=$(node -e 'require("officeparser").parseOffice("phones.ods").then(tree => console.log(tree.toText().trim()))')
echo "officeparser 7.8.0; cells 0021f2000001 with the comment new, Ana Hall, Reception/first floor"; echo "$seen"
expected='new0021f2000001
Ana
Receptionfirst floor'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
