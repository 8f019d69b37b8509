#!/usr/bin/env bash
# Smarty 4.3.0 (Debian 12): "the newline after a tag is removed" holds for {if}, {foreach}, {assign}, {capture} and comments, both tags.
# {literal} and {nocache} lose it after the opening tag only, {block} after neither. So a literal section on lines of its own leaves a
# blank line at its end, and a {block} one at both ends; in a boot file that starts with a block the header is in line 2.
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
foreach (['if 1' => 'if', 'foreach [1] as $k' => 'foreach', 'capture name=c' => 'capture', 'literal' => 'literal', 'nocache' => 'nocache', 'block name=b' => 'block'] as $open => $close)
    echo $close, ': ', json_encode($smarty->fetch("string:{" . $open . "}\nx\n{/" . $close . "}\nb\n")), "\n";
END
seen=$(php t.php)
echo "Smarty 4.3.0-1+deb12u2, PHP 8.2.36"; echo "$seen"
expected='if: "x\nb\n"
foreach: "x\nb\n"
capture: "b\n"
literal: "x\n\nb\n"
nocache: "x\n\nb\n"
block: "\nx\n\nb\n"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
