#!/usr/bin/env bash
# rclone 1.60.1 (Debian 12): "rclone serve http" keeps names and sizes of a directory for five minutes (--dir-cache-time). A file that
# became longer is cut at its former length, with status 200 and a matching Content-Length, so a phone cannot notice it. A new file is 404,
# and a removed one is 200. With --dir-cache-time 0 the files are served as they are.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
deb rclone=1.60.1+dfsg-2+b5
try() { # NAME OPTION...
  local name=$1 port url; shift
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  url=http://127.0.0.1:$port
  rm -rf www; mkdir www; printf 'a = 1\n' > www/a.cfg; printf 'b = 1\n' > www/b.cfg
  usr/bin/rclone serve http www --addr "127.0.0.1:$port" --config none.conf "$@" 2>/dev/null & wait_for "$port"
  curl -s -o /dev/null "$url/a.cfg"
  printf 'a = 1\nbb = 2\n' > www/a.cfg; printf 'new = 1\n' > www/new.cfg; rm www/b.cfg
  echo "$name: $(curl -s -o got -w '%{http_code}, %header{content-length} bytes, curl %{exitcode}' "$url/a.cfg") ($(tr '\n' ';' < got))"
  echo "$name: new file $(curl -s -o /dev/null -w '%{http_code}' "$url/new.cfg"), removed file $(curl -s -o /dev/null -w '%{http_code}' "$url/b.cfg" || true)"
  kill %%; wait %% 2>/dev/null || true
}
seen=$(try default; try no-cache --dir-cache-time 0)
echo "rclone 1.60.1+dfsg-2+b5"; echo "$seen"
expected='default: 200, 6 bytes, curl 0 (a = 1;)
default: new file 404, removed file 200
no-cache: 200, 13 bytes, curl 0 (a = 1;bb = 2;)
no-cache: new file 200, removed file 404'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
