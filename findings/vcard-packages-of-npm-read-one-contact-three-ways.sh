#!/usr/bin/env bash
# vcard 0.1.0, vcard-parser 1.0.0 and vcf 2.1.2 (npm): of a valid contact, vcard keeps one of two telephone numbers and cuts a SIP address at its
# colon, vcard and vcard-parser remove the space at a folded line, and vcard and vcf keep the backslash before a comma. A phonebook made from it has other entries.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts vcard@0.1.0 vcard-parser@1.0.0 vcf@2.1.2 >/dev/null
printf '%s\r\n' BEGIN:VCARD VERSION:3.0 'N:Hall;Ana;;;' 'FN:Hall\, Ana' 'TEL;TYPE=WORK,VOICE:0200' 'TEL;TYPE=CELL:+49301234' \
  'X-SIP:sip:200@pbx.example.com' 'NOTE:first' '  floor' END:VCARD > a.vcf

seen=$(node - <<'END'
const fs = require("fs"), text = fs.readFileSync("a.vcf", "utf8");
const line = (name, ...rest) => process.stdout.write(`${name}: ${rest.map(r => JSON.stringify(r)).join(" ")}\n`);
console.info = () => {};
new (require("vcard"))().readData(text, (error, card) => line("vcard", card.FN, card.TEL, card["X-SIP"], card.NOTE));
const one = require("vcard-parser").parse(text);
line("vcard-parser", one.fn[0].value, one.tel.map(t => t.value), one.note[0].value);
const card = require("vcf").parse(text)[0], values = name => [card.get(name)].flat().map(p => p.valueOf());
line("vcf", values("fn")[0], values("tel"), values("xSip")[0], values("note")[0]);
END
)
echo "vcard 0.1.0, vcard-parser 1.0.0, vcf 2.1.2; contact Hall, Ana with 0200, +49301234, sip:200@pbx.example.com, and the note: first floor"; echo "$seen"
expected='vcard: "Hall\\, Ana" {"type":["WORK,VOICE"],"value":"0200"} "sip" "firstfloor"
vcard-parser: "Hall, Ana" ["0200","+49301234"] "firstfloor"
vcf: "Hall\\, Ana" ["0200","+49301234"] "sip:200@pbx.example.com" "first floor"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
