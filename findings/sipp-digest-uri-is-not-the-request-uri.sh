#!/usr/bin/env bash
# SIPp 3.6.1 (Debian 12): [authentication] computes the digest for sip:HOST:PORT of the remote address, not for the Request-URI, whose user is
# missing. Of qop="auth,auth-int" it takes auth-int. A phone that compares the uri parameter with the Request-URI refuses a check-sync that is otherwise correct.
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
import hashlib, re, socket, subprocess
phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
phone.bind(("127.0.0.1", 0)); phone.settimeout(15); port = phone.getsockname()[1]
notify = """<send><![CDATA[

NOTIFY sip:200@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:pbx@[local_ip]>;tag=1
To: <sip:200@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: %d NOTIFY
%sEvent: check-sync
Content-Length: 0

]]></send>
<recv response="%d"%s/>
"""
open("notify.xml", "w").write('<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="notify">\n' + notify % (1, "", 401, ' auth="true"')
                              + notify % (2, "[authentication username=admin password=secret]\n", 200, "") + "</scenario>\n")
def md5(*parts): return hashlib.md5(":".join(parts).encode()).hexdigest()
client = subprocess.Popen(["timeout", "20", "usr/bin/sipp", "-sf", "notify.xml", "-m", "1", "-i", "127.0.0.1", "-nostdin", f"127.0.0.1:{port}"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while True:
    data, sender = phone.recvfrom(4000)
    lines = data.decode().split("\r\n")
    found = [line for line in lines if line.startswith("Authorization:")]
    status = ["SIP/2.0 200 OK"] if found else ["SIP/2.0 401 Unauthorized", 'WWW-Authenticate: Digest realm="desk", nonce="n1", qop="auth,auth-int", algorithm=MD5']
    copied = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    phone.sendto("\r\n".join(status + copied + ["Content-Length: 0", "", ""]).encode(), sender)
    if found: break
client.wait()
values = dict((a, b or c) for a, b, c in re.findall(r'(\w+)=(?:"([^"]*)"|([^,]*))', found[0]))
def response(qop, uri):
    second = md5("NOTIFY", uri, md5("")) if qop == "auth-int" else md5("NOTIFY", uri)
    return md5(md5("admin", "desk", "secret"), "n1", values["nc"], values["cnonce"], qop, second)
requested = lines[0].split()[1]
print("Request-URI:", requested.replace(str(port), "PORT"))
print("uri parameter:", values["uri"].replace(str(port), "PORT"), "qop:", values["qop"])
print("response is computed for:", [name for name, uri in (("uri parameter", values["uri"]), ("Request-URI", requested)) if response(values["qop"], uri) == values["response"]])
END
)
echo "sip-tester 1:3.6.1-1+b2"; echo "$seen"
expected="Request-URI: sip:200@127.0.0.1:PORT
uri parameter: sip:127.0.0.1:PORT qop: auth-int
response is computed for: ['uri parameter']"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
