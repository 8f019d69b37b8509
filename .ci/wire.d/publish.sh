# From an edit to the server: a list of 120 phones that LibreOffice saved as .ods, .xlsx and CSV, generate, publish, nginx, and fetch by
# every phone; rsync in three passes; a clone with git and pre-commit.
# needs: nginx-light rsync git libreoffice-calc python3-venv
set -euo pipefail
. "$(dirname "$0")/expect.bash"
requirements=$PWD/.ci/requirements.txt
cd "$WORK"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
}
trap finish EXIT
export XDG_STATE_HOME=$WORK/state HOME=$WORK

phones=120
nginx -v 2>&1 | sed 's/nginx version: //'
rsync --version | sed -n 1p
soffice --version 2> /dev/null | sed -n 1p

# serve DIRECTORY PORT: a web server with nginx.
serve() {
  mkdir -m 755 "nginx-$2"
  cat > "nginx-$2/nginx.conf" <<NGINX
daemon off; pid $WORK/nginx-$2/pid; error_log $WORK/nginx-$2/error.log;
events {}
http {
  access_log off; default_type text/plain; sendfile on;
  client_body_temp_path $WORK/nginx-$2/b; proxy_temp_path $WORK/nginx-$2/p; fastcgi_temp_path $WORK/nginx-$2/f;
  uwsgi_temp_path $WORK/nginx-$2/u; scgi_temp_path $WORK/nginx-$2/s;
  server { listen 127.0.0.1:$2; root $1; }
}
NGINX
  nginx -c "$WORK/nginx-$2/nginx.conf" > "nginx-$2/log" 2>&1 &
  pids+=($!)
  for _ in $(seq 50); do
    (exec 3<> "/dev/tcp/127.0.0.1/$2") 2> /dev/null && return 0
    sleep 0.1
  done
  fail "nginx does not listen on port $2"
}

# list NAME: writes the list of phones with this name for phone 57, saved by LibreOffice as .ods, .xlsx and CSV.
list() {
  mkdir -p sheets
  {
    echo mac,model,site,extension,name
    for n in $(seq "$phones"); do
      name="Phone $n"
      [ "$n" -ne 57 ] || name=$1
      printf '0021f2%06x,fip14g,berlin,%d,%s\n' "$n" $((100 + n)) "$name"
    done
  } > sheets/phones.csv
  for to in ods:calc8 xlsx:"Calc MS Excel 2007 XML" csv:"Text - txt - csv (StarCalc)"; do
    from=sheets/phones.csv
    [ "$to" = ods:calc8 ] || from=sheets/out/phones.ods
    soffice -env:UserInstallation=file://"$WORK"/office --headless --convert-to "$to" --outdir sheets/out "$from" > "$output" 2>&1 \
      || fail "LibreOffice cannot save the list"
  done
  cp sheets/out/phones.* site/
}

# use_list FILE: makes this file the list of phones.
use_list() {
  sed -i "s/^file = .*/file = \"$1\"/" fvprov.toml
}

# every URL WORDS: every phone fetches all its files, and phone 57 gets these words.
every() {
  for n in $(seq "$phones"); do
    mac=$(printf '0021f2%06x' "$n")
    expect 0 "$FVPROV" fetch "$1" --mac "$mac"
    contains "fully provisioned"
  done
  expect 0 "$FVPROV" render "$1" --mac 0021f2000039
  contains "account.1.display_name = $2"
}

expect 0 "$FVPROV" init site
list "Phone 57"
{ echo mac,password; for n in $(seq "$phones"); do printf '0021f2%06x,Xq%dvRt2mKp%d\n' "$n" $((n * 7919)) "$n"; done; } > site/secrets.csv
cd site
use_list phones.ods
expect 0 "$FVPROV" generate
expect 0 "$FVPROV" publish --grace 0 "$WORK/live"
[ "$(find "$WORK/live" -name '0021*.boot' | wc -l)" -eq "$phones" ] || fail "$(find "$WORK/live" -name '0021*.boot' | wc -l) boot files"
[ -z "$(find "$WORK/live" -type f ! -name '*.boot' ! -name '*.cfg')" ] || fail "files that no phone needs"
chmod -R a+rX "$WORK/live"
cd ..
serve "$WORK/live" 18080
every http://127.0.0.1:18080/ "Phone 57"
echo "ok: init, an .ods file of LibreOffice, generate, publish, nginx: $phones phones fetch everything"

