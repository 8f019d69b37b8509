// The page: selects files, and shows what the worker computes.
const workerUrl = URL.createObjectURL(new Blob([data.worker], { type: "text/javascript" }));
let worker, calls, nextCall = 0;
// The dropped directory, into which changed files can be written.
let directory = null;
let version = "";

// Starts a worker, and ends the previous one.
function startWorker() {
  worker?.terminate();
  calls = new Map();
  worker = new Worker(workerUrl);
  worker.onerror = (event) => { event.preventDefault(); stop(event.message || "the browser does not start the worker"); };
  worker.onmessage = ({ data: message }) => {
    if (message.fatal) return stop(message.fatal);
    if (message.progress) return showProgress(message.progress);
    const { resolve, reject } = calls.get(message.id);
    calls.delete(message.id);
    if (!calls.size) { clearTimeout(busyTimer); busy.hidden = true; }
    return "error" in message ? reject(new Error(message.error)) : resolve(message.result);
  };
  return call("start", data.wasm).then((number) => { version = number; footer.replaceChildren("fvprov " + version + ". This page loads and sends nothing over the network."); });
}

function call(method, ...parameters) {
  const id = nextCall++;
  clearTimeout(busyTimer);
  busyTimer = setTimeout(() => { busy.hidden = false; }, 300);
  worker.postMessage({ id, method, parameters });
  return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
}

// Progress
let busyTimer = 0;
const bar = element("progress", { "aria-label": "Progress" });
const busyText = element("span", { role: "status" }, "Working …");
const busy = element("div", { class: "busy", hidden: true }, busyText, bar, element("button", { type: "button", onclick: () => { restart(); } }, "Stop"));
function showProgress({ step, done, total }) {
  busyText.textContent = total ? step + ": " + plural(done, "file") + " of " + total.toLocaleString("en") : step + " …";
  if (total) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
}

// fvprov stopped: shows why, and offers to start again.
const fatal = element("div", { role: "alert" });
function stop(reason) {
  worker.terminate();
  clearTimeout(busyTimer);
  busy.hidden = true;
  tabs.hidden = true;
  for (const { panel } of Object.values(views)) panel.hidden = true;
  fatal.replaceChildren(element("div", { class: "fatal" }, element("h2", {}, "fvprov stopped"),
    element("p", {}, "This is a fault of fvprov or of the browser. Your files are unchanged. The message is:"),
    element("pre", { tabindex: "0" }, reason),
    element("p", {}, "Report the message together with the file that causes it, if you can share the file."),
    element("button", { type: "button", onclick: restart }, "Start again")));
}
function restart() {
  fatal.replaceChildren();
  busy.hidden = true;
  clearTimeout(busyTimer);
  tabs.hidden = true;
  for (const { panel } of Object.values(views)) panel.hidden = true;
  start.hidden = false;
  message.replaceChildren();
  startWorker();
}

// Selecting files
const message = element("div", { role: "alert" });
function complain(error, place = message) {
  place.replaceChildren(element("p", { class: "notice" }, prose(String(error.message || error))));
}
function folderInput(onfiles) {
  const input = element("input", { type: "file", webkitdirectory: true, multiple: true, onchange: () => {
    const list = [...input.files];
    input.value = "";
    onfiles({ list }, null);
  } });
  return input;
}
function zipInput(onfiles) {
  const input = element("input", { type: "file", accept: ".zip,application/zip", onchange: () => {
    const [zip] = input.files;
    input.value = "";
    if (zip) onfiles({ zip }, null);
  } });
  return input;
}
// The files below a directory, for browsers that give no handles.
async function walk(folder, prefix, found) {
  const reader = folder.createReader();
  for (;;) {
    const part = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!part.length) return found;
    for (const entry of part) {
      if (entry.isDirectory) { if (entry.name !== ".git") await walk(entry, prefix + entry.name + "/", found); }
      else found.push({ path: prefix + entry.name, file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }) });
    }
  }
}
async function dropped(transfer, onfiles) {
  const item = [...transfer.items].find((candidate) => candidate.kind === "file");
  if (!item) throw new Error("the drop contains no folder and no zip file");
  const [file, entry] = [item.getAsFile(), item.webkitGetAsEntry?.()];
  const handle = item.getAsFileSystemHandle ? await item.getAsFileSystemHandle() : null;
  if (handle?.kind === "directory") return onfiles({ directory: handle }, handle);
  if (!handle && entry?.isDirectory) return onfiles({ list: await walk(entry, "", []) }, null);
  if (file?.name.toLowerCase().endsWith(".zip")) return onfiles({ zip: file }, null);
  throw new Error("drop a folder or a zip file");
}
function dropZone(onfiles, ...children) {
  const zone = element("div", { class: "drop" }, ...children);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    dropped(event.dataTransfer, onfiles).catch(complain);
  });
  return zone;
}
function picker(onfiles) {
  return dropZone(onfiles,
    element("label", { class: "pick" }, "Select a folder", folderInput(onfiles)),
    element("label", { class: "pick" }, "Select a zip file", zipInput(onfiles)),
    element("p", {}, "or drop a folder or a zip file here"));
}

