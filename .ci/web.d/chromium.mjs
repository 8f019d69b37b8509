// Tests the page in Chromium: node chromium.mjs CHROMIUM
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";
import { mac } from "./trees.mjs";

const { PAGE, PICTURES, FVPROV } = process.env;
const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const trees = JSON.parse(fs.readFileSync("trees.json", "utf8"));
const times = JSON.parse(fs.readFileSync("times.json", "utf8"));

// A proxy that counts, and a server for the page.
let proxied = [];
const proxy = http.createServer((request, response) => { proxied.push(request.url); response.writeHead(502).end(); });
proxy.on("connect", (request, socket) => { proxied.push(request.url); socket.end("HTTP/1.1 502 No\r\n\r\n"); });
const server = http.createServer((request, response) => {
  if (request.url !== "/fvprov.html") { response.writeHead(404).end(); return; }
  response.writeHead(200, { "content-type": "text/html" }).end(fs.readFileSync(PAGE));
});
await Promise.all([proxy, server].map((one) => new Promise((resolve) => { one.listen(0, "127.0.0.1", resolve); })));
const addresses = { file: "file://" + PAGE, http: `http://127.0.0.1:${server.address().port}/fvprov.html` };
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox", "--js-flags=--expose-gc"], proxy: { server: `http://127.0.0.1:${proxy.address().port}`, bypass: "127.0.0.1" } });

async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("request", (request) => assert.ok(request.url() === address || /^(blob|data):/.test(request.url()), "a request: " + request.url()));
  page.on("pageerror", (error) => assert.fail(error.message));
  page.on("console", (message) => assert.fail(message.text()));
  page.setDefaultTimeout(120_000);
  await page.goto(address);
  return page;
}
// Selects a folder, and waits for the report.
async function select(page, directory) {
  await page.locator("#start input[webkitdirectory]").setInputFiles(directory);
  await page.locator("#report iframe[src]").waitFor();
  const frame = page.frameLocator("#report iframe");
  await frame.locator("#summary").waitFor();
  return frame;
}
const tab = (page, name) => page.locator(".tabs button", { hasText: name }).click();
const call = (page, ...parameters) => page.evaluate((list) => globalThis.call(...list), parameters);

// The same findings and configurations as the program.
for (const [kind, address] of Object.entries(addresses)) {
  for (const name of trees) {
    const page = await open(address);
    const frame = await select(page, name);
    assert.equal(await call(page, "findings"), fs.readFileSync(name + ".json", "utf8"), name);
    const phones = await call(page, "phones");
    let count = 0;
    for (const [at, [root, phone]] of phones.entries()) {
      const expected = fs.readFileSync([name + ".rendered", root, (phone || "any") + ".cfg"].filter(Boolean).join("/"), "utf8");
      assert.equal(await call(page, "render", at, false), expected, name + " " + phone);
      count += 1;
    }
    assert.match(await frame.locator("header").textContent(), /phone/);
    console.log(`${kind}: ${name}: the findings and ${count} configurations are those of the program`);
    await page.context().close();
  }
}

// Views
const page = await open(addresses.file, { acceptDownloads: true });
await select(page, "site");
await tab(page, "Phones");
await page.locator("#phones select").selectOption({ index: 0 });
await page.locator("#phones pre").last().filter({ hasText: "account" }).waitFor();
await page.locator("#phones input[type=text]").fill("lang.gui");
await page.getByRole("button", { name: "Why this value?" }).click();
await page.locator("#phones pre").first().filter({ hasText: "set at" }).waitFor();
const [[, first]] = await call(page, "phones");
const why = execFileSync(FVPROV, ["why", "*", "--mac", first, "--quiet"], { cwd: "site", encoding: "utf8" });
assert.equal(await call(page, "why", 0, "*"), why);
await tab(page, "Graph");
await page.locator("#graph svg rect").first().waitFor();
await tab(page, "Compare");
await page.locator("#compare input[webkitdirectory]").setInputFiles("site2");
await page.frameLocator("#compare iframe").locator("body", { hasText: "lang.gui" }).waitFor();
await tab(page, "Catalogue");
await page.locator("#catalogue input").fill("time zone");
await page.getByRole("button", { name: "Explain" }).click();
await page.getByRole("button", { name: "local_time.time_zone", exact: true }).click();
await page.locator("#catalogue pre", { hasText: "local_time.time_zone" }).waitFor();
await page.context().close();
console.log("phones, why, graph, compare, catalogue");

