#!/usr/bin/env bash
# dnsmasq 2.90 (Debian 12): the largest TFTP block that its server grants depends on --edns-packet-max, an option about DNS answers,
# even with DNS switched off (--port=0): both use one buffer. A client that asks for blksize 65464 on loopback gets 2263 (1232 by
# default + 1025 + 10 - 4), and 5127 with --edns-packet-max=4096. The manual names the option for DNS only.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
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
deb dnsmasq-base=2.90-4~deb12u2
mkdir tftp; printf 'a = 1\n' > tftp/a.cfg; chmod -R a+rX .
cat > run <<'END' # in a network of its own, as the TFTP port is always 69
ip link set lo up
for option in --log-facility=- --edns-packet-max=4096; do
  usr/sbin/dnsmasq -k -C /dev/null --port=0 --enable-tftp --tftp-root="$PWD/tftp" --listen-address=127.0.0.1 --bind-interfaces --user=root $option 2>/dev/null &
  echo "$option: $(python3 rrq.py 69 a.cfg octet blksize 65464 | sed -n 1p)"; kill $!; wait $! || true
done
END
seen=$(unshare --net bash run)
echo "dnsmasq 2.90-4~deb12u2"; echo "$seen"
expected='--log-facility=-: OACK blksize 2263
--edns-packet-max=4096: OACK blksize 5127'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
