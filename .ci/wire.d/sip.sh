#!/usr/bin/env bash
# needs: dnsmasq-base isc-dhcp-server kea-dhcp4-server python3 sip-tester
# notify, PnP and dhcp-option with external programs over loopback: SIPp, dnsmasq, Kea, ISC dhcpd.
# $FVPROV is the program, $WORK an empty directory.
set -euo pipefail
: "${FVPROV:?}" "${WORK:?}"
cd "$WORK"
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done' EXIT
fail() { echo "sip: $*" >&2; exit 1; }

# Reactions of a phone to a NOTIFY, as SIPp scenarios.
echoed='[last_Via:]
[last_From:]
[last_To:];tag=[pid]
[last_Call-ID:]
[last_CSeq:]'
response() { printf '<send><![CDATA[\nSIP/2.0 %s\n%s\n%sContent-Length: 0\n\n]]></send>\n' "$1" "$echoed" "${2:-}"; }
scenario() { printf '<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="phone">\n%s\n</scenario>\n' "$2" > "$1.xml"; }
asked='<recv request="NOTIFY" crlf="true"><action>
<ereg regexp="check-sync" search_in="hdr" header="Event:" check_it="true" assign_to="1"/>
<ereg regexp="terminated" search_in="hdr" header="Subscription-State:" check_it="true" assign_to="2"/>
<ereg regexp=";rport" search_in="hdr" header="Via:" check_it="true" assign_to="3"/>
</action></recv>
<Reference variables="1,2,3"/>'
given='<recv request="NOTIFY" auth="true"><action>
<ereg regexp="Digest.*username=.101." search_in="hdr" header="Authorization:" check_it="true" assign_to="4"/>
<verifyauth assign_to="5" username="101" password="sesame"/>
</action></recv>
<nop test="5" next="right"></nop><nop next="wrong"></nop><label id="right"/>
<Reference variables="4"/>'
challenge=$'WWW-Authenticate: Digest realm="phone", nonce="4711", algorithm=MD5, qop="auth"\n'
scenario plain "$asked$(response '200 OK')"
# SIPp detects and drops retransmissions itself.
scenario late "$asked$(response '100 Trying')<pause milliseconds=\"5000\"/>$(response '200 OK')"
scenario guarded "$asked$(response '401 Unauthorized' "$challenge")$given$(response '200 OK')<nop next=\"end\"></nop>
<label id=\"wrong\"/>$(response '403 Forbidden')<label id=\"end\"/>"
scenario refusing "$asked$(response '489 Bad Event')"

phone() { # NAME PORT TRANSPORT: SIPp as a phone that receives one call
  sipp -sf "$1.xml" -i 127.0.0.1 -p "$2" -t "$3" -m 1 -nostdin -timeout 30 -timeout_error -trace_err -error_file "$1-$3.err" \
    > "$1-$3.log" 2>&1 &
  pids+=($!)
  phone=$!
  for _ in $(seq 100); do
    if [ "$3" = t1 ]; then proto=tcp; else proto=udp; fi
    grep -qi "$(printf '0100007F:%04X' "$2")" "/proc/net/$proto" && return
    sleep 0.1
  done
  fail "SIPp does not listen on $2: $(tail -5 "$1-$3.log")"
}
tell() { # EXPECTED-CODE WORDS ARGUMENTS…
  local expected=$1 words=$2 code=0
  shift 2
  "$FVPROV" notify "$@" > told 2>&1 || code=$?
  if [ "$code" != "$expected" ] || ! grep -q "$words" told; then fail "notify $*: exit $code: $(cat told)"; fi
}
ended() { wait "$phone" || fail "$1: SIPp: $(cat "$1"*.err 2> /dev/null)"; echo "sip: $1: fine"; }

phone plain 15061 u1
tell 0 '200 OK' 101@127.0.0.1:15061
ended plain
phone plain 15062 t1
tell 0 '200 OK' 101@127.0.0.1:15062 --transport tcp
ended plain
phone late 15063 u1
tell 0 '200 OK' 127.0.0.1:15063
ended late
phone guarded 15064 u1
FVPROV_SIP_PASSWORD=sesame tell 0 '200 OK' 101@127.0.0.1:15064
ended guarded
phone guarded 15065 u1
FVPROV_SIP_PASSWORD=wrong tell 1 '403 Forbidden' 101@127.0.0.1:15065
ended guarded
phone refusing 15066 u1
tell 1 'resync from SIP' 127.0.0.1:15066 --reboot
ended refusing

