#!/usr/bin/env bash
# js-xlsx 0.8.22 (npm): an ODS file stores equal neighbors once, with a repeat count, and js-xlsx reads them once. In a phone list, the cells after
# two equal cells move one column to the left (the room becomes the label), and an equal row disappears. Of a cell with two lines it reads the last line.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts js-xlsx@0.8.22 >/dev/null
python3 - <<'END'
import zipfile
def cell(*lines, more=""): return f'<table:table-cell office:value-type="string"{more}>' + "".join(f"<text:p>{l}</text:p>" for l in lines) + "</table:table-cell>"
row = "<table:table-row{}>{}</table:table-row>"
twice = ' table:number-columns-repeated="2"'
sheet = (row.format("", cell("mac") + cell("sip_user") + cell("label") + cell("room"))
  + row.format("", cell("0021f2000001") + cell("0200", more=twice) + cell("A12"))
  + row.format(' table:number-rows-repeated="2"', cell("spare") + cell("") + cell("") + cell(""))
  + row.format("", cell("0021f2000002") + cell("0201") + cell("Reception", "first floor") + cell("A13")))
names = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (("office", "office"), ("table", "table"), ("text", "text")))
with zipfile.ZipFile("phones.ods", "w") as ods:
    ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    ods.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3"><office:body><office:spreadsheet>'
                 f'<table:table table:name="phones">{sheet}</table:table></office:spreadsheet></office:body></office:document-content>')
    ods.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
                 '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
                 '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
END
seen=$(node -e 'const x = require("js-xlsx"), sheet = x.readFile("phones.ods").Sheets.phones;
console.log(x.utils.sheet_to_csv(sheet).trim())')
echo "js-xlsx 0.8.22"; echo "$seen"
expected='mac,sip_user,label,room
0021f2000001,0200,A12,
spare,,,
0021f2000002,0201,first floor,A13'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
