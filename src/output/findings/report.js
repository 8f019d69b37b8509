const collator = new Intl.Collator("en", { numeric: true });
const findings = data.findings;
const phones = data.phones;
const rules = data.rules;
const levelNames = data.levels.map(([word]) => word);
const severalRoots = new Set(phones.map((phone) => phone.root)).size > 1;
const columnAt = (...names) => data.columns.findIndex((column) => names.includes(column.toLowerCase()));
const siteColumn = columnAt("site", "location", "standort", "branch", "office");

function phoneName(at) {
  const phone = phones[at];
  const name = phone.mac || "any other phone";
  return severalRoots && phone.root !== "." ? name + " in " + phone.root : name;
}
const phoneId = (at) => "phone-" + (severalRoots ? phones[at].root + "/" : "") + (phones[at].mac || "any");
const siteOf = (phone) => (siteColumn >= 0 && phone.cells[siteColumn]) || (severalRoots ? phone.root : "");

function concerns(finding, at) {
  const ranges = finding.members;
  if (!ranges) return false;
  for (let i = 0; i < ranges.length; i += 2) if (at >= ranges[i] && at < ranges[i] + ranges[i + 1]) return true;
  return false;
}
function membersOf(list) {
  const members = new Set();
  for (const finding of list) {
    const ranges = finding.members || [];
    for (let i = 0; i < ranges.length; i += 2) for (let n = 0; n < ranges[i + 1]; n += 1) members.add(ranges[i] + n);
  }
  return members;
}

// Counts of findings by level for each phone, by adding up where ranges start and end.
const counts = levelNames.map(() => new Int32Array(phones.length + 1));
for (const finding of findings) {
  const level = counts[levelNames.indexOf(finding.level)], ranges = finding.members || [];
  for (let i = 0; i < ranges.length; i += 2) { level[ranges[i]] += 1; level[ranges[i] + ranges[i + 1]] -= 1; }
}
for (const level of counts) for (let at = 1; at < level.length; at += 1) level[at] += level[at - 1];

const blocks = data.blocks.map((indices) => ({ findings: indices.map((at) => findings[at]) }));
const countedPhones = (list) => [...membersOf(list)].filter((at) => phones[at].counted).length;

function phoneLink(at) {
  return link(phoneId(at), phoneName(at));
}
function phoneLinks(members, most = 8) {
  const listed = [...members].slice(0, most).flatMap((at, i) => [i ? ", " : "", phoneLink(at)]);
  const rest = members.size - most;
  return rest > 0 ? [...listed, " and " + plural(rest, "more phone")] : listed;
}

function excerpt(finding) {
  const { text, from, to, line } = finding.excerpt;
  return element("pre", { class: "excerpt", tabindex: "0", role: "group", "aria-label": "Line " + line + " of " + finding.file },
    element("span", { class: "number", "aria-hidden": "true" }, line + " │ "),
    text.slice(0, from), element("mark", {}, text.slice(from, to) || "\u00a0"), text.slice(to));
}

function article(block) {
  const [first, ...others] = block.findings;
  const all = block.findings.length;
  const members = block.members || (block.members = membersOf(block.findings));
  const notes = first.notes.filter((note) => !note.startsWith("affects "));
  return element("article", { class: first.level, id: "finding-" + first.id, "data-findings": block.findings.map((finding) => finding.id).join(" ") },
    element("h3", {}, element("span", { class: "level " + first.level }, first.level), ": ", prose(first.message), all > 1 ? " (" + all + " places)" : null),
    element("p", { class: "where" }, element("span", { class: "mono" }, first.spot), " · ", link("rule-" + first.rule, first.rule)),
    first.excerpt ? excerpt(first) : null,
    notes.length ? element("ul", {}, notes.map((note) => element("li", {}, prose(note)))) : null,
    members.size ? element("p", {}, first.silences ? "May silence: " : "Affects: ", phoneLinks(members)) : null,
    others.length ? element("details", {}, element("summary", {}, "All " + all + " places"), element("ul", {}, block.findings.map((finding) =>
      element("li", { id: finding === first ? null : "finding-" + finding.id }, element("span", { class: "mono" }, finding.spot), ": ", prose(finding.message))))) : null);
}

