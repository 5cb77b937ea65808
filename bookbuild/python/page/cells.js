// Cells of the page that can be changed and run. The page is whole without this script: the code stands there to read,
// and the controls are hidden until it has found them. Nothing of Python is loaded before the first press.
"use strict";

window.labPython = window.labPython ?? {};

/**
 * What the build says of a page's cells, in the element #lab-cells.
 * @typedef {object} PageCells
 * @property {string} chapter
 * @property {Record<string, {needs: string[], code?: string, numbers?: Record<string, string>}>} cells by id; `code` of those
 * that the page does not show, `numbers` that they made for the text
 */

(() => {
  const KEEP_AFTER_MS = 300;
  const INDENT = "    ";
  const SHORT_SECONDS = 0.05;
  /** @type {PageCells} */ let page;
  /** The original code of every cell, by id. @type {Map<string, string>} */
  const originals = new Map();

  /** @param {string} id @returns {{id: string, code: string}[]} */
  const needsOf = (id) => (page.cells[id]?.needs ?? []).map((need) => ({ id: need, code: originals.get(need) ?? "" }));

  class Cell {
    /** @param {HTMLElement} root a .lab-cell */
    constructor(root) {
      this.root = root;
      this.id = root.dataset.cell ?? "";
      this.hash = root.dataset.hash ?? "";
      this.exercise = root.dataset.exercise ?? "";
      this.paper = /** @type {HTMLElement} */ (root.querySelector(".lab-editor pre"));
      this.field = /** @type {HTMLTextAreaElement} */ (root.querySelector("textarea"));
      this.output = /** @type {HTMLElement} */ (root.querySelector(".lab-output"));
      this.status = /** @type {HTMLElement} */ (root.querySelector(".lab-status"));
      this.original = (this.paper.textContent ?? "").replace(/\n$/, "");
      originals.set(this.id, this.original);
    }

    /** @param {string} name @returns {HTMLButtonElement} */
    button(name) {
      return /** @type {HTMLButtonElement} */ (this.root.querySelector(`button[name="${name}"]`));
    }

    open() {
      this.field.value = window.labProgress.answer(page.chapter, this.hash) ?? this.original;
      this.paint();
      this.root.classList.add("lab-live-cell");
      for (const element of this.root.querySelectorAll("[data-needs-script]")) element.removeAttribute("hidden");
      this.field.addEventListener("input", () => this.typed());
      this.field.addEventListener("keydown", (event) => this.key(event));
      this.button("run").addEventListener("click", () => this.run());
      this.button("stop").addEventListener("click", () => labPython.engine.stop(this.id));
      this.button("reset").addEventListener("click", () => this.reset());
      this.button("copy").addEventListener("click", () => this.copy());
      this.root.addEventListener("lab-take", (event) => this.take(/** @type {CustomEvent} */ (event).detail));
      window.addEventListener("pagehide", () => this.keep());
      this.tick();
    }

    paint() {
      this.paper.innerHTML = `${labPython.coloured(this.field.value)}\n`;
    }

    typed() {
      this.paint();
      clearTimeout(this.keeping);
      this.keeping = setTimeout(() => this.keep(), KEEP_AFTER_MS);
    }

    keep() {
      if (this.keeping === undefined) return;
      clearTimeout(this.keeping);
      this.keeping = undefined;
      const code = this.field.value === this.original ? null : this.field.value;
      window.labProgress.keep(page.chapter, this.hash, code);
    }

    /** Put text where the cursor is, so that the browser's Undo takes it back. @param {string} text */
    insert(text) {
      if (!document.execCommand("insertText", false, text)) {
        this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
        this.typed();
      }
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (event.key !== "Enter" || event.isComposing || event.altKey) return;
      event.preventDefault();
      if (event.shiftKey || event.ctrlKey || event.metaKey) {
        this.run();
        return;
      }
      const line = this.field.value.slice(0, this.field.selectionStart).split("\n").pop() ?? "";
      const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
      this.insert(`\n${indent}${/:\s*(#.*)?$/.test(line) ? INDENT : ""}`);
    }

    run() {
      if (["loading", "running"].includes(this.root.dataset.state ?? "")) return;
      this.output.replaceChildren();
      this.passed = false;
      const cell = this;
      labPython.engine.run({
        id: this.id,
        get code() { return cell.field.value; },
        needs: needsOf(this.id),
        says: (words) => this.say(words),
        enters: (state) => this.enter(state),
        shows: (output) => this.show(output),
        ends: (end) => this.end(end),
      });
    }

    /** @param {string} words */
    say(words) {
      if (this.status.textContent !== words) this.status.textContent = words;
    }

    /** @param {"loading" | "running" | "done" | "failed" | "idle"} state */
    enter(state) {
      this.root.dataset.state = state;
      const busy = state === "loading" || state === "running";
      const stop = this.button("stop");
      this.button("run").setAttribute("aria-disabled", String(busy));
      if (!busy && document.activeElement === stop) this.button("run").focus();
      stop.disabled = !busy;
    }

    /** @param {any} output */
    show(output) {
      labPython.output.show(this.output, output);
      if (output.kind !== "check" || typeof output.passed !== "boolean" || !this.exercise) return;
      window.labProgress.check(page.chapter, this.exercise, output.passed, output.text);
      if (output.passed) window.labProgress.solve(page.chapter, this.exercise);
    }

    /** @param {{whole: boolean, seconds: number, words?: string, stopped?: boolean}} end */
    end({ whole, seconds, words = "", stopped = false }) {
      if (!whole && words) labPython.output.show(this.output, { kind: "error", text: words });
      const took = seconds < SHORT_SECONDS ? "" : ` in ${seconds.toFixed(1)} s`;
      const note = whole && words ? ` ${words}` : "";
      this.say(stopped ? "Stopped." : whole ? `Done${took}.${note}` : "Not run to its end.");
      this.enter(whole ? "done" : "failed");
    }

    /** Put a whole text into the cell, in the place of what stands there; Undo brings that back. @param {string} code */
    take(code) {
      this.field.focus();
      this.field.select();
      if (this.field.value !== code) this.insert(code);
      this.field.setSelectionRange(0, 0);
      this.paint();
    }

    reset() {
      labPython.engine.stop(this.id);
      this.take(this.original);
      clearTimeout(this.keeping);
      this.keeping = undefined;
      window.labProgress.keep(page.chapter, this.hash, null);
      this.output.replaceChildren();
      this.say("As it was.");
      this.enter("idle");
    }

    async copy() {
      const code = [...needsOf(this.id).map((need) => need.code), this.field.value].join("\n\n\n");
      this.say(await copied(code) ? "Copied, with what it needs from above." : "The browser does not let the page copy.");
    }

    tick() {
      if (!this.exercise) return;
      const solved = window.labProgress.solved(page.chapter).includes(this.exercise);
      const mark = /** @type {HTMLElement} */ (this.root.querySelector(".lab-tick"));
      mark.hidden = !solved;
      this.root.toggleAttribute("data-solved", solved);
    }
  }

  /** @param {string} text @returns {Promise<boolean>} */
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  function begin() {
    const told = document.getElementById("lab-cells");
    if (!told) return;
    page = JSON.parse(told.textContent ?? "");
    const cells = [...document.querySelectorAll(".lab-cell")].map((root) => new Cell(/** @type {HTMLElement} */ (root)));
    for (const [id, { code }] of Object.entries(page.cells)) if (code !== undefined) originals.set(id, code);
    for (const cell of cells) if (cell.field) cell.open();
    labPython.offerHelp(page.chapter);
    labPython.cell = (/** @type {string} */ id) => ({
      code: originals.get(id) ?? "", needs: needsOf(id), numbers: page.cells[id]?.numbers ?? {},
    });
    window.labProgress.onChange(() => cells.forEach((cell) => cell.tick()));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