// Sends a selection to the worker. Many files are sent in parts, so that the page answers meanwhile.
async function send(name, { list = [], ...source }) {
  for (let at = 0; at < list.length; at += 200) {
    const part = list.slice(at, at + 200).map((one) => (one.file ? one : { path: one.webkitRelativePath.split("/").slice(1).join("/"), file: one }));
    await call("receive", part.filter(({ path }) => path && !path.split("/").includes(".git")));
  }
  return call("open", name, source);
}
async function openTree(source, handle) {
  message.replaceChildren();
  try {
    const summary = await send("main", source);
    directory = handle;
    start.hidden = true;
    tabs.hidden = false;
    for (const view of Object.values(views)) view.reset?.();
    notes.replaceChildren(...summary.notes.map((note) => element("p", { class: "notice" }, prose(note))));
    show("report");
  } catch (error) { complain(error); }
}

// Views. Each has a panel, and is drawn when it is shown after a change.
const views = {};
const tabs = element("nav", { "aria-label": "Views", hidden: true });
const notes = element("div", {});
function view(id, title, parts, draw, reset) {
  const panel = section(id, title, ...parts);
  panel.hidden = true;
  views[id] = { panel, draw, reset, isStale: true, button: element("button", { type: "button", onclick: () => show(id) }, title) };
}
function changedTree() {
  for (const id of ["report", "phones", "graph"]) views[id].isStale = true;
}
async function show(id) {
  for (const [name, { panel, button }] of Object.entries(views)) {
    panel.hidden = name !== id;
    if (name === id) button.setAttribute("aria-current", "page"); else button.removeAttribute("aria-current");
  }
  const wanted = views[id];
  if (!wanted.isStale) return;
  wanted.isStale = false;
  try { await wanted.draw(); } catch (error) { wanted.isStale = true; complain(error); }
}
function frame(title) {
  const created = element("iframe", { class: "frame", title });
  return {
    created,
    draw(blob) {
      if (created.src) URL.revokeObjectURL(created.src);
      created.src = URL.createObjectURL(blob);
    },
  };
}

const start = section("start", "Check the folder of your phones",
  element("p", {}, "fvprov checks the boot and cfg files of Flyingvoice phones. Select the folder from which the phones download their files, for example the folder of your TFTP server."),
  element("p", {}, element("strong", {}, "Nothing is uploaded."), " The browser may ask whether to upload the files: for a browser, every selection of a folder is an upload. This page has no access to the network, and the files do not leave this computer."),
  picker(openTree),
  element("p", { class: "quiet" }, "If the folder contains ", element("code", {}, "fvprov.toml"), ", its settings and the list of phones that it names apply."));

// Report
const report = frame("Report");
view("report", "Report", [notes, report.created], async () => report.draw(await call("report")), () => { views.report.isStale = true; });

// A list with a search field
function finder(label, onselect, name) {
  const list = element("select", { size: "14", "aria-label": label, onchange: () => { if (list.value) onselect(list.value); } });
  const rest = element("p", { class: "quiet" });
  let all = [];
  const query = search("Search", draw);
  function draw() {
    const words = query.input.value.toLowerCase().split(/\s+/);
    const found = all.filter((entry) => words.every((word) => name(entry).toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, 500).map((entry) => element("option", { value: String(all.indexOf(entry)) }, name(entry))));
    rest.textContent = found.length > 500 ? plural(found.length - 500, "more entry").replace("entrys", "entries") + ": search for a part of the name" : "";
  }
  return { parts: element("div", {}, query.field, list, rest), list, set(next) { all = next; query.input.value = ""; draw(); }, get: () => all[list.value] };
}