list "Front Desk"
cd site
use_list phones.xlsx
expect 0 "$FVPROV" generate
expect 0 "$FVPROV" publish --grace 0 "$WORK/live"
contains "account.1.display_name: Phone 57 → Front Desk"
contains "2 files written, 0 removed"
cd ..
every http://127.0.0.1:18080/ "Front Desk"
for n in 1 57 "$phones"; do
  mac=$(printf '0021f2%06x' "$n")
  (cd site && expect 1 "$FVPROV" set --mac "$mac" account.1.display_name=Other && contains "spreadsheet program")
done
(cd site && use_list phones.csv && expect 0 "$FVPROV" generate && contains "0 files written")
echo "ok: one cell changed in an .xlsx file: phone 57 gets the new value; the CSV file contains the same list"

head -n 1 site/phones.csv > empty.csv
head -n 60 site/phones.csv > half.csv
before=$(find live -type f -exec md5sum {} + | sort | md5sum)
for damaged in empty half; do
  cp -R site damaged
  cp "$damaged.csv" damaged/phones.csv
  rm -f damaged/www/*.boot damaged/www/0021f2*.cfg
  (cd damaged && "$FVPROV" generate > /dev/null 2>&1) || true
  (cd damaged && "$FVPROV" publish --grace 0 "$WORK/live" > "$output" 2>&1) && fail "$damaged: published"
  [ "$(find live -type f -exec md5sum {} + | sort | md5sum)" = "$before" ] || fail "$damaged: the files changed"
  rm -rf damaged
done
echo "ok: an empty list and a list with half of its rows: nothing is removed without --yes"

# The three passes of docs/publish.md.
mkdir -m 755 remote
three_passes() {
  rsync -rtc --exclude='.fvprov-*' --exclude='*.boot' live/ remote/
  rsync -rtc --exclude='.fvprov-*' live/ remote/
  rsync -rtc --exclude='.fvprov-*' --delete live/ remote/
}
three_passes
serve "$WORK/remote" 18081
every http://127.0.0.1:18081/ "Front Desk"
sed -i 's/sites\/{{ site }}.cfg/offices\/{{ site }}.cfg/' site/templates/phone.boot.j2
mkdir site/www/offices
cp site/www/sites/berlin.cfg site/www/offices/berlin.cfg
(cd site && expect 0 "$FVPROV" generate && rm -r www/sites && expect 0 "$FVPROV" publish --yes --grace 0 "$WORK/live")
# A phone fetches between the passes.
rsync -rtc --exclude='.fvprov-*' --exclude='*.boot' live/ remote/
every http://127.0.0.1:18081/ "Front Desk"
rsync -rtc --exclude='.fvprov-*' live/ remote/
every http://127.0.0.1:18081/ "Front Desk"
rsync -rtc --exclude='.fvprov-*' --delete live/ remote/
every http://127.0.0.1:18081/ "Front Desk"
diff -r live remote > "$output" || fail "rsync copied something else"
echo "ok: rsync in three passes: every phone fetches everything after each pass"

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=ci GIT_AUTHOR_EMAIL=ci@example.com GIT_COMMITTER_NAME=ci GIT_COMMITTER_EMAIL=ci@example.com
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git -C site init --quiet
git -C site add --all
git -C site commit --quiet --message "the site"
git -C site ls-files > "$output"
lacks secrets.csv
lacks .fvprov
(cd site && expect 0 "$FVPROV" publish --grace 0 --dry-run git:HEAD "$WORK/live" && contains "0 files would be written")
echo "ok: git:HEAD is what was published"
git clone --quiet site clone
if ! grep -q "repo: local" clone/.pre-commit-config.yaml; then
  echo "skipped: the pre-commit hooks of init need the repository of fvprov"
elif ! { python3 -m venv venv && venv/bin/pip install --quiet --requirement "$requirements"; } > "$output" 2>&1; then
  echo "skipped: pre-commit cannot be installed"
else
  export PRE_COMMIT_HOME=$WORK/pre-commit
  mkdir -p bin && cp "$FVPROV" bin/fvprov
  export PATH=$WORK/bin:$PATH
  (cd clone && expect 0 ../venv/bin/pre-commit run --all-files)
  sed 's/^/  /' "$output"
  echo "ok: pre-commit in a clone"
fi
