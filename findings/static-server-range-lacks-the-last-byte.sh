#!/usr/bin/env bash
# static-server 3.0.0 (npm): a range request gets 206 without its last byte (bytes=0-3 has 3 bytes), with a Content-Range that repeats the
# request and has no total. A phone that downloads firmware in ranges gets a file with holes. Whole files are correct, so a test in a browser shows nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts static-server@3.0.0 >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
mkdir www; printf '0123456789AB' > www/a.rom
node node_modules/static-server/bin/static-server.js -p "$port" www >/dev/null 2>&1 & wait_for "$port"
get() { curl -s -m 10 -D head "$@" "http://127.0.0.1:$port/a.rom"; echo " ($(tr -d '\r' < head | grep -iE '^(HTTP|content-range)' | tr '\n' ' '))"; }
seen=$(echo "whole file: $(get)"; echo "bytes=0-3: $(get -r 0-3)"; echo "bytes=4-7: $(get -r 4-7)")
echo "static-server 3.0.0"; echo "$seen"
expected='whole file: 0123456789AB (HTTP/1.1 200 OK )
bytes=0-3: 012 (HTTP/1.1 206 Partial Content Content-Range: bytes=0-3 )
bytes=4-7: 456 (HTTP/1.1 206 Partial Content Content-Range: bytes=4-7 )'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
