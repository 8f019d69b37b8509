
// The worker of the page: runs fvprov. A request is { id, method, parameters }; the response is { id, result } or
// { id, error }, or { fatal } if fvprov stopped.
// The files of a selection, which arrive in parts.
let received = [];
// Files up to this size are read at once, until this many bytes were read. Other files are read when their content is
// required.
const SMALL = 1 << 20, MOST = 256 << 20;
const files = [];
const handles = new Map();
const trees = {};
let panic = "", chain = Promise.resolve();

// fvprov calls these functions.
self.readFile = (number) => {
  try { return new Uint8Array(new FileReaderSync().readAsArrayBuffer(files[number])); } catch (error) { throw String(error.message); }
};
self.reportProgress = (done, total) => postMessage({ progress: { step: "Reading", done, total } });
self.reportPanic = (message) => { panic = message; };

// Adds files ({ path, file }) to a tree. Small files are read many at a time.
async function addFiles(tree, list) {
  let bytes = 0;
  for (let at = 0; at < list.length; at += 200) {
    const part = list.slice(at, at + 200);
    const texts = await Promise.all(part.map(({ file }) => {
      const isSmall = file.size <= SMALL && bytes + file.size <= MOST;
      bytes += isSmall ? file.size : 0;
      return isSmall ? file.arrayBuffer().then((text) => new Uint8Array(text), (error) => String(error.message)) : undefined;
    }));
    part.forEach(({ path, file }, i) => {
      if (typeof texts[i] === "string") tree.addUnreadable(path, texts[i]);
      else tree.addFile(path, texts[i], file.size, files.push(file) - 1);
    });
    postMessage({ progress: { step: "Reading", done: Math.min(at + 200, list.length), total: list.length } });
  }
}

// Lists a directory that the user dropped.
async function list(tree, directory, prefix, found) {
  for await (const [name, handle] of directory.entries()) {
    const path = prefix + name;
    if (handle.kind === "directory") {
      if (name === ".git") continue;
      tree.addDirectory(path);
      await list(tree, handle, path + "/", found);
    } else {
      try {
        found.push({ path, file: await handle.getFile() });
        handles.set(path, handle);
      } catch (error) { tree.addUnreadable(path, String(error.message)); }
    }
  }
  return found;
}

const text = (bytes) => new TextDecoder().decode(bytes);
const page = (content) => new Blob([content], { type: "text/html" });

const methods = {
  async start(base64) {
    const bytes = Uint8Array.from(atob(base64), (digit) => digit.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    await wasm_bindgen({ module_or_path: await new Response(stream).arrayBuffer() });
    trees.main = new wasm_bindgen.Tree();
    return wasm_bindgen.version();
  },
  receive(part) { received.push(...part); },
  // Opens a tree from the received files, from a directory handle, or from a zip archive.
  async open(name, { directory, zip }) {
    const selected = received;
    received = [];
    const tree = new wasm_bindgen.Tree();
    if (name === "main") handles.clear();
    if (zip) tree.addZip(new Uint8Array(await zip.arrayBuffer()));
    else await addFiles(tree, directory ? await list(tree, directory, "", []) : selected);
    postMessage({ progress: { step: "Checking" } });
    performance.mark("begin");
    const summary = JSON.parse(tree.open());
    performance.mark("end");
    trees[name]?.free();
    trees[name] = tree;
    return summary;
  },
  findings: () => text(trees.main.findings()),
  report: () => page(trees.main.report()),
  diff: () => page(trees.main.diff(trees.other)),
  diffToOriginal: () => page(trees.main.diffToOriginal()),
  phones: () => JSON.parse(trees.main.phones()),
  render: (number, origin) => text(trees.main.render(number, origin)),
  why: (number, name) => trees.main.why(number, name),
  graph: () => trees.main.graph(),
  explain: (query) => JSON.parse(trees.main.explain(query)),
  paths: () => JSON.parse(trees.main.paths()),
  text: (path) => trees.main.text(path),
  edit(path, content) {
    performance.mark("begin");
    const result = JSON.parse(trees.main.edit(path, content));
    performance.mark("end");
    return result;
  },
  fix: (withUnsafe) => JSON.parse(trees.main.fix(withUnsafe)),
  applyFixes: () => trees.main.applyFixes(),
  changed: () => JSON.parse(trees.main.changed()),
  changedZip: () => new Blob([trees.main.changedZip()], { type: "application/zip" }),
  failForTest: () => wasm_bindgen.failForTest(),
  // Writes the changed files into the directory. A file that another program changed is not written.
  async write(directory) {
    const written = [], refused = [];
    for (const path of JSON.parse(trees.main.changed())) {
      try {
        const names = path.split("/"), name = names.pop();
        let folder = directory;
        for (const part of names) folder = await folder.getDirectoryHandle(part);
        const disk = await folder.getFileHandle(name).then((handle) => handle.getFile()).then((file) => file.arrayBuffer())
          .catch((error) => { if (error.name === "NotFoundError") return undefined; throw error; });
        if (!trees.main.isUnchangedOnDisk(path, disk && new Uint8Array(disk))) { refused.push([path, "another program changed this file"]); continue; }
        const out = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await out.write(trees.main.bytes(path));
        await out.close();
        trees.main.markWritten(path);
        written.push(path);
      } catch (error) { refused.push([path, String(error.message || error)]); }
    }
    return { written, refused };
  },
};

async function answer({ id, method, parameters }) {
  try {
    postMessage({ id, result: await methods[method](...parameters) });
  } catch (error) {
    const isFatal = panic || error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    postMessage(isFatal ? { fatal: panic || String(error) } : { id, error: String(error.message || error) });
  }
}
self.onmessage = ({ data }) => { chain = chain.then(() => answer(data)); };
