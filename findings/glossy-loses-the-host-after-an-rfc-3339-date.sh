#!/usr/bin/env bash
# glossy 0.1.7 and nsyslog-parser 0.10.1 (npm): a line as rsyslog forwards it, <134> and an RFC 3339 date, host and tag, is parsed without an error:
# glossy reports a word of the message as the host and loses the MAC, nsyslog-parser reports an empty host and the current time. The phone's log is then
# under no phone. Both read the same line with an RFC 3164 date correctly.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts glossy@0.1.7 nsyslog-parser@0.10.1 >/dev/null

seen=$(node - <<'END'
const glossy = require("glossy").Parse, nsyslog = require("nsyslog-parser");
for (const date of ["Jan  5 01:02:03", "2026-01-05T01:02:03+01:00"]) {
  const line = `<134>${date} 0021f2000001 sip: REGISTER 200`, g = glossy.parse(line), n = nsyslog(line);
  const current = Math.abs(new Date(n.ts) - Date.now()) < 60000;
  console.log(`${date}: glossy ${JSON.stringify([g.host, g.message])}, nsyslog-parser ${JSON.stringify([n.host, n.message])}${current ? ", current time" : ""}`);
}
END
)
echo "glossy 0.1.7, nsyslog-parser 0.10.1; <134>DATE 0021f2000001 sip: REGISTER 200"; echo "$seen"
expected='Jan  5 01:02:03: glossy ["0021f2000001","sip: REGISTER 200"], nsyslog-parser ["0021f2000001","REGISTER 200"]
2026-01-05T01:02:03+01:00: glossy ["REGISTER","200"], nsyslog-parser ["","2026-01-05T01:02:03+01:00 0021f2000001 sip: REGISTER 200"], current time'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
