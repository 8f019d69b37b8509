// Opens the pages of .ci/wire.d/pages.sh in Chromium: node pages.mjs CHROMIUM
import assert from "node:assert/strict";
import fs from "node:fs";
import { chromium } from "playwright-core";

const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const url = (file) => "file://" + process.cwd() + "/" + file;

// Opens a page. Fails if the page makes a request, or if its script fails.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("request", (request) => assert.equal(request.url().split("#")[0], url(file).split("#")[0], "a request"));
  page.on("pageerror", (error) => assert.fail(file + ": " + error.message));
  page.on("console", (message) => assert.fail(file + ": " + message.text()));
  await page.goto(url(file));
  return page;
}

// Scrolls until the whole list is drawn.
async function drawAll(page, list) {
  for (let count = -1; ; ) {
    const next = await page.locator(list).count();
    if (next === count) return;
    count = next;
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  }
}

for (const file of ["site.html", "broken.html", "nothing.html", "hostile.html", "anonymous.html", "diff.html", "hostile-diff.html"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 400]) {
      const page = await open(file, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((violation) => violation.id + ": " + violation.nodes[0].html), [], file);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, file + " is wider than the window");
      await page.context().close();
    }
  }
  console.log(file + ": no request, no accessibility violation");
}

// The findings are those of the JSON, one by one.
for (const name of ["site", "broken", "hostile"]) {
  const expected = JSON.parse(fs.readFileSync(name + ".json", "utf8")).findings;
  const page = await open(name + ".html");
  await drawAll(page, "#finding-list article");
  const drawn = await page.locator("#finding-list article").evaluateAll((articles) => articles.flatMap((article) => {
    const places = [...article.querySelectorAll("details li")].map((item) => [article.className, item.textContent]);
    return places.length ? places : [[article.className, article.querySelector(".where .mono").textContent + ": " + article.querySelector("h3").textContent.replace(/^\w+: /, "")]];
  }));
  const whole = (finding) => finding.start.byte === finding.end.byte && (finding.start.byte === 0 || finding.start.line === 1 && finding.start.column === 1);
  const spot = (finding) => [finding.file, ...(whole(finding) ? [] : [finding.start.line])].join(":");
  const lines = expected.map((finding) => [finding.level, spot(finding) + ": " + finding.message.replaceAll("`", "")]);
  assert.deepEqual(drawn.map((line) => line.join(" ")).sort(), lines.map((line) => line.join(" ")).sort(), name);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  console.log(name + ".html: " + lines.length + " findings as in the JSON");
}

const page = await open("broken.html");
// Filters
const status = page.locator("#findings [role=status]");
const filter = (name) => page.locator("#findings .filters > label").filter({ hasText: new RegExp("^" + name) });
await filter("Rule").locator("select").selectOption("trailing-whitespace");
assert.match(await status.textContent(), /^3 findings of /);
await filter("Phone").locator("input").fill("00:21:f2:00:00:14");
assert.match(await status.textContent(), /^2 findings of /);
await page.locator("#findings .check.error input").uncheck();
assert.match(await status.textContent(), /^1 finding of /);
await page.getByRole("button", { name: "Reset" }).click();
assert.match(await status.textContent(), /^\d+ findings/);
await filter("Text").locator("input").fill("kuehlhaus");
assert.match(await status.textContent(), /^\d+ findings of /);
await page.getByRole("button", { name: "Reset" }).click();
// Search and phone view, with the keyboard
await page.locator("#phones > .filters input").fill("0021f2000014");
assert.equal(await page.locator("#phones > .scroll tbody tr").count(), 1);
await page.locator("#phones > .scroll tbody a").focus();
await page.keyboard.press("Enter");
await page.getByRole("heading", { name: "Phone 0021f2000014" }).waitFor();
assert.equal(await page.evaluate(() => document.activeElement.textContent), "Phone 0021f2000014");
assert.match(await page.locator("#phone").textContent(), /may be silent/);
await page.locator("#phone .filters input").fill("sip_server.1.address");
assert.equal(await page.locator("#phone tbody tr").count(), 2);
// Deep links
const { id } = await page.evaluate(() => data.findings.find((finding) => finding.rule === "joined-lines"));
for (const [hash, text] of [["finding-" + id, "two lines are joined"], ["phone-./0021f2000019", "Phone 0021f2000019"], ["rule-missing-include", "missing-include"], ["file-sites/hafen.cfg", "sites/hafen.cfg"]]) {
  const linked = await open("broken.html#" + hash);
  assert.match(await linked.evaluate(() => document.activeElement.textContent), new RegExp(text), hash);
  await linked.context().close();
}
const pdf = await page.pdf({ preferCSSPageSize: true });
assert.ok(pdf.length > 20_000, "printed");
console.log("broken.html: filters, search, phone view, deep links, print");

// The settings of a phone are those of `why`.
const site = await open("site.html#phone-0021f2000001");
const rows = await site.locator("#phone tbody tr").evaluateAll((all) => all.map((row) => [row.querySelector("th").textContent, row.children[1].textContent, row.children[2].textContent]));
const why = fs.readFileSync("why.json", "utf8").trim().split("\n").map((line) => JSON.parse(line));
const hidden = (value) => value.replace(/<secret #\d+>/, "<secret>");
assert.deepEqual(
  rows.map(([name, value, place]) => [name, hidden(value), place.replace(/^site\//, "")]).sort(),
  why.map(({ name, winner }) => [name, hidden(winner.value) || "(empty)", winner.file + ":" + winner.line]).sort());
console.log("site.html: " + rows.length + " settings of a phone as in why");

for (const name of ["site", "broken", "hostile"]) {
  const picture = await open(name + ".svg");
  assert.ok((await picture.locator("rect").count()) > 1, name + ".svg");
  assert.equal(await picture.evaluate(() => window.hit), undefined);
  assert.equal(await picture.locator("script, foreignObject, image").count(), 0);
}
for (const name of ["hostile.html", "hostile-diff.html"]) {
  const hostile = await open(name);
  for (const summary of await hostile.locator("summary").all()) await summary.click();
  await hostile.waitForTimeout(300);
  assert.equal(await hostile.evaluate(() => window.hit), undefined, name);
  assert.equal(await hostile.locator("img, iframe, form[action], base, link, script[src]").count(), 0);
  assert.equal(new URL(hostile.url()).protocol, "file:");
}
console.log("hostile names, values and file names: text only");
await browser.close();
