#!/usr/bin/env bash
# needs: dnsmasq-base isc-dhcp-server kea-dhcp4-server sip-tester
# notify, PnP and dhcp-option against programs of others: SIPp, dnsmasq, Kea, ISC dhcpd. All over loopback.
# $FVPROV is the program, $WORK an empty directory.
set -euo pipefail
: "${FVPROV:?}" "${WORK:?}"
cd "$WORK"
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done' EXIT
fail() { echo "sip: $*" >&2; exit 1; }

# What a phone does with a NOTIFY, as scenarios of SIPp.
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
# SIPp knows what is sent again by itself, and drops it.
scenario late "$asked$(response '100 Trying')<pause milliseconds=\"5000\"/>$(response '200 OK')"
scenario guarded "$asked$(response '401 Unauthorized' "$challenge")$given$(response '200 OK')<nop next=\"end\"></nop>
<label id=\"wrong\"/>$(response '403 Forbidden')<label id=\"end\"/>"
scenario refusing "$asked$(response '489 Bad Event')"

phone() { # NAME PORT TRANSPORT: SIPp as a phone that is called once
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

# Option 66: each server takes the lines, with all that makes them hard.
for url in http://10.20.0.88:8080/prov/ 10.20.0.88 'http://a:b,c"d\e@10.20.0.88/x,y;z#/' "http://10.20.0.88/$(printf 'x%.0s' $(seq 235))/"; do
  "$FVPROV" -q dhcp-option "$url" --for dnsmasq > dnsmasq.conf
  dnsmasq --test --conf-file=dnsmasq.conf > checked 2>&1 || fail "dnsmasq: $(cat checked dnsmasq.conf)"
  printf '{"Dhcp4": {"option-data": [%s], "lease-database": {"type": "memfile", "persist": false}}}\n' \
    "$("$FVPROV" -q dhcp-option "$url" --for kea)" > kea.json
  kea-dhcp4 -t kea.json > checked 2>&1 || fail "Kea: $(cat checked kea.json)"
  { "$FVPROV" -q dhcp-option "$url" --for isc; echo 'subnet 127.0.0.0 netmask 255.0.0.0 { }'; } > dhcpd.conf
  dhcpd -t -cf dhcpd.conf > checked 2>&1 || fail "dhcpd: $(cat checked dhcpd.conf)"
done
echo "sip: dnsmasq, Kea and dhcpd take the lines"
