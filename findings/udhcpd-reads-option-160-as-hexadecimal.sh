#!/usr/bin/env bash
# udhcpd of busybox 1.35.0 (Debian 12): "opt 160 deadbeef" sends four bytes, and a URL there ends the server with "malformed hex string", because every option
# without a name is hexadecimal. "opt tftp" is text and ends at its first comma or space, without a message: phones get a part of the URL. Needs root (port 67).
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb busybox=1:1.35.0-4+deb12u1+b1
cat > relay.py <<'END'
import socket, struct
relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
relay.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); relay.bind(("127.0.0.2", 67)); relay.settimeout(1)
head = struct.pack(">BBBBIHH12x4s16s192x", 1, 1, 6, 0, 1, 0, 0, socket.inet_aton("127.0.0.2"), bytes.fromhex("0021f2000001"))
for _ in range(20):  # until the server answers
    try:
        relay.sendto(head + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x37\x03\x42\x43\xa0" + b"\xff", ("127.0.0.1", 67))
        reply = relay.recv(2000); break
    except OSError: pass
at = 240
while reply[at] != 255:
    code, size = reply[at], reply[at + 1]
    if code in (66, 67, 160): print(f"option {code}: {reply[at + 2:at + 2 + size]}")
    at += 2 + size
END
head="start 127.0.0.100
end 127.0.0.110
interface lo
max_leases 11
lease_file $dir/leases
pidfile $dir/pid"
printf '%s\nopt tftp http://10.0.0.5/p?site=1,2\nopt bootfile first floor.boot\nopt 160 deadbeef\n' "$head" > udhcpd.conf
printf '%s\nopt 160 http://10.0.0.5/p\n' "$head" > url.conf; touch leases
cat > in-namespace <<'END'
ip link set lo up
timeout 30 bin/busybox udhcpd -f udhcpd.conf >log 2>&1 & python3 relay.py; kill $!; wait $! || true
echo "messages about tftp or bootfile: $(grep -ciE 'tftp|bootfile' log)"
echo "opt 160 http://10.0.0.5/p: $(timeout 5 bin/busybox udhcpd -f url.conf 2>&1 | grep malformed)"
END
seen=$(unshare -n bash in-namespace)
echo "busybox 1:1.35.0-4+deb12u1+b1; opt tftp http://10.0.0.5/p?site=1,2, opt bootfile first floor.boot, opt 160 deadbeef"; echo "$seen"
expected="option 66: b'http://10.0.0.5/p?site=1'
option 67: b'first'
option 160: b'\xde\xad\xbe\xef'
messages about tftp or bootfile: 0
opt 160 http://10.0.0.5/p: udhcpd: malformed hex string 'http://10.0.0.5/p'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
