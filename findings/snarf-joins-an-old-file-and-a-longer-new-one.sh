#!/usr/bin/env bash
# snarf 7.0 (Debian 12): if the local file is shorter than the file on the server, snarf fetches only the missing end, although
# -r is not set. After an edit on the server, a copy of a phone's file is half old and half new, with exit status 0. -n fetches the whole file.
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
deb snarf=7.0-9+b1
export HOME=$dir
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pyftpdlib==2.2.0
mkdir served local; printf 'ext = 0201\nvlan = 20\n' > served/a.cfg
venv/bin/python -m pyftpdlib -i 127.0.0.1 -p "$port" -d served -u phone -P pw >/dev/null 2>&1 & wait_for "$port"
fetch() { # LABEL COMMAND…: over an older, shorter copy
  local label=$1 status=0; shift
  printf 'ext = 0200\n' > local/a.cfg; touch -d '2020-01-01 00:00:00 UTC' local/a.cfg
  "$@" >/dev/null 2>&1 || status=$?
  echo "$label: exit status $status, $(tr '\n' ';' < local/a.cfg)"
}
seen=$(fetch snarf usr/bin/snarf "ftp://phone:pw@127.0.0.1:$port/a.cfg" local/a.cfg
fetch 'snarf -n' usr/bin/snarf -n "ftp://phone:pw@127.0.0.1:$port/a.cfg" local/a.cfg)
echo "snarf 7.0-9+b1; the server has ext = 0201;vlan = 20; and the older copy ext = 0200;"; echo "$seen"
expected='snarf: exit status 0, ext = 0200;vlan = 20;
snarf -n: exit status 0, ext = 0201;vlan = 20;'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