// Phones
const phoneText = element("pre", { tabindex: "0", role: "region", "aria-label": "Configuration" });
const origins = element("input", { type: "checkbox", onchange: showPhone });
const phones = finder("Phones", showPhone, ([root, mac, model]) => [mac || "any other phone", root && "in " + root, model && "(" + model + ")"].filter(Boolean).join(" "));
const whyName = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
const whyText = element("pre", { tabindex: "0", role: "region", "aria-label": "Origin of the value", hidden: true });
const phoneMessage = element("div", { role: "alert" });
async function showPhone() {
  phoneMessage.replaceChildren();
  if (!phones.list.value) return;
  try { phoneText.textContent = await call("render", Number(phones.list.value), origins.checked); } catch (error) { complain(error, phoneMessage); }
}
async function showWhy(event) {
  event.preventDefault();
  phoneMessage.replaceChildren();
  whyText.hidden = true;
  if (!phones.list.value) return complain("select a phone", phoneMessage);
  try {
    whyText.textContent = await call("why", Number(phones.list.value), whyName.value.trim());
    whyText.hidden = false;
  } catch (error) { complain(error, phoneMessage); }
  return undefined;
}
view("phones", "Phones", [
  element("p", {}, "The effective configuration of a phone, as its boot file and includes determine it. It contains passwords."),
  phoneMessage,
  element("div", { class: "split" }, phones.parts, element("div", {},
    element("form", { class: "filters", onsubmit: showWhy }, element("label", {}, "Parameter, or a pattern such as account.1.*", whyName), element("button", {}, "Why this value?"),
      element("label", { class: "check" }, origins, "Show where each value comes from")),
    whyText, phoneText)),
], async () => { phones.set(await call("phones")); phoneText.textContent = "Select a phone."; }, () => { views.phones.isStale = true; });

// Files
const editor = element("textarea", { spellcheck: "false", wrap: "off", "aria-label": "Text of the file", disabled: true, oninput: () => edited() });
const editTitle = element("h3", {}, "Select a file");
const live = element("ul", { id: "live" });
const liveCounts = element("p", { role: "status" });
const fileMessage = element("div", { role: "alert" });
const changes = element("p", { role: "status" });
const fixes = element("div", {});
const download = element("button", { type: "button", onclick: downloadZip }, "Download the changed files (zip)");
const write = element("button", { type: "button", onclick: writeBack }, "Write the changed files into the folder");
const compareChanges = element("button", { type: "button", onclick: () => { show("compare"); compare(() => call("diffToOriginal")); } }, "Show which phones change");
const paths = finder("Files", openFile, (path) => path);
let openPath = null, waiting = null, isEditing = false;
async function openFile() {
  fileMessage.replaceChildren();
  const path = paths.get();
  try {
    const content = await call("text", path);
    editor.value = content;
    openPath = path;
    editor.disabled = false;
    editTitle.textContent = path;
    await edited();
  } catch (error) {
    editor.disabled = true;
    editor.value = "";
    openPath = null;
    complain(error, fileMessage);
  }
}
// Checks the edited text. While a check runs, only the newest text waits.
async function edited() {
  if (!openPath) return;
  waiting = [openPath, editor.value];
  if (isEditing) return;
  isEditing = true;
  try {
    while (waiting) {
      const [path, content] = waiting;
      waiting = null;
      drawLive(path, await call("edit", path, content));
    }
    changedTree();
    await showChanges();
  } catch (error) { complain(error, fileMessage); }
  isEditing = false;
}
function drawLive(path, { counts, report: { findings } }) {
  if (path !== openPath) return;
  fileMessage.replaceChildren();
  const words = ["error", "warning", "info", "hint"];
  liveCounts.textContent = plural(findings.length, "finding") + " in this file; in all files: " + words.slice(0, 3).map((word, at) => plural(counts[at], word)).join(", ");
  live.replaceChildren(...findings.slice(0, 200).map((finding) => element("li", {},
    element("button", { type: "button", class: "line", onclick: () => goTo(finding.start.line) }, "line " + finding.start.line), ": ",
    element("span", { class: "level " + finding.level }, finding.level), ": ", prose(finding.message), " (" + finding.rule + ")")));
}
function goTo(line) {
  const lines = editor.value.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  editor.focus();
  editor.setSelectionRange(from, from + (lines[line - 1] || "").length);
  editor.scrollTop = editor.scrollHeight * ((line - 4) / lines.length);
}
async function showChanges() {
  const list = await call("changed");
  changes.textContent = list.length ? "Changed: " + list.slice(0, 10).join(", ") + (list.length > 10 ? " and " + (list.length - 10) + " more" : "") : "No file is changed.";
  for (const button of [download, compareChanges]) button.hidden = !list.length;
  write.hidden = !list.length || !directory;
}
async function showFixes(withUnsafe) {
  fileMessage.replaceChildren();
  try {
    const { count, diffs } = await call("fix", withUnsafe);
    fixes.replaceChildren(
      element("p", {}, count ? (withUnsafe ? "All fixes" : "The safe fixes") + " change " + plural(diffs.length, "file") + " and fix " + plural(count, "finding") + "." + (withUnsafe ? " Check the changes: some of them change phones." : " They change no phone.") : "fvprov has no such fixes."),
      count ? element("button", { type: "button", onclick: applyFixes }, "Apply these fixes") : "",
      ...diffs.slice(0, 100).map((diff) => element("pre", { tabindex: "0", role: "group", "aria-label": "Change" }, diff)),
      diffs.length > 100 ? element("p", {}, "and " + plural(diffs.length - 100, "more file")) : "");
  } catch (error) { complain(error, fileMessage); }
}
async function applyFixes() {
  try {
    await call("applyFixes");
    fixes.replaceChildren(element("p", { class: "good" }, "The fixes are applied here. Download the changed files, or write them into the folder."));
    changedTree();
    if (openPath) await openFile();
    await showChanges();
  } catch (error) { complain(error, fileMessage); }
}
async function downloadZip() {
  try {
    const url = URL.createObjectURL(await call("changedZip"));
    const anchor = element("a", { href: url, download: "changed.zip" });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  } catch (error) { complain(error, fileMessage); }
}
async function writeBack() {
  fileMessage.replaceChildren();
  try {
    if (await directory.requestPermission({ mode: "readwrite" }) !== "granted") throw new Error("the browser does not allow this page to write into the folder");
    const { written, refused } = await call("write", directory);
    fileMessage.replaceChildren(element("p", { class: "good" }, plural(written.length, "file") + " written."),
      ...refused.map(([path, reason]) => element("p", { class: "notice" }, prose("`" + path + "` was not written: " + reason))));
    await showChanges();
  } catch (error) { complain(error, fileMessage); }
}
view("files", "Files and fixes", [
  fileMessage,
  element("div", { class: "filters" },
    element("button", { type: "button", onclick: () => showFixes(false) }, "Show safe fixes"),
    element("button", { type: "button", onclick: () => showFixes(true) }, "Show all fixes"),
    download, write, compareChanges),
  changes, fixes,
  element("div", { class: "split" }, paths.parts, element("div", {}, editTitle, editor, liveCounts, live)),
], async () => { paths.set(await call("paths")); await showChanges(); }, () => {
  views.files.isStale = true;
  openPath = null;
  editor.value = "";
  editor.disabled = true;
  editTitle.textContent = "Select a file";
  for (const part of [live, liveCounts, fixes, fileMessage]) part.replaceChildren();
});