// Summary
document.getElementById("header").append(...[
  element("p", {}, element("code", {}, data.source), ": ", data.summary),
  data.anonymous ? element("p", { class: "quiet" }, "MAC addresses and names of people are replaced.") : "",
].filter(Boolean));
navigation([["summary", "Summary"], ["findings", "Findings"], ["phones", "Phones"], ["files", "Files"], ["rules", "Rules"]].filter(([id]) => id !== "rules" || findings.length));

// Phones that may not register, and files that no phone requests, each with the reasons.
const silencing = findings.filter((finding) => finding.silences);
const silent = membersOf(silencing);
phones.forEach((phone, at) => { if (phone.withoutAccount) silent.add(at); });
const silentList = [...silent].sort((a, b) => a - b);
function silence(at) {
  const reasons = silencing.filter((finding) => concerns(finding, at)).map((finding) => [prose(finding.message), " (", link("finding-" + finding.id, finding.spot), ")"]);
  if (phones[at].withoutAccount) reasons.unshift(phones[at].files.length > 1 ? "no account is enabled" : "no account is enabled, because the phone reads no cfg file");
  return element("li", {}, phoneLink(at), ": ", reasons.flatMap((reason, i) => [i ? "; " : "", reason]));
}
const unrequested = silencing.filter((finding) => !finding.members);
for (const block of blocks) block.phoneCount = countedPhones(block.findings);
// What silences a phone is worst. What exposes secrets concerns all phones.
const weight = (block) => (block.findings[0].silences ? 1e9 : 0) + (exposes(block.findings[0]) ? 1e6 : block.phoneCount);
const exposes = (finding) => rules[finding.rule].group === "Security" || ["exposed-key-material", "source-in-served-tree"].includes(finding.rule);
const worst = blocks.filter((block) => block.findings[0].level === "error" || block.findings[0].silences).sort((a, b) => weight(b) - weight(a));

const byFile = new Map();
for (const finding of findings) {
  const entry = byFile.get(finding.file) || { file: finding.file, counts: levelNames.map(() => 0), findings: [] };
  entry.counts[levelNames.indexOf(finding.level)] += 1;
  entry.findings.push(finding);
  byFile.set(finding.file, entry);
}
const byCounts = (a, b) => a.counts.map((count, at) => b.counts[at] - count).find((difference) => difference) || collator.compare(a.file, b.file);
for (const entry of byFile.values()) {
  const errors = entry.findings.filter((finding) => finding.level === "error");
  entry.reach = countedPhones(errors);
  const silencingHere = entry.findings.filter((finding) => finding.silences);
  entry.silent = countedPhones(silencingHere) + silencingHere.filter((finding) => !finding.members).length;
}
const fileList = [...byFile.values()].sort((a, b) => b.silent - a.silent || b.reach - a.reach || byCounts(a, b));

