#!/usr/bin/env bash
# sipsak 0.9.8.1 (Debian 12): if the realm of a challenge has a comma, Authorization repeats it up to the comma and without the closing quotation
# mark, so the next parameter is inside the realm. A check-sync NOTIFY with -a cannot authenticate at a phone with a realm like "Desk, 2nd floor".
# If the challenge offers only auth-int, sipsak answers with auth.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb sipsak=0.9.8.1-1; deb libc-ares2
export LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu
seen=$(python3 - <<'END'
import re, socket, subprocess
phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
phone.bind(("127.0.0.1", 0)); phone.settimeout(15); port = phone.getsockname()[1]
open("notify", "w").write(f"NOTIFY sip:200@127.0.0.1:{port} SIP/2.0\nFrom: <sip:pbx@127.0.0.1>;tag=1\nTo: <sip:200@127.0.0.1:{port}>\nCall-ID: 1\nCSeq: 1 NOTIFY\n"
                          "Max-Forwards: 70\nEvent: check-sync\nContent-Length: 0\n\n")
def authorization(challenge):
    client = subprocess.Popen(["timeout", "20", "usr/bin/sipsak", "-f", "notify", "-u", "admin", "-a", "secret", "-H", "127.0.0.1", "-s", f"sip:200@127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        data, sender = phone.recvfrom(4000)
        lines = data.decode().split("\r\n")
        found = [line for line in lines if line.startswith("Authorization:")]
        status = ["SIP/2.0 200 OK"] if found else ["SIP/2.0 401 Unauthorized", "WWW-Authenticate: Digest " + challenge]
        copied = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        phone.sendto("\r\n".join(status + copied + ["Content-Length: 0", "", ""]).encode(), sender)
        if found: break
    client.wait()
    return re.search("realm=.*", re.sub(r"(cnonce|response)=\"\w+\"", r"\1", found[0]))[0]
print('realm="Desk":', authorization('realm="Desk", nonce="n1"'))
print('realm="Desk, 2nd floor":', authorization('realm="Desk, 2nd floor", nonce="n1"'))
print('qop="auth-int":', authorization('realm="Desk", nonce="n1", qop="auth-int"'))
END
)
echo "sipsak 0.9.8.1-1; challenge, and Authorization from the realm on"; echo "$seen"
expected='realm="Desk": realm="Desk", nonce="n1", response
realm="Desk, 2nd floor": realm="Desk, nonce="n1", response
qop="auth-int": realm="Desk", nonce="n1", qop=auth, nc=00000001, cnonce, response'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
