#!/usr/bin/env bash
# atftpd 0.8.0 (Debian 12): a read request in mode netascii with the option "tsize 0" is confirmed with "tsize 0", then the whole
# file follows. RFC 2349 has the server return the size; a server that cannot know it (line ends grow in netascii) leaves the option
# out, as dnsmasq does. A client that allocates or checks by tsize takes the file for empty. In mode octet the size is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > rrq.py <<'END'
import socket, sys, time
port, name, mode, *options = sys.argv[1:]
request = b"\0\1" + b"".join(word.encode() + b"\0" for word in (name, mode, *options))
for _ in range(50):  # until the server is up
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(0.5)
    client.sendto(request, ("127.0.0.1", int(port)))
    try:
        packet, peer = client.recvfrom(70000)
        break
    except OSError:
        time.sleep(0.1)
while True:
    if packet[1] == 6:
        print("OACK", packet[2:].decode().replace("\0", " ").strip())
        client.sendto(b"\0\4\0\0", peer)
    elif packet[1] == 3:
        print("DATA", repr(packet[4:].decode()))
        client.sendto(b"\0\4" + packet[2:4], peer)
        break
    else:
        print("ERROR", packet[4:].decode().strip("\0"))
        break
    packet, peer = client.recvfrom(70000)
END
deb atftpd=0.8.0-3
mkdir tftp; printf 'a = 1\n' > tftp/a.cfg; chmod -R a+rX .
usr/sbin/atftpd --daemon --no-fork --port "$port" --bind-address 127.0.0.1 --user root --group root --logfile "$dir/log" "$dir/tftp" &
seen=$(for mode in octet netascii; do echo "$mode: $(python3 rrq.py "$port" a.cfg $mode tsize 0 | paste -sd' ')"; done)
echo "atftpd 0.8.0-3"; echo "$seen"
expected="octet: OACK tsize 6 DATA 'a = 1\\n'
netascii: OACK tsize 0 DATA 'a = 1\\r\\n'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