section("summary", "Summary",
  element("ul", { class: "tiles" }, data.levels.filter(([word, count]) => count || word !== "hint").map(([word, count]) =>
    element("li", {}, element("button", { type: "button", class: word, onclick: () => { showLevel(word); location.hash = "findings"; } }, element("strong", {}, count.toLocaleString("en")), word + (count === 1 ? "" : "s"))))),
  findings.length === 0 ? element("p", { class: "good" }, "fvprov found nothing to report.") : null,
  silent.size || unrequested.length ? [
    element("h3", {}, "Phones that may be silent (" + (silent.size + unrequested.length) + ")"),
    element("p", { class: "quiet" }, "Their configuration has no working account. Other errors can make phones behave wrongly, but leave the registration intact."),
    element("ul", {}, silentList.slice(0, 40).map(silence), silent.size > 40 ? element("li", {}, link("phones", plural(silent.size - 40, "more phone"))) : null,
      unrequested.slice(0, 40).map((finding) => element("li", {}, "The phone of ", element("code", {}, finding.file), ": ", prose(finding.message), " (", link("finding-" + finding.id, "finding"), ")")))] : null,
  worst.length ? element("div", { class: "columns" },
    element("div", {}, element("h3", {}, "Fix these first"), element("ol", {}, worst.slice(0, 8).map((block) => element("li", {}, link("finding-" + block.findings[0].id, block.findings[0].spot), ": ", prose(block.findings[0].message), block.phoneCount ? element("span", { class: "quiet" }, " (" + plural(block.phoneCount, "phone") + ")") : null)))),
    element("div", {}, element("h3", {}, "Files to open first"), element("ol", {}, fileList.filter((entry) => entry.counts[0] || entry.silent).slice(0, 8).map((entry) => element("li", {}, link("file-" + entry.file, entry.file), ": ", entry.counts[0] ? plural(entry.counts[0], "error") : plural(entry.counts[1], "warning"), entry.silent ? ", a phone may be silent" : "", entry.reach ? ", " + plural(entry.reach, "phone") + " affected" : ""))))) : null);

// Findings
const boxes = levelNames.map((word) => element("input", { type: "checkbox", checked: true, value: word, onchange: filterFindings }));
const ruleChoice = choice("Rule", Object.keys(rules).sort(), filterFindings);
const fileChoice = choice("File", [...byFile.keys()].sort(collator.compare), filterFindings);
const siteChoice = choice("Site", [...new Set(phones.map(siteOf))].filter(Boolean).sort(collator.compare), filterFindings);
const modelChoice = choice("Model", [...new Set(phones.map((phone) => phone.model))].filter(Boolean).sort(), filterFindings);
const phoneSearch = search("Phone (MAC, extension, name)", filterFindings);
const textSearch = search("Text", filterFindings);
const resultCount = element("p", { role: "status", "aria-live": "polite" });
const articles = element("div", { id: "finding-list" });
const findingList = longList(articles, article);

function showLevel(word) {
  resetFilters();
  boxes.forEach((box) => { box.checked = box.value === word; });
  filterFindings();
}
function resetFilters() {
  boxes.forEach((box) => { box.checked = true; });
  for (const { select } of [ruleChoice, fileChoice, siteChoice, modelChoice]) select.value = "";
  for (const { input } of [phoneSearch, textSearch]) input.value = "";
}
function isPhone(phone, words) {
  return words.every((word) => phone.search.includes(word));
}
const macWords = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => (/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/.test(word) ? word.replace(/[:.-]/g, "") : word));
for (const phone of phones) phone.search = [phone.mac || "any other phone", phone.model || "", phone.root, ...phone.cells].join("\n").toLowerCase();

function filterFindings() {
  const levels = boxes.filter((box) => box.checked).map((box) => box.value);
  const [rule, file, site, model] = [ruleChoice, fileChoice, siteChoice, modelChoice].map(({ select }) => select.value);
  const words = macWords(phoneSearch.input.value), text = textSearch.input.value.toLowerCase();
  const members = site || model || words.length ? phones.flatMap((phone, at) => ((!site || siteOf(phone) === site) && (!model || phone.model === model) && isPhone(phone, words) ? [at] : [])) : null;
  const matches = (finding) => levels.includes(finding.level) && (!rule || finding.rule === rule) && (!file || finding.file === file)
    && (!text || [finding.message, finding.spot, finding.rule, finding.help || "", finding.parameter || ""].join("\n").toLowerCase().includes(text))
    && (!members || members.some((at) => concerns(finding, at)));
  const list = blocks.map((block) => ({ findings: block.findings.filter(matches) })).filter((block) => block.findings.length);
  const total = list.reduce((sum, block) => sum + block.findings.length, 0);
  resultCount.textContent = plural(total, "finding") + (total === findings.length ? "" : " of " + findings.length.toLocaleString("en")) + (list.length === total ? "" : ", in " + plural(list.length, "group") + " with the same cause");
  shown = list;
  findingList.draw(list);
}
let shown = [];

