#!/usr/bin/env bash
# SIPp 3.6.1 (Debian 12): each line of a message in a scenario loses its spaces at the start and the end. A header that continues on the next line
# becomes an invalid line of its own, and a body loses indentation and trailing spaces: the text of a scenario cannot test how a phone reads them.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb sip-tester=1:3.6.1-1+b2
seen=$(python3 - <<'END'
import socket, subprocess
phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
phone.bind(("127.0.0.1", 0)); phone.settimeout(15); port = phone.getsockname()[1]
open("notify.xml", "w").write("""<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="notify"><send><![CDATA[

NOTIFY sip:200@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:pbx@[local_ip]>;tag=1
To: <sip:200@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 NOTIFY
Event: check-sync;
 reboot=true
Content-Type: text/plain
Content-Length: [len]

label = Ana  
  vlan = 20

]]></send></scenario>
""")
client = subprocess.Popen(["timeout", "20", "usr/bin/sipp", "-sf", "notify.xml", "-m", "1", "-i", "127.0.0.1", "-nostdin", f"127.0.0.1:{port}"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
head, body = phone.recvfrom(4000)[0].decode().split("\r\n\r\n", 1)
client.wait()
lines = head.split("\r\n")
print("event:", lines[lines.index("Event: check-sync;"):][:2])
print("body:", repr(body))
END
)
echo "sip-tester 1:3.6.1-1+b2; Event: check-sync; continues with a space and reboot=true"; echo "$seen"
expected="event: ['Event: check-sync;', 'reboot=true']
body: 'label = Ana\r\nvlan = 20\r\n'"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
