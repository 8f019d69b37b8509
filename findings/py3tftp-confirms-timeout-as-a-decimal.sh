#!/usr/bin/env bash
# py3tftp 1.3.0 (PyPI), server: "timeout 2" is confirmed as "timeout 2.0". RFC 2349 wants the very value that the client sent, a whole
# number of seconds; a client that compares, or parses an integer, has to refuse. blksize and tsize are returned as whole numbers.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
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
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check py3tftp==1.3.0
mkdir tftp; printf 'a = 1\n' > tftp/a.cfg
(cd tftp; exec ../venv/bin/py3tftp --host 127.0.0.1 -p "$port" >/dev/null 2>&1) &

seen=$(python3 rrq.py "$port" a.cfg octet timeout 2 | sed -n 1p)
echo "py3tftp 1.3.0"; echo "$seen"
expected='OACK timeout 2.0'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
