// Where a number of the text comes from, and whether this page's Python computes the same. Loaded at the first press.
"use strict";

(() => {
  const FOLD = "details.lab-numbers";

  /** Open the fold at the cell that made a number. @param {string} name */
  function find(name) {
    const fold = /** @type {HTMLDetailsElement | null} */ (document.querySelector(FOLD));
    const place = /** @type {HTMLElement | null | undefined} */ (fold?.querySelector(`[data-name="${name}"]`)?.closest(".lab-made"));
    if (!fold || !place) return;
    fold.open = true;
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} box a .lab-made */
  function again(box) {
    if (["loading", "running"].includes(box.dataset.state ?? "")) return;
    const key = box.dataset.cellOf ?? "";
    const output = /** @type {HTMLElement} */ (box.querySelector(".lab-output"));
    const status = /** @type {HTMLElement} */ (box.querySelector(".lab-status"));
    const [press, stop] = /** @type {NodeListOf<HTMLButtonElement>} */ (box.querySelectorAll("button"));
    const say = (/** @type {string} */ words) => { if (status.textContent !== words) status.textContent = words; };
    const { code, needs, numbers } = labPython.cell(key);
    output.replaceChildren();
    labPython.engine.run({
      id: `numbers ${key}`,
      code: `from lstm_lab import verify\nverify.again(${JSON.stringify(code)}, ${JSON.stringify(numbers)}, globals())`,
      needs,
      says: (/** @type {string} */ words) => say(words === "Running …" ? "Computing again …" : words),
      enters: (/** @type {string} */ state) => {
        const busy = state === "loading" || state === "running";
        press.setAttribute("aria-disabled", String(busy));
        if (!busy && document.activeElement === stop) press.focus();
        stop.disabled = !busy;
        box.dataset.state = state;
      },
      shows: (/** @type {any} */ shown) => labPython.output.show(output, shown),
      ends({ whole, seconds, words = "", stopped = false }) {
        if (!whole && words) labPython.output.show(output, { kind: "error", text: words });
        say(stopped ? "Stopped." : whole ? `Computed again in ${seconds.toFixed(1)} s.` : "Not computed.");
        this.enters(whole ? "done" : stopped ? "idle" : "failed");
      },
    });
  }

  labPython.presses.numbers = (/** @type {HTMLElement} */ pressed) => {
    const box = /** @type {HTMLElement | null} */ (pressed.closest(".lab-made"));
    if (pressed.dataset.number) find(pressed.dataset.number);
    else if (box && /** @type {HTMLButtonElement} */ (pressed).name === "stop") labPython.engine.stop(`numbers ${box.dataset.cellOf}`);
    else if (box) again(box);
  };
})();
