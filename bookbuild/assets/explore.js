// @ts-check
// Explorers on a page without a kernel: native controls choose one of the states that were computed while the book was
// built, and Plotly draws it. The page is readable before this script runs; Plotly and a figure's states are loaded when
// the figure comes near the viewport. The layout of the packed states is told in lstm_lab/interact/pack.py, read in explore-decode.js, drawn in explore-draw.js.
(() => {
  "use strict";

  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const staticRoot = new URL(".", src);
  const NEAR = "600px";
  const PHONE = "(max-width: 40rem)";
  const SCREEN = 770; // of a phone: a figure and all that stands by it fit into it
  const LEAST_HEIGHT = 280;
  const SPEAK_AFTER_MS = 700;
  const PLAY_STEP_MS = 250;
  const ADDRESS_AFTER_MS = 100;
  const blocks = new Map();
  const scripts = new Map();
  let lastWritten = ""; // the fragment of the address that an explorer of this page wrote last
  const navigated = performance.getEntriesByType("navigation")[0];
  const isNew = /** @type {any} */ (navigated)?.type === "navigate"; // not loaded again, nor gone back to

  window.lstmLab = { ...window.lstmLab, payload: (key, text) => blocks.set(key, text), themes: {} };

  function loadScript(address) {
    if (!scripts.has(address)) {
      scripts.set(address, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = done;
        script.onerror = () => failed(new Error(`a file could not be loaded (${address}); reload the page to try again`));
        document.head.append(script);
      }));
    }
    return scripts.get(address);
  }

  // --- one explorer ----------------------------------------------------------------------------------------------

  class Explorer {
    /** @type {Packed | undefined} What can be drawn; nothing before it is loaded, and nothing once it failed. */
    packed;

    /** @type {Drawing | undefined} */
    drawing;

    /** @type {{picture: ChildNode[], sentence: string} | undefined} What stood there before a script drew. */
    first;

    /** @type {Handles | undefined} */
    handles;

    /** Whether a drawing is under way, and whether something has changed since it began. */
    busy = false;

    late = false;

    /** @param {HTMLElement} root the figure of the page */
    constructor(root) {
      this.root = root;
      this.name = root.dataset.explorer ?? "";
      /** @type {Control[]} */
      this.controls = JSON.parse(root.dataset.controls ?? "[]");
      /** @type {any} */
      this.form = root.querySelector("form");
      this.plot = /** @type {HTMLElement} */ (root.querySelector(".lab-plot"));
      this.summary = /** @type {HTMLElement} */ (root.querySelector(".lab-summary"));
      this.live = /** @type {HTMLElement} */ (root.querySelector(".lab-live"));
      this.height = parseFloat(this.plot.style.height);
      if (this.form) this.listen();
      this.put(history.state?.lab?.[this.name] ?? "");
      this.readHash(isNew);
      window.addEventListener("hashchange", () => this.readHash());
      new IntersectionObserver((entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.start().catch((error) => this.fail(error));
      }, { rootMargin: NEAR }).observe(root);
    }

    async start() {
      const { payload, key } = this.root.dataset;
      await Promise.all([loadScript(new URL("plotly.min.js", staticRoot).href), loadScript(payload)]);
      if (!blocks.has(key)) throw new Error(`${payload} does not hold ${key}`);
      const packed = await lstmLab.unpack(blocks.get(key));
      blocks.delete(key);
      const hindrance = await lstmLab.hindrance(packed);
      if (hindrance) throw new Error(hindrance);
      this.first ??= { picture: [...this.plot.childNodes], sentence: this.summary.textContent };
      this.packed = packed;
      this.drawing = new lstmLab.Drawing(this.plot, packed);
      this.handles = new lstmLab.Handles(this.root, this.plot, (name) => this.position(name), (positions) => {
        for (const [name, position] of Object.entries(positions)) this.place(name, position);
        this.changed();
      });
      this.plot.replaceChildren();
      this.plot.setAttribute("role", "img"); // as the picture was, whose place it takes
      this.plot.setAttribute("aria-labelledby", this.summary.id);
      await this.redraw();
      if (!this.packed) return;
      new MutationObserver(() => this.redraw())
        .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      let width = innerWidth; // a phone that shows or hides its bars changes the height alone
      window.addEventListener("resize", () => {
        if (width !== innerWidth) this.fit();
        width = innerWidth;
        this.redraw();
      });
      this.root.dataset.ready = "";
    }

    // What cannot be loaded or drawn: the picture of the first state stays or comes back, and the dead controls go.
    fail(error) {
      if (this.root.dataset.failed !== undefined) return;
      this.root.dataset.failed = "";
      console.error(`${this.name}: ${error.message}`);
      clearInterval(this.playing);
      this.packed = undefined;
      this.root.removeAttribute("aria-busy");
      if (this.first) {
        if (window.Plotly) Plotly.purge(this.plot);
        this.plot.replaceChildren(...this.first.picture);
        this.plot.removeAttribute("role");
        this.plot.removeAttribute("aria-labelledby");
        lstmLab.writeSentence(this.summary, this.first.sentence);
        this.handles?.show([]);
      }
      this.form?.remove();
      const message = document.createElement("p");
      message.className = "lab-failed";
      message.setAttribute("role", "alert");
      message.textContent = `This figure cannot be moved: ${error.message}. The picture shows its first state.`;
      this.plot.before(message);
    }

    // Positions of the controls; null where a control does not apply.
    positions() {
      /** @type {Record<string, string | number | boolean>} */
      const chosen = {};
      return this.controls.map((control) => {
        const applies = Object.entries(control.only).every(([other, allowed]) => allowed.includes(chosen[other]));
        const position = this.position(control.name);
        if (applies) chosen[control.name] = control.values[position];
        return applies ? position : null;
      });
    }

    position(name) {
      const field = this.form.elements[name];
      if (field.type === "checkbox") return field.checked ? 1 : 0;
      return Number(field.value);
    }

    place(name, position) {
      const field = this.form.elements[name];
      if (field.type === "checkbox") field.checked = position === 1;
      else field.value = String(position);
    }

    listen() {
      const more = this.form.querySelector(".lab-more");
      if (more) more.open = !matchMedia(PHONE).matches;
      const caption = /** @type {HTMLDetailsElement | null} */ (this.root.querySelector(".lab-read"));
      if (caption) caption.open = !matchMedia(PHONE).matches;
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("input", () => this.changed());
      const play = this.form.querySelector(".lab-play");
      if (play) play.addEventListener("click", () => this.play(play));
      const copy = this.form.querySelector(".lab-copy");
      copy.addEventListener("click", () => this.copyLink(copy.nextElementSibling));
    }

    // The address of this state, for somebody else; where the clipboard is refused, to be seen and copied by hand.
    async copyLink(told) {
      const address = new URL(`#${this.words()}`, location.href).href;
      try {
        await navigator.clipboard.writeText(address);
        told.textContent = "Copied";
      } catch {
        told.textContent = address;
      }
    }

    // On a phone a figure is as high as what stands by it leaves room for.
    fit() {
      const beside = this.root.offsetHeight - this.plot.offsetHeight;
      const room = Math.max(LEAST_HEIGHT, Math.min(this.height, SCREEN - beside));
      const isPhone = matchMedia(PHONE).matches;
      this.plot.style.height = `${isPhone ? room : this.height}px`;
      this.plot.toggleAttribute("data-fitted", isPhone);
    }

    changed() {
      this.form.querySelector(".lab-copied").textContent = "";
      this.label();
      this.writeHash();
      this.wait();
      this.redraw();
    }

    // The first picture and its sentence would contradict controls that say otherwise: they wait.
    wait() {
      if (this.packed || this.root.dataset.failed !== undefined) return;
      this.first ??= { picture: [...this.plot.childNodes], sentence: this.summary.textContent };
      this.root.setAttribute("aria-busy", "true");
      this.summary.textContent = "Loading …";
    }

    // At once, but once a frame: what changes while a drawing is under way is drawn after the next frame.
    async redraw() {
      this.late = this.busy;
      if (this.late || !this.packed || !this.drawing) return;
      this.busy = true;
      try {
        await this.drawing.draw(this.state(this.packed), (sentence) => this.say(sentence));
        this.root.removeAttribute("aria-busy");
        this.handles?.show(this.drawing.shown.layout.meta.handles ?? []);
        this.root.dispatchEvent(new CustomEvent("lab:drawn"));
      } catch (error) {
        this.fail(error);
      } finally {
        requestAnimationFrame(() => {
          this.busy = false;
          if (this.late) this.redraw();
        });
      }
    }

    label() {
      this.positions().forEach((position, i) => {
        const control = this.controls[i];
        const box = this.form.querySelector(`[data-control="${control.name}"]`);
        box.hidden = position === null;
        const play = this.form.querySelector(`[data-plays="${control.name}"]`);
        if (play) play.hidden = position === null;
        const range = box.querySelector('input[type="range"]');
        if (!range) return;
        const text = control.texts[Number(range.value)];
        range.setAttribute("aria-valuetext", text);
        box.querySelector("output").textContent = text;
      });
    }

    /** @param {Packed} packed */
    state(packed) {
      const key = this.form ? this.positions().map((p) => (p === null ? "-" : p)).join(",") : "";
      const state = packed.stateOf.get(key);
      if (state === undefined) throw new Error(`there is no state ${key}`);
      return state;
    }

    // The sentence is shown at once and spoken after a pause, so that a moving slider does not stammer.
    say(sentence) {
      if (this.summary.textContent === sentence) return;
      lstmLab.writeSentence(this.summary, sentence);
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => { this.live.textContent = sentence; }, SPEAK_AFTER_MS);
    }

    play(button) {
      const slider = this.form.elements[button.dataset.plays];
      const stop = () => {
        clearInterval(this.playing);
        this.playing = 0;
        button.textContent = `Play ${button.dataset.label}`;
      };
      if (this.playing) {
        stop();
        return;
      }
      if (Number(slider.value) === Number(slider.max)) slider.value = slider.min;
      const step = () => {
        slider.value = String(Number(slider.value) + 1);
        this.changed();
        if (Number(slider.value) === Number(slider.max)) stop();
      };
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        step();
        return;
      }
      button.textContent = "Pause";
      this.playing = setInterval(step, PLAY_STEP_MS);
    }

    // The address of a state: #explorer=NAME&sequence_length=50+steps&cell=LSTM+1997.
    words() {
      const words = new URLSearchParams({ explorer: this.name });
      this.positions().forEach((position, i) => {
        if (position !== null) words.set(this.controls[i].name, this.controls[i].texts[position]);
      });
      return words;
    }

    // The address has one explorer, the state of its entry in the history each: a reload finds all as they were.
    writeHash() {
      clearTimeout(this.addressing);
      const written = location.hash; // a link followed meanwhile stands
      this.addressing = setTimeout(() => {
        const stands = ![written, lastWritten].includes(location.hash);
        if (!stands) lastWritten = `#${this.words()}`;
        this.remember(stands ? location.hash : lastWritten);
      }, ADDRESS_AFTER_MS);
    }

    remember(hash) {
      const lab = { ...history.state?.lab, [this.name]: String(this.words()) };
      history.replaceState({ ...history.state, lab }, "", hash);
    }

    /** @param {boolean} goes whether the window goes to the figure */
    readHash(goes = true) {
      if (!this.put(location.hash.slice(1))) return;
      this.remember(location.hash);
      if (goes) this.root.scrollIntoView();
    }

    // Put the controls as the words of an address say; false if they tell of another explorer.
    put(text) {
      const words = new URLSearchParams(text);
      if (!this.form || words.get("explorer") !== this.name) return false;
      const before = String(this.words());
      for (const control of this.controls) {
        const position = control.texts.indexOf(words.get(control.name) ?? "");
        if (position >= 0) this.place(control.name, position);
      }
      this.label();
      if (String(this.words()) !== before) this.wait();
      this.redraw();
      return true;
    }
  }

  // A formula or a table that is wider than the screen scrolls; by keyboard only if it can be reached.
  function letWideThingsBeReached() {
    for (const thing of document.querySelectorAll(".lab-wide, .lab-table")) {
      if (thing.scrollWidth > thing.clientWidth) thing.setAttribute("tabindex", "0");
      else thing.removeAttribute("tabindex");
    }
  }

  // The theme's buttons that call a function by name; see bookbuild/lighter_pages.py.
  function callByName(event) {
    const name = event.target.closest?.("[data-lab-call]")?.dataset.labCall;
    if (["print", "toggleFullScreen"].includes(name)) /** @type {any} */ (window)[name]();
  }

  function begin() {
    document.addEventListener("click", callByName);
    letWideThingsBeReached();
    window.addEventListener("resize", letWideThingsBeReached);
    document.fonts.ready.then(letWideThingsBeReached);
    for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".lab-explorer"))) {
      const explorer = new Explorer(root);
      if (!explorer.form) continue;
      explorer.label();
      explorer.fit();
      root.addEventListener("grown", () => explorer.fit());
      root.dataset.alive = "";
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