# PnP: SIPp as a phone that searches for its server on port 5060, as phones do. Only the loopback interface is used.
mkdir -p tree
printf '#!version:1.0.0.1\nlang.gui = English\n' > tree/0021f2000001.cfg
printf '<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="pnp">\n%s\n</scenario>\n' '<send retrans="500"><![CDATA[
SUBSCRIBE sip:MAC%3a0021f2000001@224.0.1.75 SIP/2.0
v: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
f: <sip:MAC%3a0021f2000001@224.0.1.75>;tag=[pid]
t: <sip:MAC%3a0021f2000001@224.0.1.75>
i: [call_id]
CSeq: 1 SUBSCRIBE
m: <sip:MAC%3a0021f2000001@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 0
o: ua-profile;profile-type="device";vendor="OEM";model="OEM";version="1"
Accept: application/url
l: 0

]]></send>
<recv response="200"><action>
<ereg regexp="tag=" search_in="hdr" header="To:" check_it="true" assign_to="1"/>
</action></recv>
<recv request="NOTIFY"><action>
<ereg regexp="http://10.20.0.88/prov/$" search_in="body" check_it="true" assign_to="2"/>
<ereg regexp="application/url" search_in="hdr" header="Content-Type:" check_it="true" assign_to="3"/>
<ereg regexp="terminated" search_in="hdr" header="Subscription-State:" check_it="true" assign_to="4"/>
</action></recv>
<Reference variables="1,2,3,4"/>
'"$(response '200 OK')" > pnp.xml
"$FVPROV" serve tree --http 127.0.0.1:0 --pnp --pnp-interface 127.0.0.1 --pnp-url http://10.20.0.88/prov/ > serve.log 2>&1 &
server=$!
pids+=("$server")
for _ in $(seq 100); do
  grep -qi ':13C4 ' /proc/net/udp && break
  kill -0 "$server" 2> /dev/null || fail "serve --pnp: $(cat serve.log)"
  sleep 0.1
done
sipp -sf pnp.xml -i 127.0.0.1 -p 15071 -m 1 -nostdin -timeout 10 -timeout_error -trace_err -error_file pnp.err 127.0.0.1:5060 \
  > pnp.log 2>&1 || fail "PnP: $(cat pnp.err serve.log)"
kill "$server"
grep -q 0021f2000001 serve.log || fail "serve does not report which phone was notified: $(cat serve.log)"
echo "sip: pnp: fine"

# Option 66: each DHCP server must send the URL unchanged, with all characters that need quoting. The script sends
# DISCOVER as a relay does.
cat > discover.py << 'EOF'
import socket, struct, sys
port, client = int(sys.argv[1]), int(sys.argv[2])
relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
relay.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
relay.bind(("127.0.0.2", client))
relay.settimeout(1)
zero, giaddr = b"\0" * 4, socket.inet_aton("127.0.0.2")
head = struct.pack("!BBBBIHH4s4s4s4s16s192x", 1, 1, 6, 1, 4711, 0, 0, zero, zero, zero, giaddr, b"\x00\x21\xf2\x00\x00\x01")
for _ in range(10):
    relay.sendto(head + b"\x63\x82\x53\x63\x35\x01\x01\x37\x02\x42\x01\xff", ("127.0.0.1", port))
    try:
        answer = relay.recv(4096)
        break
    except TimeoutError:
        pass
at = 240
while answer[at] != 255:
    if answer[at] == 66:
        print(answer[at + 2:at + 2 + answer[at + 1]].rstrip(b"\0").decode())
    at += 1 if answer[at] == 0 else 2 + answer[at + 1]
EOF
gets() { # NAME URL PORT CLIENT-PORT
  local got
  got=$(python3 discover.py "$3" "$4") || fail "$1 gives no lease: $(tail -5 "$1.log")"
  [ "$got" = "$2" ] || fail "$1: \`$got\`, not \`$2\`"
  kill "${pids[-1]}" && wait "${pids[-1]}" 2> /dev/null || true
}
export KEA_PIDFILE_DIR=$WORK KEA_LOCKFILE_DIR=$WORK
long="http://10.20.0.88/$(printf 'x%.0s' $(seq 234))/"
for url in http://10.20.0.88:8080/prov/ 10.20.0.88 'http://a:b,c"d\e@10.20.0.88/x,\y;z#/' "$long"; do
  { "$FVPROV" -q dhcp-option "$url" --for dnsmasq
    printf '%s\n' port=0 interface=lo bind-interfaces no-ping dhcp-range=127.0.1.1,127.0.1.9,255.0.0.0 \
      dhcp-alternate-port=16767,16768 "dhcp-leasefile=$WORK/leases" user= group=; } > dnsmasq.conf
  dnsmasq --test --conf-file=dnsmasq.conf > checked 2>&1 || fail "dnsmasq: $(cat checked dnsmasq.conf)"
  dnsmasq --no-daemon --conf-file=dnsmasq.conf > dnsmasq.log 2>&1 &
  pids+=($!)
  gets dnsmasq "$url" 16767 16767
  printf '{"Dhcp4": {"interfaces-config": {"interfaces": ["lo/127.0.0.1"], "dhcp-socket-type": "udp"},
    "lease-database": {"type": "memfile", "persist": false}, "subnet4": [{"subnet": "127.0.0.0/8",
    "pools": [{"pool": "127.0.1.1-127.0.1.9"}], "option-data": [%s]}]}}\n' "$("$FVPROV" -q dhcp-option "$url" --for kea)" > kea.json
  kea-dhcp4 -t kea.json > checked 2>&1 || fail "Kea: $(cat checked kea.json)"
  kea-dhcp4 -c kea.json -p 16777 -P 16778 > kea.log 2>&1 &
  pids+=($!)
  gets kea "$url" 16777 16778
  # ISC dhcpd does not listen on loopback, so only its syntax check is run.
  { "$FVPROV" -q dhcp-option "$url" --for isc; echo 'subnet 127.0.0.0 netmask 255.0.0.0 { }'; } > dhcpd.conf
  dhcpd -t -cf dhcpd.conf > checked 2>&1 || fail "dhcpd: $(cat checked dhcpd.conf)"
done
echo "sip: dnsmasq and Kea send the URL of dhcp-option to phones, and dhcpd accepts its line"
