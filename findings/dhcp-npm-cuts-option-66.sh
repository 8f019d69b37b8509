#!/usr/bin/env bash
# dhcp 0.2.20 (npm): option 66 of more than 255 bytes is cut to 255 bytes, and the phone requests another URL; RFC 3396 splits such an option.
# The server prints the whole value, which may contain a password, with "too long, truncating...". A letter outside ASCII loses its high
# bit: the phone gets | in place of ü.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit dhcp@0.2.20 >/dev/null
seen=$(node -e 'const protocol = require("dhcp/lib/protocol.js");
const message = { op: 2, htype: 1, hlen: 6, hops: 0, xid: 1, secs: 0, flags: 0, ciaddr: "0.0.0.0", yiaddr: "10.0.0.9", siaddr: "10.0.0.1",
  giaddr: "0.0.0.0", chaddr: "00-21-f2-00-00-01", sname: "", file: "" };
for (const url of ["http://h/p/", "http://h/" + "x".repeat(291), "http://h/\u00fc/"]) {
  const packet = protocol.format({ ...message, options: { 66: url } });
  const sent = protocol.parse(packet._data.slice(0, packet._w)).options[66];
  console.log(url.length, "characters:", sent.length, "sent,", sent.slice(0, 14));
}' 2>log; echo "log: $(sed 's/x\{280,\}/x.../' log)")
echo "dhcp 0.2.20"; echo "$seen"
expected='11 characters: 11 sent, http://h/p/
300 characters: 255 sent, http://h/xxxxx
11 characters: 11 sent, http://h/|/
log: http://h/x... too long, truncating...'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
