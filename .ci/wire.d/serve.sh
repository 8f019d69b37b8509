#!/usr/bin/env bash
# `fvprov serve` with external clients: curl (http, https, ftp, tftp; basic and digest), tftp-hpa, atftp, lftp.
# needs: curl tftp-hpa atftp lftp
set -euo pipefail
cd "$WORK"

fail() { echo "serve: $*" >&2; exit 1; }
same() { cmp -s "$1" "$2" || fail "$3: not the file that was served"; }

mkdir -p tree/sites got
printf '#!version:1.0.0.1\ninclude:config <sites/berlin.cfg>\ninclude:config <0021f2000001.cfg>\n' > tree/0021f2000001.boot
printf '#!version:1.0.0.1\nlang.gui = German\n' > tree/sites/berlin.cfg
printf '#!version:1.0.0.1\naccount.1.label = Empfang\n' > tree/0021f2000001.cfg
printf '[server]\nalso = ["*.bin", "*.cfg"]\n' > tree/fvprov.toml
# Sizes for the end of a transfer: not a multiple of any block size, a multiple of 512, and one byte.
head -c 300001 /dev/urandom > tree/firmware.bin
head -c 51200 /dev/urandom > tree/full.bin
printf x > tree/one.bin

servers=()
trap 'for server in "${servers[@]}"; do kill "$server" 2> /dev/null || true; done' EXIT

# start NAME OPTION…: starts a server; its first line is stored in NAME.start and its log in NAME.log.
start() {
  local name=$1
  shift
  "$FVPROV" serve tree --quiet --format json "$@" > "$name.log" 2> "$name.err" &
  servers+=($!)
  for _ in $(seq 100); do
    [ -s "$name.log" ] && return
    sleep 0.1
  done
  cat "$name.err" >&2
  fail "$name did not start"
}
# of NAME SCHEME: prints the URL of a server.
of() { head -1 "$1.log" | sed 's/.*"urls"://' | grep -o "\"$2://[^\"]*" | tr -d '"'; }

