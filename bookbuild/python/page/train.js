// A training that a reader starts: the page's Python runs it, and the figure follows. Loaded at the first press.
"use strict";

(() => {
  const LONGEST = 4000;
  const KEEP_MS = 60_000;
  /** @type {WeakMap<Element, Training>} */
  const trainings = new WeakMap();

  class Training {
    /** @param {HTMLElement} root a .lab-train */
    constructor(root) {
      this.root = root;
      this.id = `training ${root.dataset.train}`;
      this.form = /** @type {HTMLFormElement} */ (root.querySelector("form"));
      this.bar = /** @type {HTMLProgressElement} */ (root.querySelector("progress"));
      this.status = /** @type {HTMLElement} */ (root.querySelector(".lab-status"));
      this.summary = /** @type {HTMLElement} */ (root.querySelector(".lab-summary"));
      this.live = /** @type {HTMLElement} */ (root.querySelector(".lab-live"));
      this.output = /** @type {HTMLElement} */ (root.querySelector(".lab-output"));
      this.figure = new labPython.output.Following(root.querySelector(".lab-plot"), this.summary.id);
    }

    /** @param {string} name @returns {HTMLButtonElement} */
    button(name) {
      return /** @type {HTMLButtonElement} */ (this.form.querySelector(`button[name="${name}"]`));
    }

    /** @returns {Record<string, string>} */
    texts() {
      const fields = /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("input, select, textarea"));
      return Object.fromEntries([...fields].map(({ name, value }) => [name, value]));
    }

    /** The settings stand in the address, to share; a text that is too long for it does not.
     * @param {Record<string, string>} texts */
    writeAddress(texts) {
      const words = new URLSearchParams({ training: this.root.dataset.train ?? "" });
      for (const [name, text] of Object.entries(texts)) if (text.length <= LONGEST) words.set(name, text);
      history.replaceState(null, "", `#${words}`);
    }

    /** @param {boolean} take whether the notebook is wanted, and no training */
    train(take) {
      if (["loading", "running"].includes(this.root.dataset.state ?? "")) return;
      const texts = this.texts();
      this.writeAddress(texts);
      this.output.replaceChildren();
      this.bar.value = 0;
      this.live.textContent = "";
      this.shown = false;
      const show = `from lstm_lab.chapters import trainings\nshown = trainings.show("${this.root.dataset.train}")\n`;
      const typed = JSON.stringify(texts);
      const code = show + (take ? `shown.take_away(${typed})` : `for step in shown.run_texts(${typed}):\n    display(step)`);
      this.take = take;
      labPython.engine.run({
        id: this.id,
        code,
        needs: [],
        says: (/** @type {string} */ words) => this.say(words),
        enters: (/** @type {string} */ state) => this.enter(state),
        shows: (/** @type {any} */ output) => this.show(output),
        ends: (/** @type {any} */ end) => this.end(end),
      });
    }

    /** @param {string} words */
    say(words) {
      const said = words === "Running …" ? "Training …" : words;
      if (this.status.textContent !== said) this.status.textContent = said;
    }

    /** @param {string} state */
    enter(state) {
      this.root.dataset.state = state;
      const busy = state === "loading" || state === "running";
      const stop = this.button("stop");
      this.button("train").setAttribute("aria-disabled", String(busy));
      if (!busy && document.activeElement === stop) this.button("train").focus();
      stop.disabled = !busy;
      this.bar.hidden = !busy;
    }

    /** @param {any} output */
    show(output) {
      if (output.kind === "file") {
        save(output.name, output.content);
        return;
      }
      if (output.kind !== "progress") {
        const text = String(output.text).replace(/^(Type|Value)Error: /, "");
        labPython.output.show(this.output, { ...output, text, trace: "" });
        return;
      }
      this.bar.value = output.share;
      this.summary.textContent = output.text;
      this.shown = true;
      this.figure.draw(output.figure).catch((/** @type {Error} */ error) => this.say(`The figure could not be drawn: ${error.message}`));
    }

    /** @param {number} seconds */
    done(seconds) {
      if (this.take) return "Written: the notebook is among your downloads.";
      const long = Object.values(this.texts()).some((text) => text.length > LONGEST);
      return `Trained in ${seconds.toFixed(1)} s.${long ? " Your text is too long to stand in the address." : ""}`;
    }

    /** @param {{whole: boolean, seconds: number, words?: string, stopped?: boolean}} end */
    end({ whole, seconds, words = "", stopped = false }) {
      if (!whole && words) labPython.output.show(this.output, { kind: "error", text: words });
      this.say(stopped ? "Stopped." : whole ? this.done(seconds) : this.take ? "Not written." : "Not trained.");
      if (this.shown) this.live.textContent = this.summary.textContent; // what came out is spoken once, at the end
      this.enter(whole ? "done" : stopped ? "idle" : "failed");
    }
  }

  /** @param {string} name @param {string} content */
  function save(name, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: "application/x-ipynb+json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
  }

  labPython.presses.train = (/** @type {HTMLElement} */ button) => {
    const root = /** @type {HTMLElement} */ (button.closest(".lab-train"));
    const training = trainings.get(root) ?? new Training(root);
    trainings.set(root, training);
    if (/** @type {HTMLButtonElement} */ (button).name === "stop") labPython.engine.stop(training.id);
    else training.train(/** @type {HTMLButtonElement} */ (button).name === "take");
  };
})();
