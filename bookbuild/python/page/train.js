// A training that a reader starts: the page's Python runs it, and the figure follows. Loaded at the first press.
"use strict";

(() => {
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

    code() {
      /** @type {Record<string, string>} */
      const texts = {};
      for (const field of this.form.querySelectorAll("input, select")) {
        const { name, value } = /** @type {HTMLInputElement} */ (field);
        texts[name] = value;
      }
      return "from lstm_lab.chapters import trainings\n"
        + `for step in trainings.show("${this.root.dataset.train}").run_texts(${JSON.stringify(texts)}):\n    display(step)`;
    }

    train() {
      if (["loading", "running"].includes(this.root.dataset.state ?? "")) return;
      this.output.replaceChildren();
      this.bar.value = 0;
      this.live.textContent = "";
      this.shown = false;
      const code = this.code();
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

    /** @param {{whole: boolean, seconds: number, words?: string, stopped?: boolean}} end */
    end({ whole, seconds, words = "", stopped = false }) {
      if (!whole && words) labPython.output.show(this.output, { kind: "error", text: words });
      this.say(stopped ? "Stopped." : whole ? `Trained in ${seconds.toFixed(1)} s.` : "Not trained.");
      if (this.shown) this.live.textContent = this.summary.textContent; // what came out is spoken once, at the end
      this.enter(whole ? "done" : stopped ? "idle" : "failed");
    }
  }

  labPython.presses.train = (/** @type {HTMLElement} */ button) => {
    const root = /** @type {HTMLElement} */ (button.closest(".lab-train"));
    const training = trainings.get(root) ?? new Training(root);
    trainings.set(root, training);
    if (/** @type {HTMLButtonElement} */ (button).name === "stop") labPython.engine.stop(training.id);
    else training.train();
  };
})();
