#!/usr/bin/env bash
# dnsmasq 2.90 (Debian 12): its TFTP server turns every backslash of a requested name into a slash. A boot file written on Windows
# (include:config <sub\\a.cfg>) works there, and breaks on the day the files move to tftpd-hpa or atftpd, which look for a file with a backslash
# in its name. A file that really has a backslash in its name cannot be fetched. The manual does not mention it.
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
mkdir -p tftp/sub; printf 'in sub\n' > tftp/sub/a.cfg; printf 'literal\n' > 'tftp/sub\a.cfg'; chmod -R a+rX .
cat > run <<'END' # in a network of its own, as the TFTP port is always 69
ip link set lo up
usr/sbin/dnsmasq -k -C /dev/null --port=0 --enable-tftp --tftp-root="$PWD/tftp" --listen-address=127.0.0.1 --bind-interfaces --user=root 2>/dev/null &
python3 rrq.py 69 'sub\a.cfg' octet; kill $!; wait $! || true
END
seen=$(unshare --net bash run)
echo "dnsmasq 2.90-4~deb12u2"; echo "$seen; the manual has $(zcat usr/share/man/man8/dnsmasq.8.gz | grep -ci backslash || true) lines about backslashes"
expected="DATA 'in sub\\n'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
