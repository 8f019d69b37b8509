#!/usr/bin/env bash
# busybox httpd 1.35.0 (Debian 12): where NAME.gz lies beside NAME, a client that accepts gzip gets NAME.gz, even if it is older and
# holds other text. A compressed backup of a configuration in the served directory is thus what gzip-capable clients download, while
# a check with plain curl shows the new file.
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
deb busybox=1:1.35.0-4+deb12u1+b1
mkdir www; printf 'old = 1\n' > www/a.cfg; gzip -k www/a.cfg; touch -d '2020-01-01' www/a.cfg.gz; printf 'new = 2\n' > www/a.cfg
bin/busybox httpd -f -p "127.0.0.1:$port" -h www & wait_for "$port"
seen=$(echo "plain: $(curl -s "http://127.0.0.1:$port/a.cfg")"; echo "accepts gzip: $(curl -s --compressed "http://127.0.0.1:$port/a.cfg")")
echo "busybox 1.35.0-4+deb12u1+b1"; echo "$seen"
expected='plain: new = 2
accepts gzip: old = 1'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
