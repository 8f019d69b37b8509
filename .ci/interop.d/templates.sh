#!/usr/bin/env bash
# Compares the lines that fvprov finds in 200 templates for each of Smarty, Jinja2 and Twig with the renderings of these
# engines for all values of the variables: bash .ci/interop.d/templates.sh
# Requires Rust, Python 3 with venv, and Debian's apt-get download. Installs nothing on the system.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export FVPROV_TEMPLATES=$work
# A fresh machine has no lists of packages.
apt-cache show php-cli > /dev/null 2>&1 || apt-get update -qq > /dev/null 2>&1 || true
if ! apt-cache show php-cli > /dev/null 2>&1; then
  echo "skipped: templates of Smarty and Twig: apt-get knows no package php-cli"
  exit 0
fi
php=$(apt-cache depends php-cli | sed -n 's/.*Depends: \(php[0-9.]*\)-cli.*/\1/p' | sed -n 1p)
smarty=$(apt-cache pkgnames smarty | sort | sed -n '/^smarty[34]$/p' | tail -n 1)
(
  mkdir "$work/debian" && cd "$work/debian"
  apt-get download -qq "$php-cli" "$php-common" "$smarty" php-twig libsodium23 libargon2-1 > /dev/null
  for package in *.deb; do dpkg -x "$package" .; done
)
ls "$work/debian" | grep '\.deb$'
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jinja2

cargo test --locked --test properties templates::write -- --ignored --quiet > /dev/null

cat > "$work/jinja.py" <<'PYTHON'
import json, jinja2, sys
directory = sys.argv[1]
values = json.load(open(f"{directory}/values.json"))
rendered = []
for template in json.load(open(f"{directory}/jinja.json")):
    environment = jinja2.Environment(
        trim_blocks=template["trim"], lstrip_blocks=template["lstrip"], keep_trailing_newline=True)
    compiled = environment.from_string(template["text"])
    rendered.append([compiled.render(one) for one in values])
json.dump(rendered, open(f"{directory}/jinja.rendered.json", "w"))
PYTHON
"$work/venv/bin/python" "$work/jinja.py" "$work"

cat > "$work/render.php" <<'PHP'
<?php
[, $directory, $smarty] = $argv;
require "$directory/debian/usr/share/php/$smarty/Smarty.class.php";
require "$directory/debian/usr/share/php/Twig/autoload.php";
$values = json_decode(file_get_contents("$directory/values.json"), true);
$all = [];
foreach (json_decode(file_get_contents("$directory/twig.json"), true) as $template) {
    $twig = new Twig\Environment(new Twig\Loader\ArrayLoader(['t' => $template['text']]), ['autoescape' => false]);
    $all[] = array_map(fn ($one) => $twig->render('t', $one), $values);
}
file_put_contents("$directory/twig.rendered.json", json_encode($all));
$all = [];
foreach (json_decode(file_get_contents("$directory/smarty.json"), true) as $number => $template) {
    file_put_contents("$directory/$number.tpl", $template['text']);
    $engine = new Smarty;
    $engine->setCompileDir("$directory/compiled")->setTemplateDir($directory);
    $engine->error_reporting = E_ALL & ~E_DEPRECATED & ~E_WARNING;
    $rendered = [];
    foreach ($values as $one) {
        // Objects have another syntax in Smarty.
        $engine->clearAllAssign();
        $engine->assign($one);
        $rendered[] = $engine->fetch("$number.tpl");
    }
    $all[] = $rendered;
}
file_put_contents("$directory/smarty.rendered.json", json_encode($all));
PHP
extensions=$(dirname "$(find "$work/debian/usr/lib/php" -name ctype.so | sed -n 1p)")
"$work/debian/usr/bin/$php" -n -d error_reporting=0 -d extension_dir="$extensions" -d extension=ctype.so -d memory_limit=2G \
  "$work/render.php" "$work" "$smarty"

cargo test --locked --test properties templates::lines_are_those_of_the_renderings_by_other_engines -- --ignored --nocapture
