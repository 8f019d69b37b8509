#!/usr/bin/env bash
# superstatic 10.0.0 (npm): .cfg, .boot and .rom files have the content type "false", and the ETag has no quotation marks. Neither If-None-Match
# with that ETag nor If-Modified-Since with that date gives 304, and ranges give the whole file: phones load all files at each check.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts superstatic@10.0.0 >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
mkdir www; printf 'a = 1\n' > www/a.cfg; touch -d '2026-01-01 00:00:00 UTC' www/a.cfg
node_modules/.bin/superstatic www --host 127.0.0.1 --port "$port" >/dev/null 2>&1 & wait_for "$port"
header() { curl -s -m 10 -D - -o /dev/null "http://127.0.0.1:$port/a.cfg" | tr -d '\r' | sed -n "s/^$1: //Ip"; }
status() { curl -s -m 10 -o /dev/null -w '%{http_code}' "$@" "http://127.0.0.1:$port/a.cfg"; }
seen=$(echo "Content-Type: $(header content-type)"; echo "ETag: $(header etag | tr -c '"\n' x)"
echo "If-None-Match with this ETag: $(status -H "If-None-Match: $(header etag)")"
echo "If-Modified-Since with its date: $(status -H "If-Modified-Since: $(header last-modified)")"; echo "bytes=0-1: $(status -r 0-1)")
echo "superstatic 10.0.0"; echo "$seen"
expected='Content-Type: false
ETag: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
If-None-Match with this ETag: 200
If-Modified-Since with its date: 200
bytes=0-1: 200'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