section("findings", "Findings",
  findings.length ? element("form", { class: "filters", role: "search", "aria-label": "Filter findings", onsubmit: (event) => event.preventDefault() },
    element("fieldset", {}, element("legend", { class: "quiet" }, "Severity"), levelNames.filter((word, at) => data.levels[at][1]).map((word) => element("label", { class: "check " + word }, boxes[levelNames.indexOf(word)], word))),
    ruleChoice.field, fileChoice.field,
    siteChoice.select.options.length > 2 ? siteChoice.field : null, modelChoice.select.options.length > 2 ? modelChoice.field : null,
    phoneSearch.field, textSearch.field,
    element("button", { type: "button", onclick: () => { resetFilters(); filterFindings(); } }, "Reset")) : null,
  resultCount, articles, findingList.end);
filterFindings();

// Phones
const phoneQuery = search("Search by MAC, extension, name, model", filterPhones);
const stateChoice = choice("State", ["may be silent", "with errors", "with warnings", "without findings"], filterPhones);
const phoneCount = element("p", { role: "status", "aria-live": "polite" });
const phoneBody = element("tbody");
const phoneList = longList(phoneBody, phoneRow, 100, 1000);
const visible = data.columns.map((column, at) => at).filter((at) => !["mac", "model"].includes(data.columns[at].toLowerCase())).slice(0, 4);
const heads = ["Phone", ...(severalRoots ? ["Directory"] : []), "Model", ...visible.map((at) => data.columns[at]), "Files", "Findings"];

function state(at) {
  const parts = levelNames.slice(0, 2).map((word, level) => (counts[level][at] ? element("span", { class: word }, plural(counts[level][at], word)) : null)).filter(Boolean);
  if (silent.has(at)) parts.unshift(element("strong", { class: "error" }, "may be silent"));
  return parts.length ? parts.flatMap((part, i) => [i ? ", " : "", part]) : element("span", { class: "good" }, "no errors or warnings");
}
function phoneRow(at) {
  const phone = phones[at];
  const cells = [...(severalRoots ? [phone.root] : []), phone.model || "–", ...visible.map((column) => phone.cells[column] || "–"), String(phone.files.length), state(at)];
  return element("tr", {}, element("th", { scope: "row" }, link(phoneId(at), phone.mac || "any other phone")), cells.map((cell, i) => element("td", { "data-label": heads[i + 1] }, cell)));
}
function filterPhones() {
  const words = macWords(phoneQuery.input.value), wanted = stateChoice.select.value;
  const fits = (at) => !wanted || (wanted === "may be silent" ? silent.has(at) : wanted === "with errors" ? counts[0][at] : wanted === "with warnings" ? counts[1][at] : !counts[0][at] && !counts[1][at]);
  const list = phones.map((phone, at) => at).filter((at) => isPhone(phones[at], words) && fits(at));
  const counted = (members) => members.filter((at) => phones[at].counted).length;
  const total = counted(phones.map((phone, at) => at));
  phoneCount.textContent = plural(counted(list), "phone") + (list.length === phones.length ? "" : " of " + total.toLocaleString("en"));
  phoneList.draw(list);
}
section("phones", "Phones",
  element("form", { class: "filters", role: "search", "aria-label": "Filter phones", onsubmit: (event) => event.preventDefault() }, phoneQuery.field, stateChoice.field),
  phoneCount,
  element("div", { id: "phone" }),
  element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of phones" }, element("table", { class: "stack" }, element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))), phoneBody)),
  phoneList.end);
filterPhones();