// Comparison
const comparison = frame("Comparison");
comparison.created.hidden = true;
const compareMessage = element("div", { role: "alert" });
async function compare(compute) {
  compareMessage.replaceChildren();
  try {
    comparison.draw(await compute());
    comparison.created.hidden = false;
  } catch (error) { complain(error, compareMessage); }
}
async function openOther(source) {
  await compare(async () => {
    await send("other", source);
    return call("diff");
  });
}
view("compare", "Compare", [
  element("p", {}, "Select a second folder, for example a newer copy: fvprov shows which phones change, in which parameters, and whether they reboot."),
  picker(openOther), compareMessage, comparison.created,
], async () => {}, () => { comparison.created.hidden = true; compareMessage.replaceChildren(); });

// Graph. fvprov makes the picture, and escapes the names in it.
const picture = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Picture of files and phones" });
view("graph", "Graph", [element("p", {}, "Which files include which, and which phones read them."), picture], async () => {
  const parsed = new DOMParser().parseFromString(await call("graph"), "image/svg+xml").documentElement;
  picture.replaceChildren(document.importNode(parsed, true));
}, () => { views.graph.isStale = true; });

// Catalogue
const topic = search("Name of a parameter or a rule, or words", () => {});
const entry = element("div", { role: "region", "aria-label": "Result", "aria-live": "polite" });
async function explain(query) {
  topic.input.value = query;
  const { page, found, near } = await call("explain", query);
  const names = [...found, ...near.map((name) => [name, "similar name"])].filter(([name]) => name !== query);
  entry.replaceChildren(page ? element("pre", { tabindex: "0" }, page) : "",
    !page && !names.length ? element("p", {}, "Nothing in the catalogue matches.") : "",
    element("ul", {}, names.map(([name, description]) => element("li", {}, element("button", { type: "button", class: "line", onclick: () => explain(name) }, name), " – ", description))));
}
view("catalogue", "Catalogue", [
  element("form", { class: "filters", role: "search", onsubmit: (event) => { event.preventDefault(); explain(topic.input.value.trim()).catch(complain); } }, topic.field, element("button", {}, "Explain")),
  entry,
], async () => {});

// Frame of the page
tabs.append(element("div", { class: "tabs" }, Object.values(views).map(({ button }) => button),
  element("button", { type: "button", onclick: restart }, "Open another folder")));
const footer = element("footer", {});
document.getElementById("header").after(tabs);
main.prepend(busy, fatal, message);
document.body.append(footer);
// A file that is dropped elsewhere does not replace the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
startWorker().catch(complain);
