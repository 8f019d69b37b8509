#!/usr/bin/env bash
# lighttpd 1.4.69 (Debian 12): a file whose extension mimetype.assign does not list gets neither Last-Modified nor ETag, and
# If-Modified-Since is ignored. The extensions of provisioning files (.cfg, .boot) are usually not listed, so every phone that polls
# downloads each file whole; one mimetype line brings the 304 back. Nothing in the log or in the 200 hints at it.
# Seen: without a type "200, validators: 0"; with one "304, validators: 2".
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
deb lighttpd=1.4.69-1
mkdir www; printf 'a = 1\n' > www/a.cfg
for types in '' '".cfg" => "text/plain"'; do
  printf 'server.document-root = "%s/www"\nserver.port = %s\nserver.bind = "127.0.0.1"\nmimetype.assign = (%s)\n' "$dir" "$port" "$types" > conf
  usr/sbin/lighttpd -D -f conf -m usr/lib/lighttpd 2>/dev/null & wait_for "$port"
  validators=$(curl -s -D - -o /dev/null "http://127.0.0.1:$port/a.cfg" | grep -ciE '^(last-modified|etag):' || true)
  status=$(curl -s -o /dev/null -w '%{http_code}' -z www/a.cfg "http://127.0.0.1:$port/a.cfg")
  echo "types=($types): $status, validators: $validators"
  kill $!; wait $! 2>/dev/null || true
done > out
seen=$(cat out); echo "lighttpd 1.4.69-1"; echo "$seen"
expected='types=(): 200, validators: 0
types=(".cfg" => "text/plain"): 304, validators: 2'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
