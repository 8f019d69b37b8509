#!/usr/bin/env bash
# vsftpd 3.0.3 (Debian 12): NLST of a directory that does not exist opens the data connection, sends nothing and ends with "226 Directory
# send OK", exactly as for an empty directory. RFC 959 has 450 or 550. A mirror that lists by NLST takes a misspelled directory for
# an empty one and may delete its local copy. CWD into it is refused.
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
deb vsftpd=3.0.3-13+b2
mkdir -p ftp/empty chroot; printf 'a = 1\n' > ftp/a.cfg; chmod -R a+rX "$dir"; chmod a-w ftp
printf '%s\n' listen=YES "listen_port=$port" listen_address=127.0.0.1 anonymous_enable=YES ftp_username=daemon "anon_root=$dir/ftp" "secure_chroot_dir=$dir/chroot" background=NO seccomp_sandbox=NO > conf
usr/sbin/vsftpd conf & wait_for "$port"
seen=$(python3 ftp.py "$port" 'NLST empty' 'NLST missing' 'CWD missing')
echo "vsftpd 3.0.3-13+b2"; echo "$seen"
expected="NLST empty -> b'' 226 Directory send OK.
NLST missing -> b'' 226 Directory send OK.
CWD missing -> 550 Failed to change directory."
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
