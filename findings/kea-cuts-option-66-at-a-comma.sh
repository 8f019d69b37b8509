#!/usr/bin/env bash
# Kea 2.2.0 (Debian 12): a text option ends at its first comma, without a warning. Option 66 or 160 with a URL that has a comma in its
# path or query reaches the phone without the rest, and the phone requests another file. kea-dhcp4 -t accepts the file. Text needs \, there.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb kea-dhcp4-server=2.2.0-6; deb kea-common=2.2.0-6; deb liblog4cplus-2.0.5; deb libmariadb3; deb libpq5
export LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu KEA_PIDFILE_DIR=$dir KEA_LOCKFILE_DIR=$dir
cat > kea.json <<'END'
{"Dhcp4": {"interfaces-config": {"interfaces": ["lo"], "dhcp-socket-type": "udp"},
 "lease-database": {"type": "memfile", "persist": false},
 "option-def": [{"name": "phones", "code": 160, "type": "string"}],
 "option-data": [{"name": "tftp-server-name", "data": "http://10.0.0.5/p?site=1,2"},
                 {"name": "phones", "data": "http://10.0.0.5/p?site=1\\,2"}],
 "subnet4": [{"subnet": "127.0.0.0/8", "pools": [{"pool": "127.0.0.100-127.0.0.110"}]}]}}
END
cat > relay.py <<'END'
import socket, struct, sys
server, relay = int(sys.argv[1]), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
relay.bind(("127.0.0.1", int(sys.argv[2]))); relay.settimeout(1)
head = struct.pack(">BBBBIHH12x4s16s192x", 1, 1, 6, 0, 1, 0, 0, socket.inet_aton("127.0.0.1"), bytes.fromhex("0021f2000001"))
for _ in range(20):  # until the server answers
    try:
        relay.sendto(head + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x37\x02\x42\xa0" + b"\xff", ("127.0.0.1", server))
        reply = relay.recv(2000); break
    except OSError: pass
at = 240
while reply[at] != 255:
    code, size = reply[at], reply[at + 1]
    if code in (66, 160): print(f"option {code}: {reply[at + 2:at + 2 + size].decode()}")
    at += 2 + size
END
read -r server relay < <(python3 -c 'import socket
a, b = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "ab"]
a.bind(("127.0.0.1", 0)); b.bind(("127.0.0.1", 0)); print(a.getsockname()[1], b.getsockname()[1])')
usr/sbin/kea-dhcp4 -t kea.json >/dev/null 2>&1 && tested=accepted || tested=refused
usr/sbin/kea-dhcp4 -c kea.json -p "$server" -P "$relay" >kea.log 2>&1 &
seen=$(echo "kea-dhcp4 -t: $tested"; python3 relay.py "$server" "$relay"; echo "warnings about the option: $(grep -ciE 'tftp|comma|66' kea.log || true)")
echo "kea-dhcp4-server 2.2.0-6, option 66 configured as http://10.0.0.5/p?site=1,2"; echo "$seen"
expected='kea-dhcp4 -t: accepted
option 66: http://10.0.0.5/p?site=1
option 160: http://10.0.0.5/p?site=1,2
warnings about the option: 0'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
