#!/usr/bin/env bash
# Smarty 4.3.0 (Debian 12): a comment takes the newline after it away wherever it stands, not only on a line of its own. "a = 1{* note *}"
# and the next line become one line, "a = 1b = 2".
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
php() { usr/bin/php8.2 -n -d extension_dir="$(echo usr/lib/php/2*)" -d extension=ctype.so "$@"; }
deb php8.2-cli=8.2.36-1~deb12u1; deb php8.2-common=8.2.36-1~deb12u1; deb smarty4=4.3.0-1+deb12u2
cat > t.php <<'END'
<?php
require 'usr/share/php/smarty4/Smarty.class.php';
$smarty = new Smarty; $smarty->setCompileDir('.');
echo json_encode($smarty->fetch("string:a = 1{* note *}\nb = 2\n")), "\n";
END
seen=$(php t.php)
echo "Smarty 4.3.0-1+deb12u2, PHP 8.2.36"; echo "$seen"
expected='"a = 1b = 2\n"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
