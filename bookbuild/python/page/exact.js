// Explorers off their grid: number fields for what may take any number, drawn by the page's Python with the function
// that computed the grid. Loaded when the disclosure of an explorer is first opened; the explorer above stays as it is.
"use strict";

(() => {
  /** @type {WeakMap<Element, Exactly>} */
  const opened = new WeakMap();

  class Exactly {
    /** @param {HTMLDetailsElement} box the disclosure */
    constructor(box) {
      this.box = box;
      this.explorer = /** @type {HTMLElement} */ (box.closest(".lab-explorer"));
      this.name = this.explorer.dataset.explorer ?? "";
      this.id = `exactly ${this.name}`;
      /** @type {Record<string, [number, number]>} */
      this.ranges = JSON.parse(box.dataset.ranges ?? "{}");
      /** @type {Control[]} */
      this.controls = JSON.parse(this.explorer.dataset.controls ?? "[]");
      this.above = /** @type {HTMLFormElement} */ (this.explorer.querySelector("form"));
      this.status = /** @type {HTMLElement} */ (box.querySelector(".lab-status"));
      this.build();
      this.follow();
      this.above.addEventListener("input", () => this.follow());
    }

    build() {
      this.form = document.createElement("form");
      this.form.className = "lab-fields";
      this.form.noValidate = true;
      for (const [name, range] of Object.entries(this.ranges)) this.form.append(this.field(name, range));
      const buttons = document.createElement("div");
      buttons.className = "lab-buttons";
      buttons.innerHTML = '<button type="button" name="compute" data-lab-press="exact">Compute</button>'
        + '<button type="button" name="stop" data-lab-press="exact" disabled>Stop</button>';
      this.output = document.createElement("div");
      this.output.className = "lab-output";
      this.output.setAttribute("aria-live", "polite");
      buttons.append(this.status);
      this.form.append(buttons, this.output);
      this.plot = document.createElement("div");
      this.plot.className = "lab-plot";
      this.sentence = document.createElement("p");
      this.sentence.className = "lab-summary";
      this.sentence.id = `exactly-${this.name}`;
      this.sentence.hidden = true;
      this.sentence.setAttribute("aria-live", "polite");
      this.box.append(this.form, this.plot, this.sentence);
      this.figure = new labPython.output.Following(this.plot, this.sentence.id);
    }

    /** @param {string} name @param {[number, number]} range */
    field(name, [low, high]) {
      const box = document.createElement("div");
      box.className = "lab-field";
      box.dataset.exact = name;
      const label = this.above.querySelector(`[data-control="${name}"] :is(label[for], legend)`)?.textContent ?? name;
      const field = document.createElement("input");
      Object.assign(field, { type: "text", name, inputMode: "decimal", autocomplete: "off", id: `exactly-${this.name}-${name}` });
      const allowed = document.createElement("small");
      allowed.id = `${field.id}-allowed`;
      allowed.textContent = `${low} to ${high}`.replaceAll("-", "\u2212");
      field.setAttribute("aria-describedby", allowed.id);
      const named = document.createElement("label");
      Object.assign(named, { htmlFor: field.id, textContent: label });
      box.append(named, field, allowed);
      return box;
    }

    /** Where each control above stands. @returns {Record<string, number>} */
    positions() {
      return Object.fromEntries(this.controls.map(({ name }) => {
        const field = /** @type {any} */ (this.above.elements.namedItem(name));
        return [name, field.type === "checkbox" ? Number(field.checked) : Number(field.value)];
      }));
    }

    /** The fields take the values of the controls above, whose move this is; a field has what its control has. */
    follow() {
      const positions = this.positions();
      for (const { name, values } of this.controls) {
        const box = /** @type {HTMLElement | null} */ (this.form?.querySelector(`[data-exact="${name}"]`));
        if (!box) continue;
        const control = /** @type {HTMLElement | null} */ (this.above.querySelector(`[data-control="${name}"]`));
        box.hidden = control?.hidden ?? false;
        /** @type {HTMLInputElement} */ (box.querySelector("input")).value = String(values[positions[name]]);
      }
    }

    compute() {
      if (["loading", "running"].includes(this.box.dataset.state ?? "")) return;
      this.output?.replaceChildren();
      const numbers = Object.fromEntries([...this.form?.querySelectorAll("[data-exact]:not([hidden]) input") ?? []]
        .map((field) => [/** @type {HTMLInputElement} */ (field).name, /** @type {HTMLInputElement} */ (field).value]));
      labPython.engine.run({
        id: this.id,
        code: "from lstm_lab.chapters import exactly\n"
          + `exactly.figure("${this.name}", ${JSON.stringify(this.positions())}, ${JSON.stringify(numbers)})`,
        needs: [],
        says: (/** @type {string} */ words) => this.say(words === "Running …" ? "Computing …" : words),
        enters: (/** @type {string} */ state) => this.enter(state),
        shows: (/** @type {any} */ output) => this.show(output),
        ends: (/** @type {any} */ end) => this.end(end),
      });
    }

    /** @param {string} words */
    say(words) {
      if (this.status.textContent !== words) this.status.textContent = words;
    }

    /** @param {string} state */
    enter(state) {
      const busy = state === "loading" || state === "running";
      const [compute, stop] = /** @type {NodeListOf<HTMLButtonElement>} */ (this.box.querySelectorAll("button"));
      compute.setAttribute("aria-disabled", String(busy));
      if (!busy && document.activeElement === stop) compute.focus();
      stop.disabled = !busy;
      this.box.dataset.state = state;
    }

    /** @param {any} output */
    show(output) {
      if (output.kind !== "figure") {
        labPython.output.show(this.output, { ...output, text: String(output.text).replace(/^(Type|Value)Error: /, ""), trace: "" });
        return;
      }
      if (this.sentence) {
        this.sentence.hidden = false;
        lstmLab.writeSentence(this.sentence, output.text);
      }
      this.figure.draw(output.figure).catch((/** @type {Error} */ error) => this.say(`The figure could not be drawn: ${error.message}`));
    }

    /** @param {{whole: boolean, seconds: number, words?: string, stopped?: boolean}} end */
    end({ whole, seconds, words = "", stopped = false }) {
      if (!whole && words) labPython.output.show(this.output, { kind: "error", text: words });
      this.say(stopped ? "Stopped." : whole ? `Computed in ${seconds.toFixed(1)} s.` : "Not computed.");
      this.enter(whole ? "done" : stopped ? "idle" : "failed");
    }
  }

  labPython.presses.exact = (/** @type {HTMLElement} */ pressed) => {
    const box = /** @type {HTMLDetailsElement} */ (pressed.closest(".lab-exact"));
    const exactly = opened.get(box) ?? new Exactly(box);
    opened.set(box, exactly);
    const name = pressed instanceof HTMLButtonElement ? pressed.name : "";
    if (name === "stop") labPython.engine.stop(exactly.id);
    else if (name === "compute") exactly.compute();
  };
})();
