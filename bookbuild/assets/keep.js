// The published book on the reader's device: pages that were visited open without a connection; the first page offers to
// keep all of them, and says how much room that takes. A new edition is announced, and comes when the reader wants it.
// From disk, and in a frame without an origin, there is nothing of this.
"use strict";

(() => {
  if (self.origin === "null" || !/^https?:$/.test(location.protocol) || !navigator.serviceWorker) return;
  const root = new URL(document.documentElement.dataset.content_root ?? "./", document.baseURI);
  const here = decodeURIComponent(location.pathname.slice(root.pathname.length)) || "index.html";
  const mega = (/** @type {number} */ size) => `${Math.max(1, Math.ceil(size / 1_000_000))} MB`;

  /** @param {ServiceWorker} worker @param {any} words @param {(there: number) => void} [tell] */
  const ask = (worker, words, tell) => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if ("there" in data) tell?.(data.there);
      else done(data);
    };
    worker.postMessage(words, [port2]);
  });

  /** @param {ServiceWorkerRegistration} registration */
  function announce(registration) {
    if (!registration.waiting || document.querySelector(".lab-edition")) return;
    const notice = Object.assign(document.createElement("p"), { className: "lab-edition" });
    notice.setAttribute("role", "status");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Change to it" });
    button.addEventListener("click", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage({ ask: "change" });
    });
    notice.append("There is a new edition of this book. ", button);
    document.body.append(notice);
  }

  /** @param {ServiceWorkerRegistration} registration */
  async function offer(registration) {
    const place = document.querySelector(".bd-footer-content__inner");
    if (here !== "index.html" || !place || !registration.active) return;
    const worker = registration.active;
    const line = Object.assign(document.createElement("p"), { className: "lab-keep" });
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    place.prepend(line);

    /** @param {string} text @param {string} what @param {number} room */
    const button = (text, what, room) => {
      const one = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      one.addEventListener("click", async () => {
        for (const other of line.querySelectorAll("button")) other.disabled = true;
        const { quota = Infinity, usage = 0 } = await (navigator.storage?.estimate?.() ?? Promise.resolve({}));
        if (room > quota - usage) {
          show(await ask(worker, { ask: "state" }), `It needs ${mega(room)}, and this browser has no such room left.`);
          return;
        }
        if (room) await navigator.storage?.persist?.();
        const told = await ask(worker, { ask: what }, (there) => {
          words.textContent = `${mega(there)} of ${mega(room)} are here.`;
        });
        show(told, told.failed === "room" ? `It needs ${mega(room)}, and this browser has no such room left.`
          : told.failed ? "It could not be fetched whole, so nothing was kept. Is the connection up? Try again." : "");
      });
      return one;
    };
    /** @param {{state: any}} told @param {string} [said] */
    const show = ({ state }, said = "") => {
      words.textContent = said || (state.hasBook ? `This book is kept on the device${state.hasPython ? ", with Python" : ""}.` : "");
      line.replaceChildren(words);
      if (!state.hasBook) line.append(" ", button(`Keep this book on the device (${mega(state.book)})`, "book", state.book));
      else {
        if (state.python && !state.hasPython) line.append(" ", button(`Keep Python too, for the exercises (${mega(state.python)})`, "python", state.python));
        line.append(" ", button("Remove it", "drop", 0));
      }
    };
    show(await ask(worker, { ask: "state" }));
  }

  async function begin() {
    const manifest = { rel: "manifest", href: new URL("manifest.webmanifest", root).href };
    document.head.append(Object.assign(document.createElement("link"), manifest));
    try {
      const registration = await navigator.serviceWorker.register(new URL("service-worker.js", root), { updateViaCache: "none" });
      announce(registration);
      registration.addEventListener("updatefound", () => {
        const coming = registration.installing;
        coming?.addEventListener("statechange", () => {
          if (coming.state === "installed" && registration.active) announce(registration);
        });
      });
      const ready = await navigator.serviceWorker.ready;
      if (ready.active) await ask(ready.active, { ask: "visit", page: here });
      await offer(ready);
    } catch (error) {
      console.info("The book is not kept on this device:", error); // a browser that is told to store nothing
    }
  }

  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
