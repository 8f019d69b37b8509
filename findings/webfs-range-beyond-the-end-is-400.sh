#!/usr/bin/env bash
# webfs 1.21 (Debian 12): a range that begins exactly at the end of the file is answered with 206 and no data, and one that begins later
# with 400, in place of 416 for both. A client that resumes a download after the file became shorter sees a bad request. A date later than the file's own in If-Modified-Since is
# answered with 200 and the whole file; only the exact date gets 304.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
deb webfs=1.21+ds1-12+b1
mkdir www; printf 'firmware\n' > www/a.rom; touch -d '2026-01-01 00:00:00 UTC' www/a.rom; chmod -R a+rX .
usr/bin/webfsd -F -4 -p "$port" -r "$PWD/www" & wait_for "$port"
get() { curl -s -m 10 -o /dev/null -w '%{http_code}\n' "$@" "http://127.0.0.1:$port/a.rom"; }
seen=$(echo "bytes=4-: $(get -r 4-)"; echo "bytes=9-: $(get -r 9-)"; echo "bytes=100-: $(get -r 100-)"
echo "if modified since its date: $(get -H 'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT')"
echo "if modified since the next day: $(get -H 'If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT')")
echo "webfs 1.21+ds1-12+b1"; echo "$seen"
expected='bytes=4-: 206
bytes=9-: 206
bytes=100-: 400
if modified since its date: 304
if modified since the next day: 200'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
