#!/usr/bin/env bash
# tftp-hpa 5.2 and atftp 0.8.0 (Debian 12): if the server answers "File not found", both clients have already emptied the local file of that
# name, and tftp-hpa even exits with 0. A script that mirrors phone files over TFTP thus replaces a good copy by an empty one. The TFTP
# clients of busybox 1.35.0 and curl keep the file and exit with an error.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb tftp-hpa=5.2+20150808-1.4; deb atftp=0.8.0-3; deb busybox=1:1.35.0-4+deb12u1+b1
cat > server.py <<'END' # answers every request with "File not found"
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
open("port.new", "w").write(str(server.getsockname()[1]))
import os; os.rename("port.new", "port")
while True:
    request, client = server.recvfrom(2000)
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"\0\5\0\1File not found\0", client)
END
python3 server.py & for _ in $(seq 100); do [ -e port ] && break; sleep 0.1; done; port=$(cat port)
try() { # NAME COMMAND...
  local name=$1 code=0; shift; printf 'good = 1\n' > a.cfg
  timeout 20 "$@" >/dev/null 2>&1 || code=$?
  echo "$name: exit code $code, $(stat -c %s a.cfg) of 9 bytes left"
}
seen=$(try tftp-hpa usr/bin/tftp 127.0.0.1 "$port" -c get a.cfg; try atftp usr/bin/atftp --get -r a.cfg -l a.cfg 127.0.0.1 "$port"
try busybox bin/busybox tftp -g -r a.cfg 127.0.0.1 "$port"; try curl curl -s -o a.cfg "tftp://127.0.0.1:$port/a.cfg")
echo "tftp-hpa 5.2+20150808-1.4, atftp 0.8.0-3, busybox 1.35.0-4+deb12u1+b1"; echo "$seen"
expected='tftp-hpa: exit code 0, 0 of 9 bytes left
atftp: exit code 255, 0 of 9 bytes left
busybox: exit code 1, 9 of 9 bytes left
curl: exit code 68, 9 of 9 bytes left'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
