# The clients of fvprov with external servers: fetch, and a URL as SOURCE, over tftp, ftp, ftps, http and https.
# Debian's nginx does not support digest authentication, so lighttpd is used for it.
# Debian does not allow two FTP servers or two TFTP servers to be installed together, so the second is only unpacked.
# needs: tftpd-hpa vsftpd nginx-light lighttpd openssl apache2-utils libsodium23 libwrap0 pure-ftpd-common
set -euo pipefail
. "$(dirname "$0")/expect.bash"
cd "$WORK"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
}
trap finish EXIT

start() { "$@" > "$WORK/log.${#pids[@]}" 2>&1 & pids+=($!); }
# Waits until something listens on a port.
up() {
  for _ in $(seq 50); do
    (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return 0
    sleep 0.1
  done
  tail -n 5 "$WORK"/log.* >&2
  : > "$output"
  fail "nothing listens on port $1"
}

# Unpacks a package without installing it; fails if it cannot be downloaded.
unpack() {
  mkdir -p unpacked
  (cd unpacked && apt-get download -qq "$1" > "$output" 2>&1 && dpkg-deb -x "$1"_*.deb .) || return 1
  version=$(basename unpacked/"$1"_*.deb | cut -d _ -f 2)
}
PATH=$PATH:$WORK/unpacked/usr/sbin:$WORK/unpacked/usr/bin

mac=0021f2000001
mkdir -m 755 tree tree/prov "tree/prov/HTTP Dir"
prov=$WORK/tree/prov
header='#!version:1.0.0.1'
printf '%s\n' "$header" 'include:config <common.cfg>' 'include:config <HTTP Dir/sip 1.cfg>' "include:config <$mac.cfg>" > "$prov/$mac.boot"
printf '%s\n' "$header" 'include:config <common.cfg>' > "$prov/y000000000000.boot"
{ printf '%s\n' "$header" 'remote_phonebook.data.1.url = book.xml'; for i in $(seq 9000); do echo "# a long file of many blocks, line $i"; done; } > "$prov/common.cfg"
printf '%s\nlang.gui = Turkish\n' "$header" > "$prov/HTTP Dir/sip 1.cfg"
printf '%s\naccount.1.label = One\n' "$header" > "$prov/$mac.cfg"
echo '<YealinkIPPhoneDirectory></YealinkIPPhoneDirectory>' > "$prov/book.xml"
chmod -R a+rX tree
"$FVPROV" render "$prov" --mac $mac > expected.cfg

# whole URL [OPTION…]: a phone gets all files that it needs, with the correct bytes.
whole() {
  local url=$1
  shift
  rm -rf got
  expect 0 "$FVPROV" fetch "$url" --mac $mac --out got "$@"
  contains "fully provisioned: 5 files, 3 settings"
  for file in $mac.boot common.cfg "HTTP Dir/sip 1.cfg" $mac.cfg book.xml; do
    cmp "got/$file" "$prov/$file" || fail "$url: $file differs from the server's file"
  done
  "$FVPROV" render "$url" --mac $mac "$@" > got.cfg || fail "render $url"
  cmp got.cfg expected.cfg || fail "$url: rendered differently than from disk"
  expect 0 "$FVPROV" lint "$url" --mac $mac "$@"
  expect 0 "$FVPROV" diff "$url" "$prov" --expect-unchanged "$@"
  # A phone without its own files: 404 and similar responses mean that a file is missing, not that the request failed.
  expect 0 "$FVPROV" fetch "$url" --mac 0021f2000002 "$@"
  contains "not found"
  echo "ok: $url $*"
}

echo "tftpd-hpa $(dpkg-query -W -f '${Version}' tftpd-hpa)"
start in.tftpd -L -a 127.0.0.1:16900 -u nobody -s "$WORK/tree"
start in.tftpd -L -a 127.0.0.1:16901 -u nobody -r blksize -r tsize -s "$WORK/tree"
ports=(16900 16901)
if unpack atftpd; then
  echo "atftpd $version"
  start atftpd --daemon --no-fork --port 16902 --bind-address 127.0.0.1 --user nobody.nogroup --logfile - "$WORK/tree"
  ports+=(16902)
else
  echo "skipped: atftpd cannot be downloaded"
fi
sleep 1
for port in "${ports[@]}"; do whole "tftp://127.0.0.1:$port/prov/"; done
chmod 600 "$prov/common.cfg"
expect 1 "$FVPROV" fetch tftp://127.0.0.1:16900/prov --mac $mac
contains "failed: the server replied with error"
chmod 644 "$prov/common.cfg"

openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost > openssl.log 2>&1
cat key.pem cert.pem > both.pem

echo "vsftpd $(dpkg-query -W -f '${Version}' vsftpd)"
ftp() {
  printf '%s\n' listen=YES listen_address=127.0.0.1 "listen_port=$1" anonymous_enable=YES local_enable=NO background=NO \
    "anon_root=$WORK/tree" seccomp_sandbox=NO secure_chroot_dir=/var/empty "$2" > "vsftpd.$1"
  mkdir -p /var/empty
  start vsftpd "$WORK/vsftpd.$1"
  up "$1"
}
ftp 12100 ssl_enable=NO
whole ftp://127.0.0.1:12100/prov/
# If the server has a file listing, --mac is not required.
expect 0 "$FVPROV" phones ftp://127.0.0.1:12100/prov/ --format csv
contains $mac
ftp 12101 "ssl_enable=YES
allow_anon_ssl=YES
force_anon_data_ssl=YES
force_anon_logins_ssl=YES
require_ssl_reuse=NO
rsa_cert_file=$WORK/cert.pem
rsa_private_key_file=$WORK/key.pem"
whole ftps://127.0.0.1:12101/prov --insecure
expect 2 "$FVPROV" lint ftps://127.0.0.1:12101/prov --mac $mac
contains "certificate"

if unpack pure-ftpd; then
  echo "pure-ftpd $version"
  printf 'Kranich-1\nKranich-1\n' | pure-pw useradd me -f pure.passwd -u nobody -g nogroup -d "$WORK/tree" > pure.log
  pure-pw mkdb pure.pdb -f pure.passwd
  start pure-ftpd --bind 127.0.0.1,12102 --login "puredb:$WORK/pure.pdb" --noanonymous --chrooteveryone --minuid 1 --dontresolve
  up 12102
  whole ftp://me:Kranich-1@127.0.0.1:12102/prov/
  expect 0 "$FVPROV" phones ftp://me:Kranich-1@127.0.0.1:12102/prov/ --format csv
  contains $mac
  expect 1 "$FVPROV" fetch ftp://me:wrong@127.0.0.1:12102/prov/ --mac $mac
  contains "530"
else
  echo "skipped: pure-ftpd cannot be downloaded"
fi

echo "nginx $(dpkg-query -W -f '${Version}' nginx-light)"
htpasswd -bc htpasswd me Kranich-1 > htpasswd.log 2>&1
chmod 644 htpasswd
cat > nginx.conf <<CONF
daemon off; pid $WORK/nginx.pid; error_log $WORK/nginx.err; events {}
http {
  access_log $WORK/nginx.log; client_body_temp_path $WORK/t1; proxy_temp_path $WORK/t2; fastcgi_temp_path $WORK/t3;
  uwsgi_temp_path $WORK/t4; scgi_temp_path $WORK/t5; root $WORK/tree;
  server { listen 127.0.0.1:18000; location /old/ { rewrite ^/old/(.*) /prov/\$1 redirect; } }
  server { listen 127.0.0.1:18001; auth_basic prov; auth_basic_user_file $WORK/htpasswd; }
  server { listen 127.0.0.1:18002 ssl; ssl_certificate $WORK/cert.pem; ssl_certificate_key $WORK/key.pem; }
}
CONF
start nginx -c "$WORK/nginx.conf"
up 18000
whole http://127.0.0.1:18000/prov
whole http://127.0.0.1:18000/old/
grep -q "Flyingvoice FIP13G V0.6.24 00:21:F2:00:00:01" nginx.log || fail "nginx saw another User-Agent"
whole http://me:Kranich-1@127.0.0.1:18001/prov/
FVPROV_USER=me FVPROV_PASSWORD=Kranich-1 whole http://127.0.0.1:18001/prov/
expect 2 "$FVPROV" lint http://127.0.0.1:18001/prov/ --mac $mac
contains "the server requires a user name and a password"
whole https://127.0.0.1:18002/prov/ --insecure
expect 2 "$FVPROV" fetch https://127.0.0.1:18002/prov/ --mac $mac
contains "certificate"

echo "lighttpd $(dpkg-query -W -f '${Version}' lighttpd)"
for algorithm in MD5 SHA-256; do
  port=$([ $algorithm = MD5 ] && echo 18003 || echo 18004)
  hash=$([ $algorithm = MD5 ] && echo md5sum || echo sha256sum)
  printf 'me:prov:%s\n' "$(printf 'me:prov:Kranich-1' | $hash | cut -d ' ' -f 1)" > "htdigest.$port"
  cat > "lighttpd.$port" <<CONF
server.port = $port
server.bind = "127.0.0.1"
server.document-root = "$WORK/tree"
server.modules = ("mod_auth", "mod_authn_file")
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "$WORK/htdigest.$port"
auth.require = ("/" => ("method" => "digest", "algorithm" => "$algorithm", "realm" => "prov", "require" => "valid-user"))
CONF
  start lighttpd -D -f "$WORK/lighttpd.$port"
  up "$port"
  whole "http://me:Kranich-1@127.0.0.1:$port/prov/"
  expect 1 "$FVPROV" fetch "http://me:wrong@127.0.0.1:$port/prov/" --mac $mac
  contains "the server rejects this user name or password"
done
