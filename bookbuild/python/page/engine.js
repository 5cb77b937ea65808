// The page's Python: starts the worker, gives it one cell after the other, ends it. One namespace a page, as in a
// notebook; a Python that was stopped, has broken, or has grown too large is replaced, and what a cell needs is run anew.
"use strict";

window.labPython = window.labPython ?? {};

/**
 * @typedef {object} Step
 * @property {string} id of a cell
 * @property {string} code
 *
 * @typedef {object} Job
 * @property {string} id of the cell that is run
 * @property {string} code
 * @property {Step[]} needs what must have run before, in order
 * @property {(words: string) => void} says how far it is, in words
 * @property {(state: "loading" | "running") => void} enters
 * @property {(output: any) => void} shows
 * @property {(end: {whole: boolean, seconds: number, words?: string, stopped?: boolean}) => void} ends
 */

labPython.engine = (() => {
  const MOST_BYTES = 1_000_000_000;
  const FILES = "The page's Python could not start";
  /** @type {Worker | undefined} */ let worker;
  let ready = false;
  let generation = 0;
  /** @type {Job[]} */ const queue = [];
  /** @type {{job: Job, id: number, started: number, steps: Step[]} | undefined} */ let current;
  let number = 0;
  /** Cells that have run in this Python, by id. @type {Set<string>} */
  let ran = new Set();
  let starting = false;

  function drop() {
    generation += 1;
    worker?.terminate();
    worker = undefined;
    ready = false;
    starting = false;
    ran = new Set();
  }

  /** @param {string} text base64 of gzip */
  async function textOf(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const { body } = new Response(bytes); // a Blob could not be read by WebKit in a page without an origin
    return new Response(/** @type {ReadableStream} */ (body).pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  /** @param {string} words */
  const tellAll = (words) => queue.forEach((job) => job.says(words));

  /** What the browser lacks, as a sentence; empty if it lacks nothing. */
  function lacking() {
    if (typeof WebAssembly !== "object") return "This browser has WebAssembly switched off, which Python in a page needs.";
    if (typeof Worker !== "function" || typeof DecompressionStream !== "function") {
      return "This browser is too old for Python in a page: it needs one of 2023 or newer.";
    }
    return "";
  }

  async function start() {
    if (starting || ready) return;
    starting = true;
    const mine = generation;
    queue.forEach((job) => job.enters("loading"));
    try {
      if (lacking()) throw new Error(lacking());
      const payloads = await labPython.load((words) => mine === generation && tellAll(words));
      const script = await textOf(payloads["python-script"]);
      if (mine !== generation) return;
      tellAll("Python is starting …");
      const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      worker = new Worker(address);
      worker.onmessage = ({ data }) => mine === generation && heard(data);
      worker.onerror = (event) => {
        event.preventDefault();
        if (mine === generation) broke(event.message || "");
      };
      worker.postMessage({ type: "start", payloads: { ...payloads, "python-script": "" } });
      worker.addEventListener("message", () => URL.revokeObjectURL(address), { once: true });
    } catch (error) {
      if (mine === generation) broke(error instanceof Error ? error.message : String(error), true);
    }
  }

  /** @param {string} reason */
  function explained(reason) {
    if (/Content Security Policy|unsafe-eval|wasm code generation|WebAssembly\.\w+\(\).*disallowed/i.test(reason)) {
      return `${FILES}: this site's Content-Security-Policy forbids it. It must allow 'wasm-unsafe-eval' and worker-src blob:.`;
    }
    if (/memory|allocation/i.test(reason)) {
      return "The page's Python ran out of memory and has ended. Run starts a fresh one; close other tabs, or compute with less.";
    }
    return reason;
  }

  /**
   * Python is gone: whoever waits for it is told, and the next press starts a fresh one.
   * @param {string} reason @param {boolean} whole whether the reason is a sentence already
   */
  function broke(reason, whole = false) {
    const blocked = !ready && !whole && reason === "";
    const words = blocked
      ? `${FILES}: the browser or this site's Content-Security-Policy does not let it. The policy must allow 'wasm-unsafe-eval' and worker-src blob:.`
      : explained(reason);
    const said = whole || blocked || words !== reason ? words : `Python in the page has ended: ${reason}. Run starts a fresh one.`;
    const waiting = [...(current ? [current.job] : []), ...(ready ? [] : queue.splice(0))];
    current = undefined;
    drop();
    for (const job of waiting) job.ends({ whole: false, seconds: 0, words: said });
    if (queue.length) start();
  }

  /** @param {any} message from the worker */
  function heard(message) {
    if (message.type === "ready") {
      ready = true;
      starting = false;
      next();
    } else if (message.type === "broken") {
      broke(message.reason);
    } else if (!current || message.id !== current.id) {
      return;
    } else if (message.type === "output") {
      current.job.shows(message.output);
    } else if (message.type === "step") {
      current.job.says(message.quiet ? "Running first what this cell needs from above …" : "Running …");
    } else if (message.type === "ended") {
      ended(message);
    }
  }

  /** @param {{whole: boolean, done: number, bytes: number}} message */
  function ended({ whole, done, bytes }) {
    if (!current) return;
    const { job, steps, started } = current;
    for (const step of steps.slice(0, done)) ran.add(step.id);
    current = undefined;
    let words = "";
    if (bytes > MOST_BYTES) {
      words = `The page's Python had grown to ${(bytes / 1e9).toFixed(1)} GB and was ended. The next run starts a fresh one.`;
      drop();
    }
    job.ends({ whole, seconds: (performance.now() - started) / 1000, words });
    next();
  }

  function next() {
    if (current || queue.length === 0) return;
    if (!ready || !worker) {
      start();
      return;
    }
    const job = /** @type {Job} */ (queue.shift());
    const needs = job.needs.filter(({ id }) => !ran.has(id));
    const steps = [...needs, job];
    number += 1;
    current = { job, id: number, started: performance.now(), steps };
    job.enters("running");
    worker.postMessage({
      type: "run",
      id: number,
      steps: steps.map(({ id, code }) => ({ code, name: `cell ${id}`, quiet: id !== job.id })),
    });
  }

  return {
    /** @param {Job} job */
    run(job) {
      queue.push(job);
      job.enters("loading");
      if (current) job.says("Waiting for the cell that runs …");
      else if (starting) job.says("Python is starting …");
      next();
    },

    /** End what a cell does or waits for. @param {string} id */
    stop(id) {
      const waits = queue.findIndex((job) => job.id === id);
      const job = waits >= 0 ? queue.splice(waits, 1)[0] : current?.job.id === id ? current.job : undefined;
      if (!job) return;
      if (waits < 0) {
        current = undefined;
        drop();
      } else if (!ready && queue.length === 0) {
        drop();
      }
      job.ends({ whole: false, seconds: 0, stopped: true });
      next();
    },
  };
})();
