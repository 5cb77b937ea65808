// The worker in which a page's Python runs. This file stands behind pyodide.js and pyodide.asm.js in one Blob, and may
// ask nothing of any address: what Pyodide would fetch is handed in by the page, and `fetch` gives it out.
// Messages in: {type: "start", payloads}, {type: "run", id, steps}. Messages out: {type: "says", words}, {type: "ready"},
// {type: "output", id, output}, {type: "ended", id, whole, bytes}, {type: "broken", reason}.
"use strict";

/* global loadPyodide */
(() => {
  const HERE = "https://page.invalid/";
  const COURSE = "/home/pyodide";
  const post = self.postMessage.bind(self);
  /** What `import js` gives: nothing that reaches the network, the device's storage, or the page. */
  const JS = Object.fromEntries(["Object", "Array", "Map", "Set", "Promise", "Error", "Date", "Math", "JSON", "Uint8Array",
    "Float64Array", "console", "setTimeout", "clearTimeout"].map((name) => [name, self[name]]));
  /** @type {any} */ let pyodide;
  /** @type {any} */ let runner;
  /** @type {number} */ let running = -1;

  // A Blob may not be read where WebKit gives the page no origin, as from disk; the body of an answer may.
  /** @param {string} text base64 of gzip @returns {ReadableStream} */
  function unpacked(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
    const { body } = new Response(bytes);
    return /** @type {ReadableStream} */ (body).pipeThrough(new DecompressionStream("gzip"));
  }

  /** @param {string} text @returns {Promise<Uint8Array>} */
  async function bytesOf(text) {
    return new Uint8Array(await new Response(unpacked(text)).arrayBuffer());
  }

  /** @param {unknown} error */
  const broken = (error) => post({ type: "broken", reason: String(error instanceof Error ? error.message : error) });

  // Pyodide waits for ever for a core that the browser refuses to compile.
  const compile = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = (...given) => compile.apply(WebAssembly, given).catch((error) => {
    broken(error);
    throw error;
  });

  /** @param {Record<string, string>} payloads what the page has loaded, by name */
  async function start(payloads) {
    const lock = { info: { version: "PYODIDE_VERSION" }, packages: {} }; // the version is put in by page_bundle.py
    const answers = {
      "pyodide.asm.wasm": () => new Response(unpacked(payloads["python-core"]), { headers: { "content-type": "application/wasm" } }),
      "python_stdlib.zip": () => new Response(unpacked(payloads["python-library"])),
      "pyodide-lock.json": () => new Response(JSON.stringify(lock)),
    };
    self.fetch = async (address) => {
      const name = String(address instanceof Request ? address.url : address).replace(HERE, "");
      if (!(name in answers)) throw new TypeError(`Python in this page asks nothing of the network, not even ${name}`);
      return answers[name]();
    };
    const library = Promise.all([bytesOf(payloads.numpy), bytesOf(payloads.course)]);
    library.catch(() => {});
    pyodide = await loadPyodide({
      indexURL: HERE, jsglobals: JS, stdout: () => {}, stderr: () => {}, stdin: () => null, env: { HOME: COURSE, OMP_NUM_THREADS: "1" },
    });
    const [numpy, course] = await library;
    const site = pyodide.runPython("import site; site.getsitepackages()[0]");
    pyodide.unpackArchive(numpy, "zip", { extractDir: site });
    pyodide.unpackArchive(course, "zip", { extractDir: COURSE });
    pyodide.runPython(`import sys; sys.path.insert(0, ${JSON.stringify(COURSE)})`);
    const module = pyodide.pyimport("page_runner");
    runner = module.start((/** @type {string} */ output) => {
      post({ type: "output", id: running, output: JSON.parse(output) });
    }, COURSE);
  }

  /**
   * Run what is needed first, then the cell; the first that does not come to its end is the last.
   * @param {number} id
   * @param {{code: string, name: string, quiet: boolean}[]} steps
   */
  function run(id, steps) {
    running = id;
    let whole = true;
    let done = 0;
    for (const { code, name, quiet } of steps) {
      post({ type: "step", id, name, quiet });
      whole = runner.run(code, name, quiet);
      if (!whole) break;
      done += 1;
    }
    post({ type: "ended", id, whole, done, bytes: pyodide._module.HEAPU8.length });
  }

  self.addEventListener("message", async ({ data }) => {
    try {
      if (data.type === "start") {
        await start(data.payloads);
        post({ type: "ready" });
      } else if (data.type === "run") {
        run(data.id, data.steps);
      }
    } catch (error) {
      broken(error);
    }
  });
})();
