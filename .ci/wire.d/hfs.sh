#!/usr/bin/env bash
# `fetch` and a URL as SOURCE with HFS 3 (npm package hfs), a file server that is common on Windows.
# needs: curl
set -euo pipefail
. "$(dirname "$0")/expect.bash"
cd "$WORK"
command -v npm > /dev/null || { echo "skipped: hfs: npm is not installed (on Debian: apt-get install nodejs npm)"; exit 0; }
expect 0 npm install --silent --no-fund --no-audit --prefix . hfs@0.52.9

mac=0021f2000001
mkdir -p "tree/HTTP Directory" home
header='#!version:1.0.0.1'
printf '%s\n' "$header" 'include:config <common.cfg>' 'include:config <HTTP Directory/büro 1.cfg>' "include:config <$mac.cfg>" > "tree/$mac.boot"
printf '%s\n' "$header" 'include:config <common.cfg>' > tree/y000000000000.boot
{ printf '%s\n' "$header" 'remote_phonebook.data.1.url = book.xml'; for i in $(seq 3000); do echo "# a long file, line $i"; done; } > tree/common.cfg
printf '%s\nlang.gui = Turkish\n' "$header" > "tree/HTTP Directory/büro 1.cfg"
printf '%s\naccount.1.label = One\n' "$header" > "tree/$mac.cfg"
echo '<YealinkIPPhoneDirectory></YealinkIPPhoneDirectory>' > tree/book.xml
"$FVPROV" render tree --mac $mac > expected.cfg

cat > home/config.yaml <<YAML
port: 18010
listen_interface: 127.0.0.1
open_browser_at_start: false
create-admin: false
accounts:
  me:
    password: Kranich-1
vfs:
  children:
    - source: $WORK/tree
      name: open
    - source: $WORK/tree
      name: closed
      can_read: [me]
YAML
node node_modules/hfs/src/index.js --cwd "$WORK/home" > hfs.log 2>&1 &
server=$!
trap 'kill $server 2> /dev/null || true; wait $server 2> /dev/null || true' EXIT
for _ in $(seq 300); do
  curl -sf -o /dev/null http://127.0.0.1:18010/open/common.cfg && break
  kill -0 "$server" 2> /dev/null || break
  sleep 0.1
done
cp hfs.log "$output"
curl -sf -o /dev/null http://127.0.0.1:18010/open/common.cfg || fail "HFS does not start"
sed -n 's/^version /HFS /p' hfs.log

# whole URL: a phone gets all files that it needs, with the correct bytes.
whole() {
  rm -rf got
  expect 0 "$FVPROV" fetch "$1" --mac $mac --out got
  contains "fully provisioned: 5 files, 3 settings"
  for file in $mac.boot common.cfg "HTTP Directory/büro 1.cfg" $mac.cfg book.xml; do
    cmp "got/$file" "tree/$file" || fail "$1: $file differs from the server's file"
  done
  "$FVPROV" render "$1" --mac $mac > got.cfg || fail "render $1"
  cmp got.cfg expected.cfg || fail "$1: rendered differently than from disk"
  expect 0 "$FVPROV" lint "$1" --mac $mac
  expect 0 "$FVPROV" diff "$1" tree --expect-unchanged
  # HFS replies 404 for the files of another phone.
  expect 0 "$FVPROV" fetch "$1" --mac 0021f2000002
  contains "not found"
  echo "ok: $1"
}
whole http://127.0.0.1:18010/open
whole http://127.0.0.1:18010/open/
whole http://me:Kranich-1@127.0.0.1:18010/closed/
expect 1 "$FVPROV" fetch http://127.0.0.1:18010/closed/ --mac $mac
contains "the server requires a user name and a password"
expect 1 "$FVPROV" fetch http://me:wrong@127.0.0.1:18010/closed/ --mac $mac
contains "the server rejects this user name or password"
# A wrong folder and a wrong port.
expect 1 "$FVPROV" fetch http://127.0.0.1:18010/missing/ --mac $mac
contains "not found"