// The assignments of a phone by name, in load order.
function assignments(phone) {
  const steps = [];
  for (let node = phone.leaf; node >= 0; node = data.nodes[node][0]) steps.push(data.segments[data.nodes[node][1]]);
  const byName = new Map();
  for (const [file, shape, ...values] of steps.reverse()) {
    const lines = data.shapes[shape];
    values.forEach((value, i) => {
      const name = data.names[lines[2 * i]];
      if (!byName.has(name)) byName.set(name, []);
      byName.get(name).push({ value: data.values[value], file: data.files[file], line: lines[2 * i + 1] });
    });
  }
  return byName;
}
const repeating = new Set(data.repeats.map((at) => data.names[at]));
// The setting that takes effect, and the others.
function effective(list) {
  let winner = list.length - 1;
  if (data.skipsEmpty) for (let at = winner; at >= 0; at -= 1) if (list[at].value) { winner = at; break; }
  return { winner: list[winner], others: list.filter((_, at) => at !== winner).reverse() };
}
const display = (value) => (value === "" ? element("span", { class: "quiet" }, "(empty)") : element("code", {}, value));
function settingRow([name, list]) {
  const { winner, others } = effective(list);
  const values = repeating.has(name) ? list : [winner];
  const word = repeating.has(name) ? "also" : "overrides";
  return element("tr", {}, element("th", { scope: "row", class: "mono" }, name),
    element("td", { "data-label": "Value" }, values.map((entry, i) => [i ? element("br") : null, display(entry.value)])),
    element("td", { "data-label": "Set at" }, winner.file + ":" + winner.line),
    element("td", { "data-label": "Overrides" }, repeating.has(name) ? "–" : others.length ? others.map((entry, i) => [i ? element("br") : null, element("del", {}, display(entry.value)), " at " + entry.file + ":" + entry.line]) : "–"));
}
function showPhone(at) {
  const phone = phones[at];
  const own = findings.filter((finding) => concerns(finding, at)).sort((a, b) => levelNames.indexOf(a.level) - levelNames.indexOf(b.level));
  const settings = [...assignments(phone)].sort((a, b) => collator.compare(a[0], b[0]));
  const body = element("tbody", {}, settings.map(settingRow));
  const filter = search("Search settings", () => {
    const text = filter.input.value.toLowerCase();
    body.replaceChildren(...settings.filter(([name, list]) => (name + "\n" + list.map((entry) => entry.value).join("\n")).toLowerCase().includes(text)).map(settingRow));
  });
  const title = element("h3", { id: phoneId(at), tabindex: "-1" }, "Phone " + phoneName(at));
  document.getElementById("phone").replaceChildren(element("article", {},
    title,
    element("p", {}, state(at), phone.model ? " · model " + phone.model : " · model unknown", phone.cells.map((cell, i) => (cell && !["mac", "model"].includes(data.columns[i].toLowerCase()) ? " · " + data.columns[i] + " " + cell : ""))),
    element("p", {}, "Reads, in this order: ", phone.files.length ? phone.files.map((file, i) => [i ? ", " : "", link("file-" + data.files[file], data.files[file])]) : "no file"),
    phone.missing.length ? element("p", { class: "error" }, "Requests these missing files: " + phone.missing.join(", ")) : null,
    own.length ? [element("h3", {}, plural(own.length, "finding")), element("ul", {}, own.map((finding) => element("li", {}, element("span", { class: "level " + finding.level }, finding.level), ": ", link("finding-" + finding.id, finding.spot), " ", prose(finding.message))))] : null,
    element("h3", {}, plural(settings.length, "setting")),
    element("form", { class: "filters", role: "search", "aria-label": "Filter settings", onsubmit: (event) => event.preventDefault() }, filter.field),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Settings of the phone" }, element("table", { class: "stack" }, element("thead", {}, element("tr", {}, ["Parameter", "Value", "Set at", "Overrides"].map((head) => element("th", { scope: "col" }, head)))), body)),
    element("p", { class: "no-print" }, element("button", { type: "button", onclick: () => { document.getElementById("phone").replaceChildren(); visit(document.getElementById("phones-title")); history.replaceState(null, "", "#phones"); } }, "Close"))));
  visit(title);
}

