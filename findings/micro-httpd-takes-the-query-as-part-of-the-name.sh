#!/usr/bin/env bash
# micro-httpd 20140814 (Debian 12): a query string is part of the file name, so a provisioning URL with ?mac=... is 404 although the file exists.
# HEAD is answered with 501, so a monitoring check with HEAD reports a server that serves every phone. If-Modified-Since is ignored: a
# phone downloads unchanged files each time.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb micro-httpd=20140814-2.1+b2
mkdir www; printf 'lang.gui = German\n' > www/a.cfg; touch -d '2026-01-01' www/a.cfg
cat > listen.py <<'END' # the program serves one connection on its standard input, as inetd starts it
import os, socket, subprocess
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
open("port.new", "w").write(str(server.getsockname()[1]))
os.rename("port.new", "port")
while True:
    client, _ = server.accept()
    subprocess.run(["usr/sbin/micro-httpd", "www"], stdin=client.fileno(), stdout=client.fileno())
    client.close()
END
python3 listen.py & for _ in $(seq 100); do [ -e port ] && break; sleep 0.1; done
get() { curl -s -m 10 -o /dev/null -w '%{http_code}\n' "$@"; }
url=http://127.0.0.1:$(cat port)/a.cfg
seen=$(echo "GET: $(get "$url")"; echo "GET with a query: $(get "$url?mac=0021f2000001")"; echo "HEAD: $(get -I "$url")"
echo "GET if modified since tomorrow's copy: $(get -H 'If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT' "$url")")
echo "micro-httpd 20140814-2.1+b2"; echo "$seen"
expected="GET: 200
GET with a query: 404
HEAD: 501
GET if modified since tomorrow's copy: 200"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
