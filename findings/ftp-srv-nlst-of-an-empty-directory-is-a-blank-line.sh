#!/usr/bin/env bash
# ftp-srv 4.6.3 (npm): NLST of an empty directory sends one blank line. A client that splits at line ends gets a file with an empty
# name, and RETR of directory + "/" + "" asks for the directory itself. LIST and NLST of directories with files are right.
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
npm install --silent --no-fund --no-audit ftp-srv@4.6.3 >/dev/null

mkdir -p ftp/empty ftp/full; printf 'a = 1\n' > ftp/full/a.cfg
cat > server.js <<'END'
const quiet = {info() {}, error() {}, warn() {}, debug() {}, trace() {}, child() { return this; }};
const server = new (require("ftp-srv"))({url: `ftp://127.0.0.1:${process.argv[2]}`, anonymous: true, pasv_url: "127.0.0.1", pasv_min: 40000, log: quiet});
server.on("login", (data, accept) => accept({root: "ftp"}));
server.listen();
END
node server.js "$port" 2>/dev/null & wait_for "$port"
seen=$(python3 ftp.py "$port" 'NLST full' 'NLST empty')
echo "ftp-srv 4.6.3"; echo "$seen"
expected="NLST full -> b'a.cfg\\r\\n' 226 Closing data connection
NLST empty -> b'\\r\\n' 226 Closing data connection"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
