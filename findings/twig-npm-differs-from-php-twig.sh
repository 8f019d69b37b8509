#!/usr/bin/env bash
# twig 2.0.0 (npm) against Twig 3.5.1 (Debian 12, PHP) on the same templates: PHP Twig removes the newline after a comment, npm's keeps it;
# PHP Twig escapes "&" in a variable as HTML unless told otherwise, npm's does not; {{ true }} is "1" in PHP and "true" in npm, so a switch
# that takes 0 and 1 gets the word "true"; PHP Twig turns CR LF into LF, npm's keeps it.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
php() { usr/bin/php8.2 -n -d extension_dir="$(echo usr/lib/php/2*)" -d extension=ctype.so "$@"; }
deb php8.2-cli=8.2.36-1~deb12u1; deb php8.2-common=8.2.36-1~deb12u1; deb php-twig=3.5.1-1+deb12u3
npm install --silent --no-fund --no-audit twig@2.0.0 >/dev/null
cat > templates.json <<'END'
["{# note #}\nb = 2\n", "{{ name }}\n", "{{ true }}\n", "a = 1\r\n"]
END
cat > t.php <<'END'
<?php
require 'usr/share/php/Twig/autoload.php';
foreach (json_decode(file_get_contents('templates.json')) as $text)
    echo json_encode((new Twig\Environment(new Twig\Loader\ArrayLoader(['t' => $text])))->render('t', ['name' => 'A & B'])), "\n";
END
seen=$(echo PHP; php t.php; echo npm; node -e 'for (const data of require("./templates.json")) console.log(JSON.stringify(require("twig").twig({data}).render({name: "A & B"})))')
echo "Twig 3.5.1-1+deb12u3, twig 2.0.0 (npm)"; echo "$seen"
expected='PHP
"b = 2\n"
"A &amp; B\n"
"1\n"
"a = 1\n"
npm
"\nb = 2\n"
"A & B\n"
"true\n"
"a = 1\r\n"'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
