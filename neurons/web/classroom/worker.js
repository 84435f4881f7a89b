/**
 * Python, in its own worker: a program that never ends can be ended from outside.
 *
 * Opened from a folder, a page cannot start a module worker made from a blob, and Pyodide refuses a classic one, which
 * it knows by its importScripts. So this is a classic worker without them. Pyodide's files are not fetched from
 * anywhere: `fetch` serves them, under an address that does not exist, from what the page has sent.
 */
const HERE = "https://here.invalid/";
/** @type {any} */ (self).importScripts = () => {
  throw new Error("this worker imports modules only");
};

/** @type {any} */
let session = null;
/** @type {any} */
let answered = null;

/**
 * Start Python with `neurons`.
 * @param {{ files: Record<string, Uint8Array<ArrayBuffer>>, program: WebAssembly.Module, packages: string[] }} settings
 */
async function start({ files, program, packages }) {
  self.fetch = async (address) => {
    const name = String(address instanceof Request ? address.url : address).slice(HERE.length);
    if (!(name in files)) return new Response(null, { status: 404 });
    return new Response(files[name], { headers: { "content-type": "application/octet-stream" } });
  };
  // The page has compiled the program: a worker that follows a stopped one need not do it again.
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: program,
    instance: await WebAssembly.instantiate(program, imports),
  });
  /** @param {string} name */
  const imported = (name) => import(URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" })));
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    imported("pyodide.mjs"),
    imported("pyodide.asm.mjs"),
  ]);
  const python = await loadPyodide({
    createPyodideModule,
    indexURL: HERE,
    packageBaseUrl: HERE,
    lockFileContents: new TextDecoder().decode(files["pyodide-lock.json"]),
  });
  await python.loadPackage(packages, { messageCallback() {} });
  python.unpackArchive(files["neurons.zip"], "zip", { extractDir: python.runPython("import site; site.getsitepackages()[0]") });
  const room = python.pyimport("neurons.web.classroom.session");
  session = room.Session("/home/pyodide/course", show);
  answered = room.answered;
}

/**
 * What a program shows while it runs.
 * @param {string} kind
 * @param {any} content a text, or bytes of Python's
 */
function show(kind, content) {
  if (typeof content !== "string") {
    const bytes = content.toJs();
    content.destroy();
    content = bytes;
  }
  self.postMessage({ kind, content });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.settings) {
      await start(data.settings);
      self.postMessage({ kind: "ready" });
    } else {
      const value = answered(session, data.question, data.content);
      const content = value.toJs({ dict_converter: Object.fromEntries }); // bytes come as a Uint8Array
      value.destroy();
      self.postMessage({ kind: "answer", content });
    }
  } catch (error) {
    self.postMessage({ kind: "broken", content: String(error instanceof Error ? error.message : error) });
  }
};
