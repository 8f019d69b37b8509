#!/usr/bin/env bash
# sip 0.0.6 (npm), the parser of SIP messages: the short forms v, f, t, i, l are expanded to via, from, to, call-id, content-length;
# "o", the short form of Event (RFC 6665, 8.2.1), stays "o". A NOTIFY with "o: check-sync" has headers.event undefined: a phone
# simulator or a proxy built on it sees a NOTIFY without an event and answers 489 or drops it.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit sip@0.0.6 >/dev/null

seen=$(node -e 'const m = require("sip").parse(["NOTIFY sip:200@192.0.2.1 SIP/2.0", "v: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "f: <sip:a@192.0.2.9>;tag=1",
"t: <sip:200@192.0.2.1>", "i: x1", "CSeq: 1 NOTIFY", "o: check-sync", "l: 0", "", ""].join("\r\n"));
console.log(Object.keys(m.headers).sort().join(" ")); console.log("event:", m.headers.event, "o:", m.headers.o)')
echo "sip 0.0.6"; echo "$seen"
expected='call-id content-length cseq from o to via
event: undefined o: check-sync'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
