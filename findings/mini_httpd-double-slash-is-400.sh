#!/usr/bin/env bash
# mini_httpd 1.30 (Debian 12): a path that begins with two slashes is "400 Bad Request", where nginx, Apache, lighttpd, webfs and
# busybox httpd serve the file. A provisioning URL that ends in "/" and a file name that begins with one make such a path.
# The Content-Type of the error page holds an unfilled format: "charset=%s".
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
deb mini-httpd=1.30-3
mkdir www; printf 'a = 1\n' > www/a.cfg
usr/sbin/mini_httpd -D -p "$port" -d www -u root -i "$dir/pid" 2>/dev/null & wait_for "$port"
seen=$(for path in /a.cfg //a.cfg; do curl -s -o /dev/null --path-as-is -w "$path %{http_code} %{content_type}\n" "http://127.0.0.1:$port$path"; done)
echo "mini_httpd 1.30-3"; echo "$seen"
expected='/a.cfg 200 text/plain; charset=UTF-8
//a.cfg 400 text/html; charset=%s'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
