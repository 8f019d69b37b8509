#!/usr/bin/env bash
# syslog-parse 2.0.0 (npm): a date of RFC 3164 has whole seconds, and the parsed time has the milliseconds of the moment of parsing. Two messages
# that a phone sent in one second can change their order, and the same log parsed twice differs.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts syslog-parse@2.0.0 >/dev/null

seen=$(node - <<'END'
const parse = require("syslog-parse").default, milliseconds = () => parse("<134>Jan  5 01:02:03 0021f2000001 sip: REGISTER 200").time.getMilliseconds();
const wait = start => { for (let now; (now = Date.now() % 1000) < start || now > start + 50;); };
wait(920); const late = milliseconds(); wait(120); const early = milliseconds();
console.log(`parsed at .9 s: .${Math.floor(late / 100)}, parsed later, at .1 s: .${Math.floor(early / 100)}`);
END
)
echo "syslog-parse 2.0.0; Jan  5 01:02:03, tenths of a second of the parsed time"; echo "$seen"
expected='parsed at .9 s: .9, parsed later, at .1 s: .1'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
