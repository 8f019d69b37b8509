#!/usr/bin/env bash
# pyftpdlib 2.2.0 (PyPI), server: "TYPE A N" (ASCII, non-print) is refused with 504, "TYPE A" is accepted, though RFC 959 defines the
# second as short for the first. Old clients that send the full form cannot list directories.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
wait_for() { # PORT: until a TCP server answers
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "the server did not start" >&2; exit 1
}
cat > ftp.py <<'END'
import ftplib, sys
client = ftplib.FTP()
client.connect("127.0.0.1", int(sys.argv[1]), 10)
client.login()
for command in sys.argv[2:]:
    try:
        if command.startswith("NLST"):
            data = client.transfercmd(command)
            names = b"".join(iter(lambda: data.recv(4096), b""))
            data.close()
            print(command, "->", names.decode().encode(), client.voidresp())
        else:
            print(command, "->", client.sendcmd(command))
    except ftplib.Error as error:
        print(command, "->", error)
END
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check pyftpdlib==2.2.0

mkdir ftp
venv/bin/python -m pyftpdlib -i 127.0.0.1 -p "$port" -d ftp 2>/dev/null & wait_for "$port"
seen=$(python3 ftp.py "$port" 'TYPE A' 'TYPE A N')
echo "pyftpdlib 2.2.0"; echo "$seen"
expected='TYPE A -> 200 Type set to: ASCII.
TYPE A N -> 504 Unsupported type "A N".'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