// Fixes are those of the program.
for (const [name, button] of [["fixed-safe", "Show safe fixes"], ["fixed-all", "Show all fixes"]]) {
  const fixing = await open(addresses.file, { acceptDownloads: true });
  await select(fixing, "broken");
  await tab(fixing, "Files and fixes");
  await fixing.getByRole("button", { name: button }).click();
  await fixing.locator("#files pre").first().waitFor();
  await fixing.getByRole("button", { name: "Apply these fixes" }).click();
  const [download] = await Promise.all([fixing.waitForEvent("download"), fixing.getByRole("button", { name: /Download/ }).click()]);
  await download.saveAs(name + ".zip");
  fs.rmSync("unpacked", { recursive: true, force: true });
  execFileSync("python3", ["-m", "zipfile", "-e", name + ".zip", "unpacked"]);
  fs.cpSync("broken", "page-" + name, { recursive: true });
  fs.cpSync("unpacked", "page-" + name, { recursive: true });
  execFileSync("diff", ["-r", "--exclude", ".fvprov", name, "page-" + name], { stdio: "inherit" });
  console.log(name + ": the downloaded files are those of lint --fix");
  await fixing.context().close();
}

// A zip file, and one that is none.
for (const name of ["site", "broken"]) execFileSync("python3", ["-m", "zipfile", "-c", name + ".zip", name]);
const zipped = await open(addresses.file);
await zipped.locator("#start input[accept]").setInputFiles("site.json");
await zipped.locator("[role=alert]", { hasText: "not a zip file" }).waitFor();
await zipped.locator("#start input[accept]").setInputFiles("site.zip");
await zipped.frameLocator("#report iframe").locator("#summary").waitFor();
assert.equal(await call(zipped, "findings"), fs.readFileSync("site.json", "utf8"));
await zipped.context().close();

// Writing into a folder: the private file system of the browser stands in for a dropped folder.
const written = await open(addresses.http);
await written.evaluate(async () => {
  const folder = await navigator.storage.getDirectory();
  const write = async (name, text) => {
    const out = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await out.write(text);
    await out.close();
  };
  await write("y000000000000.cfg", "#!version:1.0.0.1\r\nlang.gui = German \r\n");
  folder.requestPermission = async () => "granted";
  await openTree({ directory: folder }, folder);
});
await tab(written, "Files and fixes");
await written.locator("#files select").selectOption({ index: 0 });
await written.locator("#files textarea:enabled").fill("#!version:1.0.0.1\nlang.gui = French\n");
await written.getByRole("button", { name: /^Write/ }).click();
await written.locator("#files", { hasText: "1 file written" }).waitFor();
const read = () => written.evaluate(async () => (await (await (await navigator.storage.getDirectory()).getFileHandle("y000000000000.cfg")).getFile()).text());
assert.equal(await read(), "#!version:1.0.0.1\r\nlang.gui = French\r\n");
// Another program changes the file.
await written.evaluate(async () => {
  const out = await (await (await navigator.storage.getDirectory()).getFileHandle("y000000000000.cfg")).createWritable();
  await out.write("other");
  await out.close();
});
await written.locator("#files textarea").fill("#!version:1.0.0.1\nlang.gui = Italian\n");
await written.getByRole("button", { name: /^Write/ }).click();
await written.locator("#files", { hasText: "another program changed this file" }).waitFor();
assert.equal(await read(), "other");
await written.context().close();
console.log("zip files, writing into a folder");

// Large fleets: the time, and the pauses of the page. Both are cpu time, because other programs may use the machine. The time in
// which the browser itself prepares the list of files is not included.
async function traced(page, action) {
  await browser.startTracing(page, { path: "trace.json", categories: ["-*", "toplevel", "devtools.timeline", "blink.user_timing", "v8.execute"] });
  await action();
  await page.waitForTimeout(1000);
  await browser.stopTracing();
  const { traceEvents } = JSON.parse(fs.readFileSync("trace.json", "utf8"));
  const threads = new Map(traceEvents.filter((event) => event.name === "thread_name").map((event) => [event.pid + "/" + event.tid, event.args.name]));
  // The worker marks its work.
  const [begins, ends] = ["begin", "end"].map((name) => traceEvents.filter((event) => event.name === name && event.cat === "blink.user_timing").map((event) => event.tts).sort((a, b) => a - b));
  const work = traceEvents.filter((event) => event.ph === "X" && threads.get(event.pid + "/" + event.tid) === "CrRendererMain" && /^(FunctionCall|EvaluateScript|ParseHTML|Layout|UpdateLayoutTree|Paint|RunMicrotasks)$/.test(event.name));
  return { spent: ends.map((end, at) => (end - begins[at]) / 1000).sort((a, b) => a - b), pause: Math.max(...work.map((event) => event.tdur)) / 1000 };
}
for (const name of ["like", "unlike"]) {
  const results = [];
  for (let round = 0; round < 3; round += 1) {
    const large = await open(addresses.file);
    results.push(await traced(large, () => select(large, name)));
    await large.context().close();
  }
  const [lint, pause] = [Math.min(...results.map((result) => result.spent[0])), Math.min(...results.map((result) => result.pause))];
  console.log(`2,000 phones, ${name}: ${lint.toFixed(0)} ms (one thread of the program: ${times[name].toFixed(0)} ms), longest pause of the page ${pause.toFixed(0)} ms`);
  assert.ok(lint <= 3 * times[name], "slower than three times the program");
  assert.ok(pause <= 100, "the page does not answer");
}

