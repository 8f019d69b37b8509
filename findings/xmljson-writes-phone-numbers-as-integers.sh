#!/usr/bin/env bash
# xmljson 0.2.1 (PyPI): four of its six conventions convert the text of XML elements, so a phonebook loses the zero of 0200, the + of +49301234
# and the underscore of 1_2, and a person named True becomes a boolean. Yahoo and Cobra keep the text.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check xmljson==0.2.1

seen=$(venv/bin/python - <<'END'
import json, xmljson
from xml.etree.ElementTree import fromstring
book = fromstring("<AddressBook><Contact><Name>True</Name><Phone>0200</Phone><Phone>+49301234</Phone><Phone>1_2</Phone></Contact></AddressBook>")
def texts(value):
    if isinstance(value, dict): return [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list): return [text for inner in value for text in texts(inner)]
    return [value]
for name in "Abdera", "BadgerFish", "Cobra", "GData", "Parker", "Yahoo":
    print(f"{name}:", json.dumps(texts(getattr(xmljson, name)().data(book))))
END
)
echo "xmljson 0.2.1; True, 0200, +49301234, 1_2"; echo "$seen"
expected='Abdera: [true, 200, 49301234, 12]
BadgerFish: [true, 200, 49301234, 12]
Cobra: ["True", "0200", "+49301234", "1_2"]
GData: [true, 200, 49301234, 12]
Parker: [true, 200, 49301234, 12]
Yahoo: ["True", "0200", "+49301234", "1_2"]'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
