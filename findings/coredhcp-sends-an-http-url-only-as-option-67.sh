#!/usr/bin/env bash
# coredhcp-server of Debian 12: the plugin nbp sends a tftp:// URL as option 66 (the host) and option 67 (the path), and any other URL
# only as option 67. A phone that reads option 66 gets no server from an http:// URL. For tftp://, the port is part of option 66. Needs root (port 67).
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb coredhcp-server=0.0.0+git.20220602.a2552c5-2
cat > relay.py <<'END'
import socket, struct
relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
relay.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); relay.bind(("127.0.0.2", 67)); relay.settimeout(1)
head = struct.pack(">BBBBIHH12x4s16s192x", 1, 1, 6, 0, 1, 0, 0, socket.inet_aton("127.0.0.2"), bytes.fromhex("0021f2000001"))
for _ in range(20):  # until the server answers
    try:
        relay.sendto(head + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x37\x02\x42\x43" + b"\xff", ("127.0.0.1", 67))
        reply = relay.recv(2000); break
    except OSError: pass
at, options = 240, {}
while reply[at] != 255:
    options[reply[at]] = reply[at + 2:at + 2 + reply[at + 1]].decode("latin-1"); at += 2 + reply[at + 1]
print(f"option 66: {options.get(66)}, option 67: {options.get(67)}")
END
cat > in-namespace <<'END'
ip link set lo up
for url in tftp://10.0.0.5:6969/p/a.boot http://10.0.0.5:8080/p/a.boot; do
  printf 'server4:\n  listen: ["127.0.0.1:67"]\n  plugins:\n    - server_id: 127.0.0.1\n    - nbp: "%s"\n    - netmask: 255.0.0.0\n    - range: %s/leases 127.0.0.100 127.0.0.110 60s\n' "$url" "$PWD" > conf.yml
  timeout 30 usr/bin/coredhcp --conf conf.yml >/dev/null 2>&1 & echo "$url: $(python3 relay.py)"; kill $!; wait $! || true; rm -f leases
done
END
seen=$(unshare -n bash in-namespace 2>/dev/null)
echo "coredhcp-server 0.0.0+git.20220602.a2552c5-2"; echo "$seen"
expected='tftp://10.0.0.5:6969/p/a.boot: option 66: 10.0.0.5:6969, option 67: /p/a.boot
http://10.0.0.5:8080/p/a.boot: option 66: None, option 67: http://10.0.0.5:8080/p/a.boot'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