// Files and rules
const readers = new Map();
for (const phone of phones) if (phone.counted) for (const file of new Set(phone.files)) readers.set(data.files[file], (readers.get(data.files[file]) || 0) + 1);
const allFiles = [...new Set([...fileList.map((entry) => entry.file), ...data.files.filter((file) => readers.get(file) > 1)])];
const fileBody = element("tbody");
const files = longList(fileBody, (file) => {
  const entry = byFile.get(file);
  const levels = entry ? levelNames.flatMap((word, at) => (entry.counts[at] ? [element("button", { type: "button", class: word, onclick: () => { resetFilters(); fileChoice.select.value = file; filterFindings(); location.hash = "findings"; } }, plural(entry.counts[at], word)), " "] : [])) : "none";
  return element("tr", {}, element("th", { scope: "row", id: "file-" + file }, file), element("td", { "data-label": "Read by" }, plural(readers.get(file) || 0, "phone")), element("td", { "data-label": "Findings" }, levels));
}, 100, 1000);
// The picture is made by fvprov, which escapes the names in it.
function picture() {
  const parsed = new DOMParser().parseFromString(data.graph, "image/svg+xml").documentElement;
  return element("details", { open: data.graph.length < 60000 }, element("summary", {}, "Which files include which, and which phones read them"),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Picture of files and phones" }, document.importNode(parsed, true)));
}
section("files", "Files", picture(), element("p", { class: "quiet" }, "Files with findings, and files that several phones read."),
  element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of files" }, element("table", { class: "stack" }, element("thead", {}, element("tr", {}, ["File", "Read by", "Findings"].map((head) => element("th", { scope: "col" }, head)))), fileBody)), files.end);
files.draw(allFiles);

if (findings.length) section("rules", "Rules", Object.keys(rules).sort().map((name) => {
  const body = element("div", {});
  const open = element("details", { id: "rule-" + name, ontoggle: () => { if (!body.firstChild) rulePage(body, rules[name].page); } }, element("summary", {}, element("strong", {}, name), " – ", prose(rules[name].summary)), body);
  return open;
}));
// The pages of rules are part of fvprov and contain only markup that fvprov made.
function rulePage(body, page) {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  parsed.querySelector("h1")?.remove();
  for (const heading of parsed.querySelectorAll("h2")) heading.replaceWith(element("h3", {}, heading.textContent));
  for (const block of parsed.querySelectorAll("pre")) block.tabIndex = 0;
  body.append(...parsed.body.childNodes);
}
document.body.append(element("footer", {}, "Written by fvprov " + data.version + ". Secrets are masked. This file loads nothing from the network."));

// Links to findings, phones, files, and rules
function follow() {
  let target;
  try { target = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const direct = document.getElementById(target);
  if (target.startsWith("phone-")) {
    const at = phones.findIndex((_, i) => phoneId(i) === target);
    if (at >= 0) showPhone(at);
  } else if (target.startsWith("finding-")) {
    const id = target.slice("finding-".length);
    if (!shown.some((block) => block.findings.some((finding) => finding.id === id))) { resetFilters(); filterFindings(); }
    const block = shown.find((entry) => entry.findings.some((finding) => finding.id === id));
    if (!block) return;
    findingList.reach(block);
    const found = document.getElementById(target);
    found.closest("details")?.setAttribute("open", "");
    visit(found.closest("article"));
  } else if (target.startsWith("file-")) {
    files.reach(target.slice("file-".length));
    visit(document.getElementById(target));
  } else if (target.startsWith("rule-") && direct) {
    direct.open = true;
    visit(direct);
  } else if (direct && direct.tagName === "SECTION") {
    visit(direct.querySelector("h2"));
  }
}
window.addEventListener("hashchange", follow);
if (location.hash) follow();
