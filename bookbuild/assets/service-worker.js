// Keeps pages of the published book on the device. What is kept of one edition is whole, or it is not kept: a page and
// all that it needs are fetched, compared with the digests that the build wrote, and only then count as kept. Nothing
// else is stored, and nothing that a reader typed. The list at the end is written by bookbuild/site/installed.py.
"use strict";

(() => {
  const worker = /** @type {any} */ (self);
  /** @type {{edition: string, files: Record<string, [string, number]>, pages: Record<string, string[]>, python: string[]}} */
  const BOOK = worker.labBook();
  const HOME = "index.html";
  const PYTHON = "python"; // kept like a page
  const scope = worker.registration.scope;
  const NAME = `lab-book ${scope}`;
  const parts = { ...BOOK.pages, [PYTHON]: BOOK.python };

  /** @param {string} path */
  const content = (path) => new URL(`kept/${BOOK.files[path][0]}`, scope).href;
  /** @param {string} kind @param {string} name */
  const mark = (kind, name) => new URL(`${kind}/${encodeURIComponent(name)}`, scope).href;
  const store = () => caches.open(NAME);

  /** @param {ArrayBuffer} bytes */
  async function digest(bytes) {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(sum, (one) => one.toString(16).padStart(2, "0")).join("").slice(0, 32);
  }

  /** The file as this edition has it, or nothing. @param {string} path @param {RequestCache} cache */
  async function fetched(path, cache) {
    const response = await fetch(new URL(path, scope), { cache });
    if (!response.ok) return undefined;
    const bytes = await response.arrayBuffer();
    if (await digest(bytes) !== BOOK.files[path][0]) return undefined;
    return new Response(bytes, { headers: { "Content-Type": response.headers.get("Content-Type") ?? "" } });
  }

  /** @param {string} path */
  async function bring(path) {
    const kept = await store();
    if (await kept.match(content(path))) return;
    const response = (await fetched(path, "default")) ?? (await fetched(path, "reload"));
    if (!response) throw new Error(`not of this edition: ${path}`);
    await kept.put(content(path), response);
  }

  /** @param {string[]} names of pages, or of Python @param {(done: number) => void} [tell] bytes that are there */
  async function keep(names, tell) {
    const paths = [...new Set(names.flatMap((name) => [...(name === PYTHON ? [] : [name]), ...parts[name]]))];
    let there = 0;
    /** @type {any} */ let failure;
    const few = async () => {
      for (let path = paths.shift(); path !== undefined && !failure; path = paths.shift()) {
        await bring(path).catch((error) => { failure ??= error; });
        tell?.(there += BOOK.files[path][1]);
      }
    };
    await Promise.all([few(), few(), few(), few()]); // none is under way when the failure is told
    if (failure) throw failure;
    const kept = await store();
    for (const name of names) await kept.put(mark("page", name), new Response(BOOK.edition));
  }

  async function marked() {
    const before = mark("page", "");
    return (await (await store()).keys())
      .filter(({ url }) => url.startsWith(before)).map(({ url }) => decodeURIComponent(url.slice(before.length)));
  }

  /** Drop what no page of this edition that is kept needs. */
  async function tidy() {
    const kept = await store();
    const names = (await marked()).filter((name) => name in parts);
    const needed = new Set(names.flatMap((name) => [
      mark("page", name), ...[...(name === PYTHON ? [] : [name]), ...parts[name]].map(content),
    ]));
    for (const request of await kept.keys()) if (!needed.has(request.url)) await kept.delete(request);
  }

  /** @param {string[]} names */
  const bytes = (names) => [...new Set(names.flatMap((name) => [...(name === PYTHON ? [] : [name]), ...parts[name]]))]
    .reduce((sum, path) => sum + BOOK.files[path][1], 0);

  async function state() {
    const names = new Set(await marked());
    return {
      edition: BOOK.edition,
      book: bytes(Object.keys(BOOK.pages)),
      python: BOOK.python.length ? bytes([PYTHON]) : 0,
      hasBook: Object.keys(BOOK.pages).every((name) => names.has(name)),
      hasPython: names.has(PYTHON),
    };
  }

  // A new edition brings what was kept of the old one, whole, or doesn't come in: the old one then stays as it was.
  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(
    marked().then((names) => keep(names.filter((name) => name in parts)))));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy()));

  worker.addEventListener("message", (/** @type {any} */ event) => {
    const { ask, page } = event.data;
    const [port] = event.ports;
    const say = (/** @type {any} */ words) => port?.postMessage(words);
    if (ask === "change") {
      worker.skipWaiting();
      return;
    }
    const done = async () => {
      if (ask === "visit" && page in BOOK.pages) await keep([...new Set([HOME, page])]);
      if (ask === "book") await keep(Object.keys(BOOK.pages), (there) => say({ there }));
      if (ask === "python") await keep([PYTHON], (there) => say({ there }));
      if (ask === "drop") {
        const kept = await store();
        for (const name of await marked()) await kept.delete(mark("page", name));
        await tidy();
      }
      say({ state: await state() });
    };
    event.waitUntil(done().catch(async (error) => {
      await tidy();
      say({ failed: error.name === "QuotaExceededError" ? "room" : "fetch", state: await state() });
    }));
  });

  /** A page of another edition than this one goes to the network with all that it loads. @param {string} client */
  const isThrough = async (client) => Boolean(client && await (await store()).match(mark("through", client)));

  /** @param {any} event @param {string} path */
  async function answer(event, path) {
    const kept = await store();
    if (event.request.mode === "navigate") {
      if (await kept.match(mark("page", path))) return (await kept.match(content(path))) ?? fetch(event.request);
      try {
        const response = await fetch(event.request);
        const same = await digest(await response.clone().arrayBuffer()) === BOOK.files[path][0];
        if (!same) await kept.put(mark("through", event.resultingClientId), new Response(""));
        return response;
      } catch {
        const words = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
          + "<title>Not on this device</title><main><h1>This page is not on this device</h1>"
          + `<p>There is no connection. <a href="${new URL(HOME, scope)}">The first page</a> is here.</p></main></html>`;
        return new Response(words, { status: 503, headers: { "Content-Type": "text/html" } });
      }
    }
    if (await isThrough(event.clientId)) return fetch(event.request);
    const hit = await kept.match(content(path));
    if (hit) return hit;
    return (await fetched(path, "default")) ?? (await fetched(path, "reload")) ?? Response.error();
  }

  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || !url.href.startsWith(scope)) return;
    const path = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length)) || HOME;
    if (Object.hasOwn(BOOK.files, path)) event.respondWith(answer(event, path));
  });
})();
