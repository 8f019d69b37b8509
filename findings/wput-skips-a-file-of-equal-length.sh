#!/usr/bin/env bash
# wput 0.6.2 (Debian 12): a file is not uploaded if the server has one of the same length, even if the local one is newer and differs.
# Most edits of a phone's file keep the length (0200 becomes 0201), so the phone stays on the old settings. --reupload uploads it.
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
deb wput=0.6.2+git20130413-11; deb libgnutls-openssl27
export LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu HOME=$dir
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pyftpdlib==2.2.0
mkdir served; touch -d '2026-01-01 00:00:00 UTC' served
venv/bin/python -m pyftpdlib -i 127.0.0.1 -p "$port" -d served -w -u phone -P pw >/dev/null 2>&1 & wait_for "$port"
printf 'account.1.sip_user = 0200\n' > a.cfg; cp a.cfg served/a.cfg; touch -d '2026-01-01 00:00:00 UTC' served/a.cfg
printf 'account.1.sip_user = 0201\n' > a.cfg
put() { local status=0; usr/bin/wput "$@" a.cfg "ftp://phone:pw@127.0.0.1:$port/a.cfg" >wput.log 2>&1 || status=$?; echo "exit status $status, served: $(cat served/a.cfg)"; }
seen=$(echo "wput: $(put)"; grep -o 'Skipped 1 file' wput.log; echo "wput --reupload: $(put --reupload)")
echo "wput 0.6.2+git20130413-11, the server has account.1.sip_user = 0200, the local file 0201"; echo "$seen"
expected='wput: exit status 1, served: account.1.sip_user = 0200
Skipped 1 file
wput --reupload: exit status 0, served: account.1.sip_user = 0201'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
