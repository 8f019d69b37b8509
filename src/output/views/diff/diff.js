const count = (ranges) => ranges.reduce((sum, value, at) => sum + (at % 2 ? value : 0), 0);
function names(ranges, most = Infinity) {
  const listed = [];
  for (let i = 0; i < ranges.length; i += 2) for (let n = 0; n < ranges[i + 1] && listed.length < most; n += 1) listed.push(data.names[ranges[i] + n]);
  return listed;
}
const places = { unprovisioned: "error", reboot: "warning", retained: "warning", reregister: "info", live: "good" };
const effects = data.effects.filter(([word, , phones]) => phones || data.changes.some((change) => change.effect === word));
const [before, after] = data.sides;

document.getElementById("header").append(element("p", {}, data.summary));
const lists = [["Added phones", data.phones.added], ["Removed phones", data.phones.removed]].filter(([, list]) => list.length);
navigation([["effects", "Effects"], ...effects.map(([word]) => ["effect-" + word, word]), ["by-phone", "Phones"], ...(data.resources.length ? [["resources", "Other files"]] : []), ...(data.unknown.length ? [["unknown", "Unknown"]] : [])]);

section("effects", "Effects",
  effects.length ? element("ul", { class: "tiles" }, effects.map(([word, title, phones]) => element("li", {}, element("button", { type: "button", class: places[word], onclick: () => { location.hash = "effect-" + word; } }, element("strong", {}, phones.toLocaleString("en")), phones === 1 ? "phone: " : "phones: ", word, element("br"), element("span", { class: "quiet" }, title))))) : null,
  data.unknown.length ? element("p", { class: "notice" }, plural(data.unknown.length, "file") + " could not be read. The effect on their phones is ", link("unknown", "unknown"), ".") : null,
  lists.map(([title, list]) => [element("h3", {}, title + " (" + list.length + ")"), element("p", {}, list.join(", "))]));

function value(side) {
  if (side === null) return element("span", { class: "quiet" }, "(not set)");
  const values = Array.isArray(side) ? side : [side];
  return values.map((text, at) => [at ? element("br") : null, text === "" ? element("span", { class: "quiet" }, "(empty)") : element("code", {}, text)]);
}
const place = (at) => (at ? element("span", { class: "quiet" }, element("br"), at.file + ":" + at.line) : null);
function phoneCell(ranges) {
  const total = count(ranges);
  if (total <= 3) return names(ranges).join(", ");
  const all = element("p", { class: "mono" });
  return element("details", { ontoggle: () => { all.textContent = names(ranges).join(", "); } }, element("summary", {}, plural(total, "phone")), all);
}
const heads = ["Parameter", before, after, "Phones"];
function changeRow(change) {
  return element("tr", {}, element("th", { scope: "row", class: "mono" }, change.parameter),
    [[value(change.old), place(change.old_at)], [value(change.new), place(change.new_at)], phoneCell(change.phones)].map((cell, at) => element("td", { "data-label": heads[at + 1] }, cell)));
}
function table(label, columns, rows) {
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, element("table", { class: "stack" }, element("thead", {}, element("tr", {}, columns.map((head) => element("th", { scope: "col" }, head)))), rows));
}
for (const [word, title] of effects) {
  const changes = data.changes.filter((change) => change.effect === word);
  if (!changes.length) continue;
  const body = element("tbody");
  const list = longList(body, changeRow, 100);
  section("effect-" + word, word + ": " + title, element("p", {}, plural(changes.length, "change")), table("Changes: " + word, heads, body), list.end);
  list.draw(changes);
}

// Phones with the worst effect of their changes.
const order = data.effects.map(([word]) => word);
const worst = new Map();
for (const change of data.changes) for (const name of names(change.phones)) {
  const known = worst.get(name);
  if (known === undefined) worst.set(name, { effect: order.indexOf(change.effect), changes: 1 });
  else { known.effect = Math.min(known.effect, order.indexOf(change.effect)); known.changes += 1; }
}
const phones = [...worst].sort((a, b) => a[1].effect - b[1].effect || (a[0] < b[0] ? -1 : 1));
const phoneBody = element("tbody");
const phoneStatus = element("p", { role: "status", "aria-live": "polite" });
const phoneRows = longList(phoneBody, ([name, { effect, changes }]) => element("tr", {}, element("th", { scope: "row", class: "mono" }, name), element("td", { "data-label": "Effect" }, element("span", { class: places[order[effect]] }, order[effect])), element("td", { "data-label": "Changes" }, changes.toLocaleString("en"))), 100, 2000);
const query = search("Search by MAC", filter);
const effectChoice = choice("Effect", order.filter((word) => phones.some(([, entry]) => order[entry.effect] === word)), filter);
function filter() {
  const text = query.input.value.toLowerCase().replace(/[:.-]/g, ""), effect = effectChoice.select.value;
  const list = phones.filter(([name, entry]) => name.toLowerCase().includes(text) && (!effect || order[entry.effect] === effect));
  phoneStatus.textContent = plural(list.length, "phone");
  phoneRows.draw(list);
}
section("by-phone", "Phones, by their worst effect", element("form", { class: "filters", role: "search", "aria-label": "Filter phones", onsubmit: (event) => event.preventDefault() }, query.field, effectChoice.field), phoneStatus, table("Phones", ["Phone", "Effect", "Changes"], phoneBody), phoneRows.end);
filter();

if (data.resources.length) section("resources", "Other files that phones download", table("Other files", ["File", "Change", "Phones"], element("tbody", {}, data.resources.map((resource) => element("tr", {}, element("th", { scope: "row", class: "mono" }, resource.file), element("td", { "data-label": "Change" }, resource.kind), element("td", { "data-label": "Phones" }, phoneCell(resource.phones)))))));
if (data.unknown.length) section("unknown", "Unknown", element("p", {}, "fvprov could not read these files, so their phones may change."), table("Files that could not be read", ["File", "Reason", "Phones"], element("tbody", {}, data.unknown.map((file) => element("tr", {}, element("th", { scope: "row", class: "mono" }, file.file), element("td", { "data-label": "Reason" }, file.why), element("td", { "data-label": "Phones" }, phoneCell(file.phones)))))));
document.body.append(element("footer", {}, "Written by fvprov " + data.version + ". " + (data.masked ? "Secrets are masked. " : "This file contains secrets. ") + "It loads nothing from the network."));

function follow() {
  const target = document.getElementById(location.hash.slice(1));
  if (target) visit(target.querySelector("h2"));
}
window.addEventListener("hashchange", follow);
if (location.hash) follow();
