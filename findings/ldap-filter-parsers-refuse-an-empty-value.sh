#!/usr/bin/env bash
# LDAP filters that phones use for a directory search, in three parsers: ldap-filter 1.0.1 (PyPI), ldap-filters 2.2.2 and ldap-filter 0.3.3 (npm).
# RFC 4515 allows an empty value, which is what remains of (cn=%) if a phone replaces % by no text. Two of the parsers refuse it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check ldap-filter==1.0.1
npm install --silent --no-fund --no-audit ldap-filters@2.2.2 ldap-filter@0.3.3 >/dev/null
seen=$(venv/bin/python - <<'END'
from ldap_filter import Filter
for text in ["(|(cn=%)(sn=%))", "(cn=)"]:
    try:
        print("ldap-filter (PyPI)", text, "is", Filter.parse(text).to_string())
    except Exception as error:
        print("ldap-filter (PyPI)", text, "is refused")
END
node -e 'for (const name of ["ldap-filters", "ldap-filter"]) for (const text of ["(|(cn=%)(sn=%))", "(cn=)"]) {
  let result;
  try { result = require(name).parse(text).toString(); } catch (error) { result = "refused"; }
  console.log(name, "(npm)", text, "is", result);
}')
echo "$seen"
expected='ldap-filter (PyPI) (|(cn=%)(sn=%)) is (|(cn=%)(sn=%))
ldap-filter (PyPI) (cn=) is refused
ldap-filters (npm) (|(cn=%)(sn=%)) is (|(cn=%)(sn=%))
ldap-filters (npm) (cn=) is refused
ldap-filter (npm) (|(cn=%)(sn=%)) is (|(cn=%)(sn=%))
ldap-filter (npm) (cn=) is (cn=)'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
