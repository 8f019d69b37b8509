// Creates the trees for the tests of the page, and what the program says about them: node trees.mjs
// $FVPROV is the program, $TESTS the directory of test trees, and $FVPROV_CORPUS a directory of real trees, if any.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";

const { FVPROV, FVPROV_RELEASE, TESTS, FVPROV_CORPUS } = process.env;
const HEAD = "#!version:1.0.0.1\n";
export const mac = (number) => "0021f2" + number.toString(16).padStart(6, "0");

function run(program, args, directory, environment = {}) {
  try {
    return execFileSync(program, args, { cwd: directory, maxBuffer: 1 << 30, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

// A fleet whose phones share a file of their site. In an unlike fleet, the keys of each phone have another order.
function fleet(directory, phones, isUnlike) {
  fs.mkdirSync(directory + "/sites", { recursive: true });
  const write = (name, text) => fs.writeFileSync(directory + "/" + name, HEAD + text);
  write("common.cfg", "local_time.ntp_server1 = 10.0.0.1\nlang.gui = English\nstatic.auto_provision.power_on = 1\nstatic.auto_provision.repeat.enable = 1\nstatic.auto_provision.repeat.minutes = 60\n");
  for (let site = 0; site < 20; site += 1) {
    let text = "";
    for (let account = 1; account < 7; account += 1) text += `account.${account}.sip_server.1.address = sip${site}.example.com\naccount.${account}.sip_server.1.port = 5060\n`;
    for (let key = 11; key < 75; key += 1) text += `## key ${key}\nlinekey.${key}.type = 15\nlinekey.${key}.line = 1\nlinekey.${key}.value = ${site}${String(key).padStart(3, "0")}\nlinekey.${key}.label = Key ${key}\n`;
    for (let note = 0; note < 500; note += 1) text += `## note ${note}\n`;
    write(`sites/site${site}.cfg`, text);
  }
  for (let phone = 0; phone < phones; phone += 1) {
    const name = mac(phone);
    write(name + ".boot", `include:config "common.cfg"\ninclude:config <sites/site${phone % 20}.cfg>\ninclude:config "${name}.cfg"\n`);
    const keys = Array.from({ length: 10 }, (_, at) => 1 + (isUnlike ? (at * 7 + phone * 3 + (phone >> 3) * at * at) % 10 : at));
    let text = "## Registration\n";
    for (const account of [1, 2]) text += `account.${account}.enable = 1\naccount.${account}.label = Desk ${phone}\naccount.${account}.display_name = Desk ${phone}\naccount.${account}.auth_name = ${phone}${account}\naccount.${account}.user_name = ${phone}${account}\naccount.${account}.password = x${phone.toString(36)}Ky${account}Zq9w${phone * 7919}\n`;
    for (const key of new Set(keys)) text += `linekey.${key}.type = 15\nlinekey.${key}.line = 1\nlinekey.${key}.value = ${(phone % 9000) + key}\nlinekey.${key}.label = Key ${key}\n`;
    write(name + ".cfg", text);
  }
}

// Files that are not what they seem to be.
function hostile(directory) {
  fs.mkdirSync(directory + "/deep", { recursive: true });
  const write = (name, text) => fs.writeFileSync(directory + "/" + name, text);
  const noise = Buffer.alloc(200_000);
  for (let at = 0, seed = 7; at < noise.length; at += 1) { seed = (seed * 1103515245 + 12345) & 0x7fffffff; noise[at] = seed >> 16; }
  write("y000000000000.boot", HEAD + 'include:config "a.cfg"\ninclude:config "a.cfg"\n' + Array.from({ length: 2_000 }, (_, at) => `include:config "x${at}.cfg"\n`).join(""));
  write("a.cfg", HEAD + "a".repeat(1_000_000) + " = 1\n");
  write(mac(1) + ".boot", HEAD + `include:config "${mac(1)}.boot"\ninclude:config "../../etc/passwd"\ninclude:config "${mac(1)}.cfg"\n`);
  write(mac(1) + ".cfg", noise);
  write(mac(2) + ".cfg", HEAD + "\0".repeat(10_000) + "\n\uFFFF = \uD800\r\r\r\n" + "account.1.password=".repeat(2_000));
  write(mac(3) + ".cfg", HEAD + "{% if a %}".repeat(1_000) + "\n" + "{{ (".repeat(1_000) + "\n");
  write(mac(3) + ".boot.j2", "{% for a in b %}".repeat(1_000) + "{{ a" + "[a".repeat(2_000));
  write("y.xml", "<a>".repeat(10_000));
  write(mac(4) + ".cfg", HEAD + "remote_phonebook.data.1.url = y.xml\n" + "<script>window.hit=1</script> = <img src=x onerror=window.hit=1>\n");
  write(mac(5) + ".boot", "");
  write("deep/" + mac(6) + ".cfg", Buffer.from([0xff, 0xfe, 0x41, 0, 0x3d, 0]));
  write("</script><script>window.hit=1<".replaceAll("/", "_") + ".cfg", HEAD + "x = 1\n");
}

function expect(name) {
  fs.writeFileSync(name + ".json", run(FVPROV, ["lint", "--output-format", "json", "."], name));
  run(FVPROV, ["render", "--all", "--out", "../" + name + ".rendered", "."], name);
}

if (process.argv[1]?.endsWith("trees.mjs")) {
  const trees = ["site", "broken"];
  for (const name of trees) fs.cpSync(path.join(TESTS, name), name, { recursive: true });
  if (FVPROV_CORPUS) {
    const below = (directory) => fs.readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => path.join(directory, entry.name));
    const corpus = [...below(FVPROV_CORPUS).flatMap(below), ...below(FVPROV_CORPUS)];
    for (const directory of corpus) {
      if (trees.length === 4) break;
      const name = "corpus" + (trees.length - 1);
      fs.cpSync(directory, name, { recursive: true });
      try { expect(name); trees.push(name); } catch { fs.rmSync(name, { recursive: true }); }
    }
  }
  ["site", "broken"].forEach(expect);
  fs.writeFileSync("trees.json", JSON.stringify(trees));
  // The program's fixes, for comparison.
  for (const [name, more] of [["safe", []], ["all", ["--unsafe-fixes"]]]) {
    fs.cpSync("broken", "fixed-" + name, { recursive: true });
    run(FVPROV, ["lint", "--fix", "--fail-on", "never", "--quiet", ...more, "."], "fixed-" + name);
  }
  fs.cpSync("site", "site2", { recursive: true });
  const common = "site2/y000000000000.cfg";
  fs.writeFileSync(common, fs.readFileSync(common, "utf8").replace(/^lang.gui.*$/m, "lang.gui = French"));
  hostile("hostile");
  fleet("like", 2000, false);
  fleet("unlike", 2000, true);
  fleet("500", 500, false);
  const times = {};
  for (const name of ["like", "unlike"]) {
    times[name] = Math.min(...[1, 2, 3].map(() => {
      const measure = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)";
      const args = ["-c", measure, FVPROV_RELEASE, "lint", "--output-format", "json", "--fail-on", "never", "."];
      return 1000 * Number(run("python3", args, name, { RAYON_NUM_THREADS: "1" }));
    }));
  }
  fs.writeFileSync("times.json", JSON.stringify(times));
  console.log("one thread of the program:", times);
}
