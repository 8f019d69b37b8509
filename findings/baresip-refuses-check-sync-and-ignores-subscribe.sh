#!/usr/bin/env bash
# baresip 1.0.0 (Debian 12): a check-sync NOTIFY without Subscription-State gets 400, for any user, and with it 481. A SUBSCRIBE to ua-profile gets
# no response although Allow lists the method; with the presence module it gets "400 Bad Presence". baresip cannot replace a phone in tests of check-sync
# and PnP.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb baresip-core=1.0.0-4+b3; deb libre0=1.1.0-1+b2; deb librem0=0.6.0-4
export LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu HOME=$dir
cat > requests.py <<'END'
import socket, sys
port, phone = int(sys.argv[1]), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
phone.bind(("127.0.0.1", 0)); own = phone.getsockname()[1]
def request(method, number, *lines, user="200"):
    text = "\r\n".join([f"{method} sip:{user}@127.0.0.1:{port} SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{number}", "Max-Forwards: 70",
        f"From: <sip:pbx@127.0.0.1:{own}>;tag=a{number}", f"To: <sip:{user}@127.0.0.1:{port}>", f"Call-ID: {number}", f"CSeq: 1 {method}",
        f"Contact: <sip:pbx@127.0.0.1:{own}>", *lines, "Content-Length: 0", "", ""])
    phone.sendto(text.encode(), ("127.0.0.1", port))
    try: return phone.recv(4000).decode()
    except OSError: return "no response"
phone.settimeout(0.2)
for number in range(50):  # until baresip answers
    ready = request("OPTIONS", number)
    if "200 OK" in ready: break
phone.settimeout(3)
first = lambda response: response.split("\r\n")[0]
sync = "Event: check-sync;reboot=true"
print("Allow has SUBSCRIBE and NOTIFY:", "SUBSCRIBE" in ready and "NOTIFY" in ready)
print("check-sync:", first(request("NOTIFY", 101, sync)))
print("check-sync for an unknown user:", first(request("NOTIFY", 102, sync, user="999")))
print("check-sync with Subscription-State:", first(request("NOTIFY", 103, sync, "Subscription-State: terminated")))
print("SUBSCRIBE to ua-profile:", first(request("SUBSCRIBE", 104, "Event: ua-profile", "Expires: 0")))
END
phone() { # MODULE…: the responses of baresip with these modules
  local port; port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  rm -rf conf; mkdir conf; printf '<sip:200@127.0.0.1>;regint=0\n' > conf/accounts
  { printf 'sip_listen 127.0.0.1:%s\nmodule_path %s/usr/lib/baresip/modules\n' "$port" "$dir"; printf 'module %s.so\n' "$@"; } > conf/config
  timeout 60 usr/bin/baresip -f conf >/dev/null 2>&1 & python3 requests.py "$port"; kill $!; wait $! 2>/dev/null || true
}
seen=$(echo "without presence.so"; phone account g711; echo "with presence.so"; phone account g711 presence)
echo "baresip 1.0.0-4+b3"; echo "$seen"
expected='without presence.so
Allow has SUBSCRIBE and NOTIFY: True
check-sync: SIP/2.0 400 Bad Subscription-State Header
check-sync for an unknown user: SIP/2.0 400 Bad Subscription-State Header
check-sync with Subscription-State: SIP/2.0 481 Subscription Does Not Exist
SUBSCRIBE to ua-profile: no response
with presence.so
Allow has SUBSCRIBE and NOTIFY: True
check-sync: SIP/2.0 400 Bad Subscription-State Header
check-sync for an unknown user: SIP/2.0 400 Bad Subscription-State Header
check-sync with Subscription-State: SIP/2.0 481 Subscription Does Not Exist
SUBSCRIBE to ua-profile: SIP/2.0 400 Bad Presence'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
