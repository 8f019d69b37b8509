#!/usr/bin/env bash
# h2o 2.2.5 (Debian 12), local-web-server 5.4.0 and sirv-cli 3.0.1 (npm): a range request with an If-Range that does not match gets 206 and the
# range, in place of 200 and the whole file. A phone that resumes a firmware download after the file was replaced joins the old start and the new end.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
deb h2o=2.2.5+dfsg2-7
npm install --silent --no-fund --no-audit --ignore-scripts local-web-server@5.4.0 sirv-cli@3.0.1 sirv@3.0.2 >/dev/null
mkdir www; printf 'new firmware' > www/a.rom; touch -d '2026-02-02 00:00:00 UTC' www/a.rom; chmod -R a+rX .
resume() { # LABEL PORT: the rest of a download that began when the file was older
  echo "$1: $(curl -s -m 10 -w ' (%{http_code})' -r 4- -H "If-Range: Thu, 01 Jan 2026 00:00:00 GMT" "http://127.0.0.1:$2/a.rom"), $(
    curl -s -m 10 -w ' (%{http_code})' -r 4- -H 'If-Range: "older"' "http://127.0.0.1:$2/a.rom")"
}
port=$(free_port); printf 'listen: {host: 127.0.0.1, port: %s}\nuser: %s\nhosts: {default: {paths: {/: {file.dir: %s/www}}}}\n' "$port" "$(id -un)" "$dir" > h2o.conf
usr/bin/h2o -c h2o.conf >/dev/null 2>&1 & wait_for "$port"; resume h2o "$port" > out
port=$(free_port); node_modules/.bin/ws --hostname 127.0.0.1 --port "$port" -d www >/dev/null 2>&1 & wait_for "$port"; resume local-web-server "$port" >> out
port=$(free_port); node_modules/.bin/sirv www --etag --host 127.0.0.1 --port "$port" >/dev/null 2>&1 & wait_for "$port"; resume sirv-cli "$port" >> out
seen=$(cat out)
echo "h2o 2.2.5+dfsg2-7, local-web-server 5.4.0, sirv-cli 3.0.1; If-Range with an older date, and with another tag"; echo "$seen"
expected='h2o: firmware (206), firmware (206)
local-web-server: firmware (206), firmware (206)
sirv-cli: firmware (206), firmware (206)'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
