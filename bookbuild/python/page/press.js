// What a page can do after a press, and loads then: Python, and the scripts of buttons that say `data-lab-press="NAME"`.
// Each script is loaded once, from beside this one; a press while it loads is remembered.
"use strict";

window.labPython = window.labPython ?? {};

(() => {
  const root = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  /** @type {Map<string, Promise<void>>} */ const scripts = new Map();
  /** What each script of a press does, by its name. @type {Record<string, (button: HTMLElement) => void>} */
  labPython.presses = {};

  /** @param {string} name @returns {Promise<void>} */
  function script(name) {
    const known = scripts.get(name);
    if (known) return known;
    /** @type {Promise<void>} */
    const loading = new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = new URL(name, root).href;
      element.onload = () => done();
      element.onerror = () => {
        element.remove();
        scripts.delete(name);
        failed(new Error(`A script of the book could not be loaded: _static/cells/${name}. `
          + "Is the book whole, and the connection up? Press once more to try again."));
      };
      document.head.append(element);
    });
    scripts.set(name, loading);
    return loading;
  }

  /** Jobs that wait for the script of Python. @type {any[]} */
  const waiting = [];

  // The place of Python before its script is there; engine.js takes it.
  labPython.engine = {
    /** @param {any} job */
    run(job) {
      waiting.push(job);
      job.enters("loading");
      job.says("Loading Python …");
      script("loader.js").then(() => script("engine.js"))
        .then(() => waiting.splice(0).forEach((one) => labPython.engine.run(one)))
        .catch((error) => waiting.splice(0).forEach((one) => one.ends({ whole: false, seconds: 0, words: error.message })));
    },

    /** @param {string} id */
    stop(id) {
      const place = waiting.findIndex((job) => job.id === id);
      if (place >= 0) waiting.splice(place, 1)[0].ends({ whole: false, seconds: 0, stopped: true });
    },
  };

  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-lab-press]"));
    const name = button?.dataset.labPress;
    if (!button || !name) return;
    script(`${name}.js`).then(() => labPython.presses[name](button)).catch((error) => {
      const status = button.closest("[data-state]")?.querySelector(".lab-status");
      if (status) status.textContent = error.message;
    });
  });

  // Enter in a field presses the form's first button; the forms have none that would send them anywhere.
  document.addEventListener("keydown", (event) => {
    const field = /** @type {Element} */ (event.target);
    if (event.key !== "Enter" || event.isComposing || !field.matches?.(".lab-fields input")) return;
    event.preventDefault();
    /** @type {HTMLElement | null | undefined} */ (field.closest("form")?.querySelector("button"))?.click();
  });

  // An explorer whose arguments may take any number gets a disclosure, which exact.js fills when it is opened.
  function offerExactly() {
    const told = JSON.parse(document.getElementById("lab-cells")?.textContent ?? "{}").exact ?? {};
    for (const explorer of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".lab-explorer[data-explorer]"))) {
      if (!told[explorer.dataset.explorer ?? ""] || !explorer.querySelector("form")) continue;
      const disclosure = document.createElement("details");
      disclosure.className = "lab-exact";
      disclosure.dataset.state = "idle";
      disclosure.dataset.ranges = JSON.stringify(told[explorer.dataset.explorer ?? ""]);
      disclosure.innerHTML = '<summary data-lab-press="exact">Compute exactly<span>, between the steps and beyond</span></summary>'
        + '<p class="lab-status" role="status"></p>';
      explorer.append(disclosure);
      explorer.dispatchEvent(new Event("grown"));
    }
  }

  // A training's settings from the address, as train.js writes them.
  function readAddress() {
    const words = new URLSearchParams(location.hash.slice(1));
    const training = words.get("training") && document.querySelector(`.lab-train[data-train="${CSS.escape(words.get("training") ?? "")}"]`);
    if (!training) return;
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (training.querySelectorAll("input, select, textarea"))) {
      const text = words.get(field.name);
      if (text !== null) field.value = text;
    }
    training.scrollIntoView();
  }

  function begin() {
    offerExactly();
    readAddress();
    window.addEventListener("hashchange", readAddress);
    for (const part of document.querySelectorAll(".lab-made [data-needs-script]")) {
      part.removeAttribute("hidden");
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