start open --http 127.0.0.1:0 --https 127.0.0.1:0 --tftp 127.0.0.1:0 --ftp 127.0.0.1:0
http=$(of open http) https=$(of open https) tftp=$(of open tftp) ftp=$(of open ftp)
tftp_port=${tftp##*:}
tftp_port=${tftp_port%/}

echo "curl: http, https, ftp, tftp"
for file in firmware.bin full.bin one.bin sites/berlin.cfg; do
  curl -sSf -o got/x "$http$file"
  same got/x "tree/$file" "curl http $file"
  curl -sSfk -o got/x "$https$file"
  same got/x "tree/$file" "curl https $file"
  curl -sSf -o got/x "$ftp$file"
  same got/x "tree/$file" "curl ftp $file"
  curl -sSf --disable-epsv -o got/x "$ftp$file"
  same got/x "tree/$file" "curl ftp PASV $file"
  curl -sSf -o got/x "${tftp}$file"
  same got/x "tree/$file" "curl tftp $file"
  curl -sSf --tftp-no-options -o got/x "${tftp}$file"
  same got/x "tree/$file" "curl tftp without options $file"
  curl -sSf --tftp-blksize 1400 -o got/x "${tftp}$file"
  same got/x "tree/$file" "curl tftp blksize $file"
done
head -c 1000 tree/firmware.bin > got/x
curl -sSf -C - -o got/x "${http}firmware.bin"
same got/x tree/firmware.bin "curl, a download that goes on"
curl -sSfI "${http}one.bin" | tr -d '\r' | grep -i '^content-length: 1$' > /dev/null || fail "the response to HEAD has no length"
[ "$(curl -sS --http1.0 -o /dev/null -w '%{http_code}' "${http}gone.cfg")" = 404 ] || fail "http: 404"
[ "$(curl -sS --path-as-is -o /dev/null -w '%{http_code}' "${http}../serve.sh")" = 403 ] || fail "http: .."
[ "$(curl -sS -o /dev/null -w '%{http_code}' "${http}fvprov.toml")" = 403 ] || fail "http: settings"
[ "$(curl -sS -T tree/one.bin -o /dev/null -w '%{http_code}' "${http}new.cfg")" = 405 ] || fail "http: PUT"
curl -sS -T tree/one.bin "${ftp}new.cfg" 2> /dev/null && fail "ftp: STOR"
curl -sS -T tree/one.bin "${tftp}new.cfg" 2> /dev/null && fail "tftp: WRQ"
curl -sS -o got/x "${ftp}fvprov.toml" 2> /dev/null && fail "ftp: settings"
curl -sS -o got/x "${tftp}gone.cfg" 2> /dev/null && fail "tftp: a missing file"
curl -sS "$ftp" > got/x 2> /dev/null && fail "ftp: a listing"

echo "tftp-hpa"
for file in firmware.bin full.bin one.bin 0021f2000001.boot; do
  rm -f got/x
  tftp -m binary 127.0.0.1 "$tftp_port" -c get "$file" got/x
  same got/x "tree/$file" "tftp-hpa $file"
  rm -f got/x
  tftp -m ascii 127.0.0.1 "$tftp_port" -c get 0021f2000001.boot got/x
  same got/x tree/0021f2000001.boot "tftp-hpa netascii"
done
tftp -m binary 127.0.0.1 "$tftp_port" -c put tree/one.bin new.cfg 2>&1 | grep "read-only" > /dev/null || fail "tftp-hpa: put is not refused"

echo "atftp, with and without options"
for options in "" "--option=blksize:1428" "--option=blksize:8" "--option=tsize:0 --option=timeout:3 --option=blksize:9000"; do
  for file in firmware.bin full.bin one.bin; do
    [ "$options" = "--option=blksize:8" ] && [ "$file" = firmware.bin ] && continue
    rm -f got/x
    words=()
    for option in $options; do words+=(--option "$(echo "${option#--option=}" | tr : ' ')"); done
    atftp "${words[@]}" --get --remote-file "$file" --local-file got/x 127.0.0.1 "$tftp_port" > /dev/null 2>&1
    same got/x "tree/$file" "atftp $options $file"
  done
done

echo "lftp"
rm -f got/x
lftp -c "set ftp:ssl-allow no; set net:max-retries 1; open $ftp; get firmware.bin -o got/x" > /dev/null
same got/x tree/firmware.bin "lftp ftp"
rm -f got/x
lftp -c "set ftp:ssl-allow no; set net:max-retries 1; open $ftp; cd sites; get berlin.cfg -o got/x" > /dev/null
same got/x tree/sites/berlin.cfg "lftp cd"
rm -f got/x
lftp -c "set net:max-retries 1; get ${http}firmware.bin -o got/x" > /dev/null
same got/x tree/firmware.bin "lftp http"
lftp -c "set ftp:ssl-allow no; set net:max-retries 1; set cmd:fail-exit yes; open $ftp; put tree/one.bin -o new.cfg" > /dev/null 2>&1 && fail "lftp: put"
[ ! -e tree/new.cfg ] || fail "something was written"

echo "curl: basic, digest, FTP's password"
FVPROV_PASSWORD='geheim: 1' start login --http 127.0.0.1:0 --ftp 127.0.0.1:0 --user prov
http=$(of login http) ftp=$(of login ftp)
[ "$(curl -sS -o /dev/null -w '%{http_code}' "${http}one.bin")" = 401 ] || fail "http: 401"
for way in --basic --digest --anyauth; do
  curl -sSf $way -u 'prov:geheim: 1' -o got/x "${http}firmware.bin"
  same got/x tree/firmware.bin "curl $way"
  [ "$(curl -sS $way -u 'prov:falsch' -o /dev/null -w '%{http_code}' "${http}one.bin")" = 401 ] || fail "$way: a wrong password"
done
curl -sSf -u 'prov:geheim: 1' -o got/x "${ftp}firmware.bin"
same got/x tree/firmware.bin "curl ftp with a password"
curl -sS -u 'prov:falsch' -o got/x "${ftp}one.bin" 2> /dev/null && fail "ftp: a wrong password"
grep -q geheim login.log login.err && fail "the log contains the password"

echo "the client of fvprov, and the log"
"$FVPROV" fetch "$(of open http)" --mac 0021f2000001 > fetched || { cat fetched >&2; fail "fetch"; }
"$FVPROV" fetch "$(of open tftp)" --mac 0021f2000001 > fetched || { cat fetched >&2; fail "fetch over tftp"; }
"$FVPROV" fetch "$(of open ftp)" --mac 0021f2000001 > fetched || { cat fetched >&2; fail "fetch over ftp"; }
for _ in $(seq 50); do
  [ "$(grep -c '"complete":true' open.log)" -ge 1 ] && break
  sleep 0.1
done
grep -q '"complete":true' open.log || fail "no verdict is complete"

echo "stopping the servers"
kill -TERM "${servers[@]}"
for server in "${servers[@]}"; do
  wait "$server" || fail "a server ended with $?"
done
servers=()
echo "serve: ok"
