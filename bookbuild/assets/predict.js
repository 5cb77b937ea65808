// @ts-check
// A question before a figure: what stands under it is veiled until the reader has answered or asked to be shown. The
// answer is a choice, or a curve drawn on the figure's own axes; it is kept on the device alone. Without this script the
// page is a plain question and a plain answer. `?veil=off` in the address leaves all veils away, for a projector;
// `?class=` names the questions of a session, and all others stay veiled.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const MOST_COLUMNS = 40;
  const STEPS = 40; // of a key, from the bottom of an axis to its top
  const PAGE = 5; // steps
  const OFF = new URLSearchParams(location.search).get("veil") === "off";
  const SESSION = new URLSearchParams(location.search).get("class")?.split("-");
  const HOW = "Draw your curve with a finger or the mouse. By keys: left and right move along, up and down set the height.";

  /** @param {string} tag @param {Record<string, string>} attributes @param {string} [words] */
  function made(tag, attributes, words = "") {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = words;
    return element;
  }

  // As lstm_lab.interact.theme.power_text writes it.
  /** @param {number} log10 */
  function powerText(log10) {
    if (log10 === -Infinity) return "0";
    if (log10 >= -3 && log10 < 4) return String(Number((10 ** log10).toPrecision(2)));
    const [mantissa, exponent] = (10 ** (log10 - Math.floor(log10))).toExponential(1).split("e");
    const raised = String(Math.floor(log10) + Number(exponent)).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return `${mantissa} × 10${raised}`;
  }

  /** @typedef {{trace: string, powers: boolean, beside: string}} Asked the curve, and one that is shown beside it */

  // --- a curve that is drawn -------------------------------------------------------------------------------------

  // Lies over a figure. While it is being drawn it is a slider to the keyboard and to screen readers: along by left and
  // right, the height by up and down.
  class Sketch {
    /**
     * @param {HTMLElement} figure
     * @param {Asked} asked
     * @param {() => void} changed is told when there is more of the curve
     */
    constructor(figure, asked, changed) {
      this.figure = figure;
      this.asked = asked;
      this.changed = changed;
      this.plot = /** @type {any} */ (figure.querySelector(".lab-plot"));
      /** @type {number[]} */ this.xs = [];
      /** @type {(number | null)[]} */ this.ys = [];
      this.at = 0;
      this.open = false;
      this.sheet = made("div", { class: "lab-sketch" });
      this.svg = document.createElementNS(SVG, "svg");
      this.svg.setAttribute("aria-hidden", "true");
      this.beside = this.svg.appendChild(document.createElementNS(SVG, "polyline"));
      this.beside.setAttribute("class", "lab-beside");
      this.line = this.svg.appendChild(document.createElementNS(SVG, "polyline"));
      this.mark = this.svg.appendChild(document.createElementNS(SVG, "circle"));
      this.mark.setAttribute("r", "5");
      this.name = this.svg.appendChild(document.createElementNS(SVG, "text"));
      this.name.textContent = "your guess";
      this.surface = made("div", { class: "lab-surface", role: "slider", tabindex: "0", "aria-label": "Your curve" });
      this.sheet.append(this.svg);
      figure.classList.add("lab-sketched");
      this.plot.after(this.sheet);
      this.listen();
      figure.addEventListener("lab:drawn", () => this.show());
      new ResizeObserver(() => this.show()).observe(figure);
    }

    get trace() {
      return this.named(this.asked.trace);
    }

    /** @param {string} wanted */
    named(wanted) {
      return this.plot.data?.find(({ name, visible }) => name === wanted && visible !== false);
    }

    /** @param {"x" | "y"} letter */
    axis(letter) {
      const name = (this.trace ?? this.plot.data[0])[`${letter}axis`] ?? letter;
      return this.plot._fullLayout[name.replace(letter, `${letter}axis`)];
    }

    // The points of the measured curve, from left to right.
    measured(trace = this.trace) {
      const { x, y } = trace;
      return [...x].map((at, i) => [at, y[i]]).filter((pair) => pair.every(Number.isFinite)).sort(([a], [b]) => a - b);
    }

    begin() {
      const places = this.measured().map(([x]) => x);
      const columns = Math.min(places.length, MOST_COLUMNS);
      this.xs = Array.from({ length: columns }, (_, i) => places[Math.round((i * (places.length - 1)) / (columns - 1))]);
      this.ys = this.xs.map(() => null);
      this.at = 0;
      this.open = true;
      this.sheet.append(this.surface);
      this.show();
    }

    end() {
      this.open = false;
      this.surface.remove();
      this.show();
    }

    /** @param {[number, number][]} curve */
    put(curve) {
      this.xs = curve.map(([x]) => x);
      this.ys = curve.map(([, y]) => y);
      this.end();
    }

    // From the first column to the last: gaps are straight, the ends level.
    curve() {
      const known = this.xs.flatMap((x, i) => (this.ys[i] === null ? [] : [[x, /** @type {number} */ (this.ys[i])]]));
      return this.xs.map((x) => /** @type {[number, number]} */ ([x, between(known, x)]));
    }

    get enough() {
      return this.ys.filter((y) => y !== null).length > 1;
    }

    listen() {
      const { surface } = this;
      surface.addEventListener("pointerdown", (event) => {
        surface.setPointerCapture(event.pointerId);
        this.last = null;
        this.pull(event);
      });
      surface.addEventListener("pointermove", (event) => {
        if (surface.hasPointerCapture(event.pointerId)) this.pull(event);
      });
      surface.addEventListener("keydown", (event) => this.key(event));
      surface.addEventListener("focus", () => this.show());
      surface.addEventListener("blur", () => this.show());
    }

    /** @param {PointerEvent} event */
    pull(event) {
      const box = this.plot.getBoundingClientRect();
      const [xAxis, yAxis] = [this.axis("x"), this.axis("y")];
      const clamp = (value, most) => Math.min(Math.max(value, 0), most);
      const x = xAxis.p2d(clamp(event.clientX - box.left - xAxis._offset, xAxis._length));
      const y = yAxis.p2d(clamp(event.clientY - box.top - yAxis._offset, yAxis._length));
      const gaps = this.xs.map((each) => Math.abs(each - x));
      const at = gaps.indexOf(Math.min(...gaps));
      const from = this.last ?? { at, y };
      const step = Math.sign(at - from.at);
      for (let i = from.at; i !== at; i += step) this.ys[i] = from.y + ((y - from.y) * (i - from.at)) / (at - from.at);
      this.ys[at] = y;
      this.at = at;
      this.last = { at, y };
      this.show();
      this.changed();
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      const along = { ArrowLeft: -1, ArrowRight: 1, Home: -this.xs.length, End: this.xs.length }[event.key];
      const up = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE }[event.key];
      if (along === undefined && up === undefined) return;
      event.preventDefault();
      const [low, high] = this.range();
      const now = this.ys[this.at] ?? (low + high) / 2;
      if (along !== undefined) {
        const to = Math.min(Math.max(this.at + along, 0), this.xs.length - 1);
        const step = Math.sign(to - this.at);
        for (let i = this.at; i !== to + step && step; i += step) this.ys[i] ??= now;
        this.at = to;
      } else {
        this.ys[this.at] = Math.min(Math.max(now + ((up ?? 0) * (high - low)) / STEPS, low), high);
      }
      this.show();
      this.changed();
    }

    range() {
      return [...this.axis("y").range].sort((a, b) => a - b);
    }

    /** @param {number} value */
    says(value) {
      return this.asked.powers ? powerText(value) : this.rounded(value);
    }

    // To a hundredth of the axis or finer.
    /** @param {number} value */
    rounded(value) {
      const [low, high] = this.range();
      return String(Number(value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(high - low))))));
    }

    show() {
      if (!this.plot._fullLayout || !this.plot.data) return;
      const [xAxis, yAxis] = [this.axis("x"), this.axis("y")];
      const place = (element, left, top, width, height) => Object.assign(element.style, {
        left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`,
      });
      const box = [xAxis._offset, yAxis._offset, xAxis._length, yAxis._length];
      place(this.sheet, this.plot.offsetLeft, this.plot.offsetTop, this.plot.clientWidth, this.plot.clientHeight);
      place(this.surface, ...box);
      place(this.svg, ...box);
      const points = this.xs.flatMap((x, i) => {
        const y = this.ys[i];
        return y === null ? [] : [[xAxis.d2p(x), yAxis.d2p(y)]];
      });
      this.line.setAttribute("points", points.map((pair) => pair.join()).join(" "));
      const beside = this.open && this.asked.beside ? this.measured(this.named(this.asked.beside)) : [];
      this.beside.setAttribute("points", beside.map(([x, y]) => `${xAxis.d2p(x)},${yAxis.d2p(y)}`).join(" "));
      const [x, y] = points.at(-1) ?? [-99, -99];
      this.name.setAttribute("x", String(Math.min(x, xAxis._length) - 4));
      this.name.setAttribute("y", String(y < 24 ? y + 18 : y - 8));
      this.name.style.display = this.open ? "none" : "";
      const focused = this.open && document.activeElement === this.surface;
      const [low, high] = this.range();
      const height = this.ys[this.at] ?? (low + high) / 2;
      this.mark.style.display = focused ? "" : "none";
      if (!this.open) return;
      this.mark.setAttribute("cx", xAxis.d2p(this.xs[this.at]));
      this.mark.setAttribute("cy", yAxis.d2p(height));
      const where = `${this.says(height)} at ${Number(this.xs[this.at].toPrecision(4))}`;
      for (const [name, value] of Object.entries({ min: low, max: high, now: height, text: where })) {
        this.surface.setAttribute(`aria-value${name}`, String(value));
      }
    }

    // One sentence: the right end, and the root mean square of the difference, in the units of the axis.
    near() {
      const curve = this.curve();
      const measured = this.measured();
      const [end, value] = /** @type {number[]} */ (measured.at(-1));
      const off = Math.sqrt(measured.reduce((sum, [x, y]) => sum + (between(curve, x) - y) ** 2, 0) / measured.length);
      return `At the right end you drew ${this.says(between(curve, end))}; it is ${this.says(value)}. Over the whole `
        + `curve you are ${this.rounded(off)}${this.asked.powers ? " powers of ten" : ""} away `
        + "(root mean square).";
    }
  }

  /** The height of a curve at a place: straight between its points, level beyond them. @param {number[][]} curve @param {number} x */
  function between(curve, x) {
    const next = curve.findIndex(([at]) => at >= x);
    if (next === -1) return curve[curve.length - 1][1];
    const [[x0, y0], [x1, y1]] = [curve[Math.max(next - 1, 0)], curve[next]];
    return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }

  // --- a box -----------------------------------------------------------------------------------------------------

  class Prediction {
    /** @param {HTMLFormElement} form */
    constructor(form) {
      this.form = form;
      this.guarded = /** @type {HTMLElement} */ (form.nextElementSibling);
      this.figure = /** @type {HTMLElement | null} */ (this.guarded.querySelector(".lab-explorer"));
      this.answer = /** @type {HTMLDetailsElement} */ (this.guarded.querySelector(":scope > details:last-of-type"));
      this.verdict = /** @type {HTMLElement} */ (form.querySelector(".lab-verdict"));
      this.choices = /** @type {HTMLElement[]} */ ([...form.querySelectorAll(".lab-choice")]);
      this.asks = /** @type {HTMLElement} */ (form.querySelector(".lab-asks"));
      this.chapter = form.dataset.chapter ?? "";
      this.box = form.dataset.predict ?? "";
      /** @type {Asked | null} */
      this.draw = form.dataset.draw ? JSON.parse(form.dataset.draw) : null;
      this.asked = `${form.dataset.hash}${this.draw ? this.figure?.dataset.key : ""}`;
      this.bar = made("div", { class: "lab-bar" });
      this.veil = made("p", { class: "lab-veil" }, this.draw ? HOW : "The figure is veiled until you have answered.");
    }

    begin() {
      if (SESSION && !SESSION.includes((this.form.dataset.hash ?? "").slice(0, 5))) {
        this.draw = null; // all of the figure is veiled, and stays so
        this.veil.textContent = "This question is not part of the session.";
        this.cover();
        return;
      }
      this.asks.hidden = false;
      if (this.draw) this.prepareToDraw();
      for (const input of this.form.querySelectorAll("input")) input.disabled = false;
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.commit();
      });
      this.button("reveal").addEventListener("click", () => this.shown());
      this.button("again").addEventListener("click", () => this.again());
      window.addEventListener("hashchange", () => this.lift());
      this.recall();
      this.lift();
    }

    /** @param {string} name */
    button(name) {
      return /** @type {HTMLButtonElement} */ (this.form.elements.namedItem(name));
    }

    prepareToDraw() {
      const figure = /** @type {HTMLElement} */ (this.figure);
      const commit = this.button("commit");
      this.form.id ||= `predict-${this.box}`;
      commit.setAttribute("form", this.form.id);
      commit.textContent = "That is my curve";
      const drawn = () => {
        if (this.sketch) return;
        this.sketch = new Sketch(figure, /** @type {Asked} */ (this.draw), () => this.ready());
        this.recall();
      };
      figure.addEventListener("lab:drawn", drawn);
    }

    // What was said before, or the veil.
    recall() {
      const guess = window.labProgress.guess(this.chapter, this.box);
      if (guess?.asked === this.asked && !OFF) this.tell(guess);
      else if (this.lifted || OFF) this.uncover();
      else this.cover();
    }

    // A link to a state of the figure shows it.
    lift() {
      const named = new URLSearchParams(location.hash.slice(1)).get("explorer");
      if (!named || named !== this.figure?.dataset.explorer || this.lifted) return;
      this.lifted = true;
      const covered = this.guarded.dataset.veiled !== undefined;
      this.uncover();
      if (covered) this.figure.scrollIntoView();
    }

    cover() {
      const kind = this.draw ? "draw" : "choice";
      this.guarded.dataset.veiled = kind;
      for (const part of this.guarded.children) {
        const drawnOn = this.draw && this.figure && part.contains(this.figure);
        part.classList.toggle("lab-under", !drawnOn && part !== this.veil);
      }
      for (const figure of this.guarded.querySelectorAll(".lab-explorer")) figure.setAttribute("data-veiled", kind);
      if (!this.draw) this.guarded.prepend(this.veil);
      else {
        this.bar.append(this.veil, this.button("commit"));
        const plot = this.figure?.querySelector(".lab-plot");
        plot?.setAttribute("aria-hidden", "true");
        (this.sketch?.sheet ?? plot)?.after(this.bar);
        if (this.sketch && !this.sketch.open) this.sketch.begin();
      }
      this.ready();
    }

    uncover() {
      delete this.guarded.dataset.veiled;
      for (const part of this.guarded.querySelectorAll(".lab-under")) part.classList.remove("lab-under");
      for (const figure of this.guarded.querySelectorAll(".lab-explorer")) figure.removeAttribute("data-veiled");
      this.veil.remove();
      if (this.draw) {
        this.asks.prepend(this.button("commit"));
        this.button("commit").hidden = true;
        this.button("reveal").hidden = true;
        this.bar.remove();
        this.figure?.querySelector(".lab-plot")?.removeAttribute("aria-hidden");
        if (this.sketch?.open) this.sketch.end();
      }
      if (!OFF) window.dispatchEvent(new Event("resize")); // what was drawn out of sight gets its size
    }

    // Whether there is something to commit to.
    ready() {
      const able = this.draw ? this.sketch?.enough : true;
      this.button("commit").disabled = !able;
    }

    commit() {
      /** @type {Guess} */
      const guess = { asked: this.asked };
      if (this.draw) {
        if (!this.sketch?.enough) return;
        guess.curve = this.sketch.curve();
        guess.near = this.sketch.near();
      } else {
        const chosen = this.form.querySelector("input:checked");
        if (!chosen) {
          this.verdict.textContent = "Choose one first, or press Show me.";
          return;
        }
        guess.choice = Number(/** @type {HTMLInputElement} */ (chosen).value);
      }
      this.settle(guess);
    }

    shown() {
      this.settle({ asked: this.asked, shown: true });
    }

    /** @param {Guess} guess */
    settle(guess) {
      window.labProgress.predict(this.chapter, this.box, guess);
      this.answer.open = true;
      this.tell(guess);
      this.verdict.focus({ preventScroll: Boolean(this.draw) });
    }

    /** @param {Guess} guess */
    tell(guess) {
      this.uncover();
      this.form.dataset.answered = guess.shown ? "shown" : "guessed";
      for (const input of this.form.querySelectorAll("input")) input.disabled = true;
      this.button("commit").hidden = true;
      this.button("reveal").hidden = true;
      this.button("again").hidden = false;
      if (guess.curve) {
        this.verdict.textContent = guess.near ?? "";
        this.sketch?.put(guess.curve);
      } else if (this.draw) {
        this.verdict.textContent = "";
      } else {
        this.mark(guess);
      }
    }

    /** @param {Guess} guess */
    mark(guess) {
      const words = (choice) => choice.querySelector("label span")?.textContent?.trim();
      this.choices.forEach((choice, place) => {
        const chosen = place === guess.choice;
        const input = /** @type {HTMLInputElement} */ (choice.querySelector("input"));
        input.checked = chosen;
        choice.toggleAttribute("data-chosen", chosen);
        const told = /** @type {HTMLElement | null} */ (choice.querySelector(".lab-told"));
        if (told) told.hidden = !chosen;
      });
      const right = this.choices.filter((choice) => choice.dataset.right !== undefined);
      const hit = right.includes(this.choices[guess.choice ?? -1]);
      this.verdict.textContent = hit ? "That is what came out." : `What came out: ${right.map(words).join(" ")}`;
    }

    again() {
      window.labProgress.predict(this.chapter, this.box, null);
      delete this.form.dataset.answered;
      this.verdict.textContent = "";
      this.answer.open = false;
      this.lifted = false;
      this.button("again").hidden = true;
      this.button("commit").hidden = false;
      this.button("reveal").hidden = false;
      for (const input of this.form.querySelectorAll("input")) {
        input.disabled = false;
        input.checked = false;
      }
      for (const choice of this.choices) {
        choice.removeAttribute("data-chosen");
        const told = /** @type {HTMLElement | null} */ (choice.querySelector(".lab-told"));
        if (told) told.hidden = true;
      }
      const controls = /** @type {HTMLFormElement | null | undefined} */ (this.figure?.querySelector("form.lab-controls"));
      controls?.reset(); // a curve is drawn on the first state
      controls?.dispatchEvent(new Event("input"));
      this.cover();
      if (this.sketch) this.sketch.surface.focus();
      else this.form.querySelector("input")?.focus();
    }
  }

  function begin() {
    for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.lab-predict"))) {
      new Prediction(form).begin();
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
