#!/usr/bin/env bash
# ldapjs 3.0.7 (npm): req.filter.matches() compares values and the names of attributes with their case, and telephone numbers with their spaces.
# In a phone directory that uses it, a search for ana does not find Ana, and +49301234 does not find +49 30 1234; the LDAP rules for cn and
# telephoneNumber ignore both. The request is answered with success and no entries, so the phone shows an empty list.
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-fund --no-audit --ignore-scripts ldapjs@3.0.7 >/dev/null 2>&1

seen=$(timeout 60 node - 2>/dev/null <<'END'
const ldap = require("ldapjs"), server = ldap.createServer();
const people = { "cn=Ana Hall,o=desk": { cn: "Ana Hall", telephoneNumber: "+49 30 1234" }, "cn=Bo Berg,o=desk": { cn: "Bo Berg", telephoneNumber: "9" } };
server.search("o=desk", (request, response, next) => {
  for (const [dn, attributes] of Object.entries(people)) if (request.filter.matches(attributes)) response.send({ dn, attributes });
  response.end(); return next();
});
server.listen(0, "127.0.0.1", async () => {
  const client = ldap.createClient({ url: server.url });
  for (const filter of ["(cn=Ana*)", "(cn=ana*)", "(telephoneNumber=*)", "(telephonenumber=*)", "(telephoneNumber=+49 30 1234)", "(telephoneNumber=+49301234)"])
    await new Promise(done => client.search("o=desk", { scope: "sub", filter }, (error, result) => {
      const names = [];
      result.on("searchEntry", entry => names.push(entry.pojo.objectName.split(",")[0]));
      result.on("end", end => { console.log(`${filter}: ${names.join(" and ") || "no entry"} (status ${end.status})`); done(); });
    }));
  process.exit();
});
END
)
echo "ldapjs 3.0.7; entries cn=Ana Hall, +49 30 1234, and cn=Bo Berg, 9"; echo "$seen"
expected='(cn=Ana*): cn=Ana Hall (status 0)
(cn=ana*): no entry (status 0)
(telephoneNumber=*): cn=Ana Hall and cn=Bo Berg (status 0)
(telephonenumber=*): no entry (status 0)
(telephoneNumber=+49 30 1234): cn=Ana Hall (status 0)
(telephoneNumber=+49301234): no entry (status 0)'
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
