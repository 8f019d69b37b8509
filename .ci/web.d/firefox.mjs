// Tests the page in Firefox over WebDriver BiDi: node firefox.mjs FIREFOX
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const downloads = path.resolve("downloads");
fs.mkdirSync(downloads, { recursive: true });
const browser = await puppeteer.launch({
  browser: "firefox", executablePath: process.argv[2], headless: true,
  extraPrefsFirefox: { "browser.download.folderList": 2, "browser.download.dir": downloads, "browser.download.useDownloadDir": true, "browser.download.always_ask_before_handling_new_types": false },
});
const page = await browser.newPage();
page.setDefaultTimeout(120_000);
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
await page.goto("file://" + process.env.PAGE);
const input = await page.waitForSelector("#start input[accept]");
await input.uploadFile(path.resolve("broken.zip"));
await page.waitForSelector("#report iframe[src]");
assert.equal(await page.evaluate(() => call("findings")), fs.readFileSync("broken.json", "utf8"));
const frame = await (await page.$("#report iframe")).contentFrame();
await frame.waitForSelector("#summary");
console.log("Firefox: the findings are those of the program, and the report is drawn");

const press = async (text) => {
  const button = await page.waitForSelector("xpath///button[contains(., '" + text + "')]");
  await button.evaluate((element) => element.click());
};
await press("Files and fixes");
await press("Show safe fixes");
await page.waitForSelector("#files pre");
await press("Apply these fixes");
await page.waitForFunction(() => document.querySelector("#files").textContent.includes("Changed: "));
await press("Download the changed files");
const archive = path.join(downloads, "changed.zip");
for (let round = 0; round < 100 && !(fs.existsSync(archive) && fs.statSync(archive).size); round += 1) await new Promise((resolve) => { setTimeout(resolve, 100); });
assert.equal(fs.readFileSync(archive).subarray(0, 2).toString(), "PK");
assert.deepEqual(errors, []);
console.log("Firefox: fixes, download");
await browser.close();
