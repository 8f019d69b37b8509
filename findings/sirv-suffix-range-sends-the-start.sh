#!/usr/bin/env bash
# sirv-cli 3.0.1 (npm): bytes=-4 is the last 4 bytes of a file, and sirv sends the first 5, as 206 with bytes 0-4. A downloader that reads the
# end of a firmware file first, for a trailer or a signature, gets its start. It also answers POST with the file.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts sirv-cli@3.0.1 sirv@3.0.2 >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
mkdir www; printf '0123456789AB' > www/a.rom
node_modules/.bin/sirv www --host 127.0.0.1 --port "$port" >/dev/null 2>&1 & wait_for "$port"
get() { curl -s -m 10 -D head "$@" "http://127.0.0.1:$port/a.rom"; echo " ($(tr -d '\r' < head | grep -iE '^(HTTP|content-range)' | tr '\n' ' '))"; }
seen=$(echo "bytes=8-11: $(get -r 8-11)"; echo "bytes=-4: $(get -r -4)"; echo "POST: $(get -d x)")
echo "sirv-cli 3.0.1 with sirv 3.0.2"; echo "$seen"
expected='bytes=8-11: 89AB (HTTP/1.1 206 Partial Content Content-Range: bytes 8-11/12 )
bytes=-4: 01234 (HTTP/1.1 206 Partial Content Content-Range: bytes 0-4/12 )
POST: 0123456789AB (HTTP/1.1 200 OK )'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