// An edit in a tree of 500 phones.
const editing = await open(addresses.file);
await select(editing, "500");
await tab(editing, "Files and fixes");
for (const file of [mac(7) + ".cfg", "sites/site3.cfg", "common.cfg"]) {
  await editing.locator("#files input[type=search]").fill(file);
  await editing.locator("#files select").selectOption({ index: 0 });
  await editing.locator("#files textarea:enabled").waitFor();
  await editing.waitForTimeout(300);
  let spent;
  const trace = await traced(editing, async () => {
  spent = await editing.evaluate(async () => {
    const field = document.querySelector("#files textarea");
    const spent = [];
    for (let round = 0; round < 7; round += 1) {
      const done = new Promise((resolve) => { new MutationObserver((_, observer) => { observer.disconnect(); resolve(performance.now()); }).observe(document.getElementById("live"), { childList: true }); });
      const started = performance.now();
      field.value += "lang.gui = German " + round + " \n";
      field.dispatchEvent(new Event("input"));
      spent.push(await done - started);
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
    return { spent, text: document.getElementById("live").textContent };
  });
  });
  const [time, clock] = [trace.spent, spent.spent.sort((a, b) => a - b)].map((times) => times[3]);
  console.log(`an edit of ${file} in 500 phones: ${time.toFixed(1)} ms of cpu time, ${clock.toFixed(1)} ms until it is drawn`);
  assert.match(spent.text, /trailing-whitespace/);
  assert.ok(time <= 50, "an edit takes too long");
}
await editing.context().close();

// A hostile folder, and a fault of fvprov.
const attacked = await open(addresses.file);
await select(attacked, "hostile");
assert.ok(JSON.parse(await call(attacked, "findings")).findings.length > 10);
for (const name of ["Phones", "Files and fixes", "Graph"]) { await tab(attacked, name); await attacked.waitForTimeout(300); }
assert.equal(await attacked.evaluate(() => window.hit), undefined);
assert.equal(await attacked.frameLocator("#report iframe").locator("body").evaluate(() => window.hit), undefined);
assert.equal(await attacked.locator(".fatal").count(), 0);
attacked.evaluate(() => call("failForTest")).catch(() => {});
await attacked.locator(".fatal", { hasText: "a test asked for this" }).waitFor();
await attacked.getByRole("button", { name: "Start again" }).click();
await select(attacked, "site");
await attacked.context().close();
const empty = await open(addresses.file);
fs.mkdirSync("empty");
fs.writeFileSync("empty/readme.txt", "x");
await empty.locator("#start input[webkitdirectory]").setInputFiles("empty");
await empty.locator("[role=alert] .notice").waitFor();
await empty.context().close();
console.log("hostile files, faults, empty folders: messages");

// Accessibility and pictures
for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 400]) {
    const shown = await open(addresses.file, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    const check = async (name) => {
      await shown.evaluate(axe);
      const { violations } = await shown.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((violation) => violation.id + ": " + violation.nodes[0].html), [], name);
      assert.ok((await shown.evaluate(() => document.documentElement.scrollWidth)) <= width, name + " is wider than the window");
      if (PICTURES) await shown.screenshot({ path: `${PICTURES}/${name}-${width}-${colorScheme}.png` });
    };
    await check("start");
    await select(shown, "broken");
    await check("report");
    await tab(shown, "Phones");
    await shown.locator("#phones select").selectOption({ index: 0 });
    await shown.waitForTimeout(300);
    await check("phones");
    await tab(shown, "Files and fixes");
    await shown.locator("#files select").selectOption({ index: 0 });
    await shown.getByRole("button", { name: "Show safe fixes" }).click();
    await shown.locator("#files pre").first().waitFor();
    await check("files");
    await tab(shown, "Compare");
    await shown.locator("#compare input[webkitdirectory]").setInputFiles("site");
    await shown.frameLocator("#compare iframe").locator("#effects").waitFor();
    await check("compare");
    await tab(shown, "Graph");
    await shown.locator("#graph svg").waitFor();
    await check("graph");
    await tab(shown, "Catalogue");
    await shown.locator("#catalogue input").fill("linekey.7.type");
    await shown.getByRole("button", { name: "Explain" }).click();
    await shown.locator("#catalogue pre").waitFor();
    await check("catalogue");
    await shown.context().close();
  }
}
console.log("no accessibility violation");
// The policy of the page itself: without bypassCSP, everything works, and nothing is reported to the console.
for (const address of Object.values(addresses)) {
  const strict = await open(address);
  await select(strict, "site");
  await tab(strict, "Graph");
  await strict.locator("#graph svg").waitFor();
  await strict.context().close();
}
// Chromium itself asks for updates and form data of its manufacturer.
const isOfBrowser = (url) => /^(http:\/\/)?[a-z-]+\.(google|googleapis|gvt1)\.com[:/]/.test(url);
assert.deepEqual(proxied.filter((url) => !isOfBrowser(url)), [], "requests through the proxy");
console.log("the browser's log and a proxy: no request of the page");
await browser.close();
server.close();
proxy.close();
