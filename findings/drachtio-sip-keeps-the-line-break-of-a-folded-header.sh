#!/usr/bin/env bash
# drachtio-sip 0.5.3 (npm): a header that continues on the next line keeps the line break in its value. RFC 3261, 7.3.1, treats the break as
# one space. A program that compares the Event of a NOTIFY with "check-sync;reboot=false", or writes the value into a log, is affected.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit drachtio-sip@0.5.3 >/dev/null
seen=$(node -e 'const { SipMessage } = require("drachtio-sip");
const start = "NOTIFY sip:200@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:200@h>\r\nCall-ID: x\r\nCSeq: 1 NOTIFY\r\n";
for (const event of ["Event: check-sync;reboot=false", "Event: check-sync;\r\n reboot=false", "Event : check-sync;reboot=false"])
  console.log(JSON.stringify(event), JSON.stringify(new SipMessage(start + event + "\r\nContent-Length: 0\r\n\r\n").get("event")));')
echo "drachtio-sip 0.5.3"; echo "$seen"
expected='"Event: check-sync;reboot=false" "check-sync;reboot=false"
"Event: check-sync;\r\n reboot=false" "check-sync;\r\n reboot=false"
"Event : check-sync;reboot=false" "check-sync;reboot=false"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
