// Explorers on a page without a kernel: native controls choose one of the states that were computed while the book was
// built, and Plotly draws it. The page is readable before this script runs; Plotly and a figure's states are loaded when
// the figure comes near the viewport. The layout of the packed states is told in lstm_lab/explore/pack.py.
(() => {
  "use strict";

  const staticRoot = new URL(".", document.currentScript.src);
  const MISSING = 65535;
  const MOST_BYTES = 16_000_000;
  const MOST_ROWS = 10_000;
  const NEAR = "600px";
  const SPEAK_AFTER_MS = 700;
  const PLAY_STEP_MS = 250;
  const NARROW = 312;
  const SMALL = 11;
  const NO_ROOM = /^layout\.(meta|shapes|annotations|xaxis\d*\.range|datarevision)/;
  const MOVABLE = [undefined, "scatter", "bar"];
  const ARRAYS = ["x", "y", "text"];
  const OVERLAYS = ["annotations", "shapes"];
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
  const blocks = new Map();
  const scripts = new Map();

  window.lstmLab = { payload: (key, text) => blocks.set(key, text), themes: {}, unpack };

  function loadScript(address) {
    if (!scripts.has(address)) {
      scripts.set(address, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = done;
        script.onerror = () => failed(new Error(`could not load ${address}`));
        document.head.append(script);
      }));
    }
    return scripts.get(address);
  }

  // --- packed states ---------------------------------------------------------------------------------------------

  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const parts = [];
    let size = 0;
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) {
        reader.cancel().catch(() => {});
        throw new Error(`the packed states are larger than ${MOST_BYTES} bytes`);
      }
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  // All that decoding and drawing rely on. A block that is damaged, or of another version, is refused here, as a whole,
  // before anything is drawn or much memory is taken; `room` is how many bytes of planes there are.
  function checked(packed, room) {
    const need = (holds, what) => {
      if (!holds) throw new Error(`the packed states are damaged: ${what}`);
    };
    const isObject = (thing) => typeof thing === "object" && thing !== null && !Array.isArray(thing);
    const most = Math.max(room, MOST_ROWS); // rows without columns take no room in the planes
    const isSize = (number) => Number.isInteger(number) && number >= 0 && number <= most;
    need(isObject(packed) && isObject(packed.template), "no template");
    const { keys, leaves, template } = packed;
    need(Array.isArray(keys) && keys.length && keys.every((key) => typeof key === "string"), "keys");
    need(Array.isArray(template.data) && template.data.every(isObject) && isObject(template.layout), "template");
    need(Array.isArray(leaves), "leaves");
    let left = room;
    for (const leaf of leaves) {
      const { path, index, shapes, values } = leaf ?? {};
      need(Array.isArray(path) && path.length > 1 && path.every((key) => key !== "__proto__"), "path");
      const inData = path[0] === "data" && path.length > 2 && Number.isInteger(path[1]);
      need(path[0] === "layout" || (inData && path[1] >= 0 && path[1] < template.data.length), "path");
      let place = template;
      for (const key of path.slice(0, -1)) {
        place = place !== undefined && Object.hasOwn(place, key) ? place[key] : undefined;
        need(place === undefined || isObject(place) || place === template.data, "path");
      }
      const table = shapes ?? values;
      need(Array.isArray(table) && Array.isArray(index) && index.length === keys.length, "index");
      need(index.every((at) => Number.isInteger(at) && at >= 0 && at < table.length), "index");
      if (!shapes) continue;
      need(Number.isFinite(leaf.low) && Number.isFinite(leaf.step), "scale");
      for (const shape of shapes) {
        if (shape === null) continue;
        need(Array.isArray(shape) && [1, 2].includes(shape.length) && shape.every(isSize), "shape");
        left -= 2 * shape.reduce((a, b) => a * b, 1);
      }
    }
    need(left === 0, "length");
    const says = (where) => typeof where?.summary === "string";
    const summaries = leaves.filter(({ path }) => path.join() === "layout,meta,summary");
    need(says(template.layout.meta) || summaries.some(({ values }) => values?.every((v) => typeof v === "string")),
      "summary");
    return packed;
  }

  function dequantise(leaf, planes, start) {
    const sizes = leaf.shapes.map((shape) => (shape ? shape.reduce((a, b) => a * b, 1) : 0));
    const count = sizes.reduce((a, b) => a + b, 0);
    const levels = new Uint16Array(count); // it counts modulo 65536
    const numbers = new Array(count);
    for (let i = 0; i < count; i += 1) {
      const folded = planes[start + i] + 256 * planes[start + count + i];
      levels[i] = (i < leaf.lag ? 0 : levels[i - leaf.lag]) + ((folded >> 1) ^ -(folded & 1));
      numbers[i] = levels[i] === MISSING ? null : leaf.low + leaf.step * levels[i];
    }
    let place = 0;
    leaf.values = leaf.shapes.map((shape, i) => {
      if (!shape) return null;
      const flat = numbers.slice(place, (place += sizes[i]));
      if (shape.length === 1) return flat;
      return Array.from({ length: shape[0] }, (_, row) => flat.slice(row * shape[1], (row + 1) * shape[1]));
    });
    return start + 2 * count;
  }

  async function unpack(text) {
    const block = await inflate(text);
    const end = 4 + new DataView(block.buffer).getUint32(0, true);
    const packed = checked(JSON.parse(new TextDecoder().decode(block.subarray(4, end))), block.length - end);
    let start = end;
    for (const leaf of packed.leaves) {
      if (leaf.shapes) start = dequantise(leaf, block, start);
    }
    packed.stateOf = new Map(packed.keys.map((key, i) => [key, i]));
    return packed;
  }

  function assign(figure, path, value) {
    let place = figure;
    for (const key of path.slice(0, -1)) {
      if (place[key] === undefined) place[key] = {};
      place = place[key];
    }
    const last = path[path.length - 1];
    if (value === null) delete place[last];
    else place[last] = value;
  }

  const still = new WeakMap();
  function withoutAutomargin(template) {
    if (!still.has(template)) {
      const layout = { ...template.layout };
      for (const axis of ["xaxis", "yaxis"]) layout[axis] = { ...layout[axis], automargin: false };
      still.set(template, { ...template, layout });
    }
    return still.get(template);
  }

  // In a narrow window, as at 400 %, all of a long line of a legend has room.
  const small = new WeakMap();
  function inSmallLetters(template) {
    if (!small.has(template)) {
      const layout = { ...template.layout, font: { ...template.layout.font, size: SMALL } };
      small.set(template, { ...template, layout });
    }
    return small.get(template);
  }

  // --- one explorer ----------------------------------------------------------------------------------------------

  class Explorer {
    constructor(root) {
      this.root = root;
      this.name = root.dataset.explorer;
      this.rooms = new Map();
      this.controls = JSON.parse(root.dataset.controls);
      this.form = root.querySelector("form");
      this.plot = root.querySelector(".lab-plot");
      this.summary = root.querySelector(".lab-summary");
      this.live = root.querySelector(".lab-live");
      if (this.form) this.listen();
      this.readHash();
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
      const packed = await unpack(blocks.get(key));
      blocks.delete(key);
      this.first = { picture: [...this.plot.childNodes], sentence: this.summary.textContent };
      this.packed = packed;
      this.shown = structuredClone(this.packed.template);
      this.plot.replaceChildren();
      this.plot.setAttribute("role", "img"); // as the picture was, whose place it takes
      this.plot.setAttribute("aria-labelledby", this.summary.id);
      await this.redraw();
      if (!this.packed) return;
      new MutationObserver(() => this.redraw())
        .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      window.addEventListener("resize", () => this.redraw());
      this.root.dataset.ready = "";
    }

    // What cannot be loaded or drawn: the picture of the first state stays or comes back, and the dead controls go.
    fail(error) {
      if (this.root.dataset.failed !== undefined) return;
      this.root.dataset.failed = "";
      console.error(`${this.name}: ${error.message}`);
      clearInterval(this.playing);
      this.packed = undefined;
      if (this.first) {
        if (window.Plotly) Plotly.purge(this.plot);
        this.plot.replaceChildren(...this.first.picture);
        this.plot.removeAttribute("role");
        this.plot.removeAttribute("aria-labelledby");
        this.summary.textContent = this.first.sentence;
      }
      this.form?.remove();
      const message = document.createElement("p");
      message.className = "lab-failed";
      message.setAttribute("role", "alert");
      message.textContent = `This figure cannot be moved: its states could not be loaded (${error.message}). `
        + "The picture shows the first of them. Reload the page to try again.";
      this.plot.before(message);
    }

    // Positions of the controls; null where a control does not apply.
    positions() {
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
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("input", () => this.changed());
      const play = this.form.querySelector(".lab-play");
      if (play) play.addEventListener("click", () => this.play(play));
    }

    changed() {
      this.label();
      this.writeHash();
      this.redraw();
    }

    // At once, but once a frame: what changes while a drawing is under way is drawn after the next frame.
    async redraw() {
      this.late = Boolean(this.drawing);
      if (this.late || !this.packed) return;
      this.drawing = true;
      try {
        await this.draw();
      } catch (error) {
        this.fail(error);
      } finally {
        requestAnimationFrame(() => {
          this.drawing = false;
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

    async draw() {
      const key = this.form ? this.positions().map((p) => (p === null ? "-" : p)).join(",") : "";
      const state = this.packed.stateOf.get(key);
      if (state === undefined) throw new Error(`there is no state ${key}`);
      const theme = this.theme();
      const before = this.drawn;
      if (before?.state === state && before.theme === theme) return;
      const changed = this.packed.leaves.filter((leaf) => leaf.index[state] !== leaf.index[before?.state]);
      for (const leaf of changed) assign(this.shown, leaf.path, leaf.values[leaf.index[state]]);
      const needs = this.needs(state);
      this.drawn = { state, theme, needs };
      this.say(this.shown.layout.meta.summary);
      const layout = { ...this.shown.layout, ...this.look(needs) };
      const sameRoom = before?.needs === needs && this.rooms.has(needs);
      if (before?.theme === theme && sameRoom && this.onlyMoves(changed)) {
        await this.move(changed, layout);
        return;
      }
      await Plotly.react(this.plot, this.shown.data.map((trace) => ({ ...trace })), layout, CONFIG);
      this.remember(needs);
    }

    // Whether no more has changed than where points and bars stand, and what is written or drawn over them.
    onlyMoves(changed) {
      const { data, layout } = this.shown;
      if (!data.every((trace) => trace.visible === false || MOVABLE.includes(trace.type))) return false;
      const moving = new Set(changed.map(({ path }) => path[2]));
      const fits = ([name, axis]) => /^[xy]axis/.test(name) && axis.autorange && moving.has(name[0]);
      if (Object.entries(this.plot.layout).some(fits)) return false;
      return changed.every(({ path: [part, which, what, ...inner] }) => {
        if (part === "layout") return which === "meta" || (OVERLAYS.includes(which) && layout[which]);
        return ARRAYS.includes(what) && inner.length === 0 && data[which][what];
      });
    }

    // Axes, legend and margins stay; that is half of the work of a drawing.
    async move(changed, layout) {
      const touched = new Set();
      for (const { path: [part, which, what] } of changed) {
        if (part !== "data") continue;
        this.plot.data[which][what] = this.shown.data[which][what];
        if (this.shown.data[which].visible !== false) touched.add(which);
      }
      const written = OVERLAYS.filter((which) => changed.some(({ path }) => path[1] === which));
      const along = touched.size > 0 && written.every((which) => this.standsInTheAxes(which));
      if (along) for (const which of written) this.plot.layout[which] = structuredClone(this.shown.layout[which]);
      if (touched.size > 0) {
        const traces = this.shown.data.flatMap(({ visible }, which) => (visible === false ? [] : [which]));
        const frame = { data: traces.map(() => ({})), traces };
        if (along && written.length) frame.layout = {}; // what stands in the axes is drawn again with the points
        await Plotly.animate(this.plot, frame,
          { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } });
      }
      if (written.length && !along) await Plotly.react(this.plot, [...this.plot.data], layout, CONFIG);
    }

    // Whether all that is written or drawn over the points hangs on an axis, before and after, and none comes or goes.
    standsInTheAxes(which) {
      const now = this.shown.layout[which];
      const before = this.plot.layout[which];
      const free = which === "shapes" ? /paper|domain/ : /paper/; // what Plotly does not draw again with an axis
      const onAxes = ({ xref = "x", yref = "y" }) => !free.test(xref) || !free.test(yref);
      return now.length === before?.length && now.every(onAxes) && before.every(onAxes);
    }

    // Room for the labels of the axes costs a second drawing, so it is measured only when something has changed that may
    // need another room: what stands at the y axes, a title, the width. Else the room measured before is kept.
    needs(state) {
      const labels = this.packed.leaves.filter(({ path }) => path[0] === "layout" && !NO_ROOM.test(path.join(".")));
      return `${this.plot.clientWidth} ${labels.map((leaf) => leaf.index[state]).join(",")}`;
    }

    theme() {
      const mode = document.documentElement.dataset.theme === "dark" ? "dark" : "light";
      return this.plot.clientWidth < NARROW ? `${mode} small` : mode;
    }

    template() {
      const [mode, letters] = this.theme().split(" ");
      const template = window.lstmLab.themes[mode];
      return letters ? inSmallLetters(template) : template;
    }

    look(needs) {
      const template = this.template();
      if (!this.rooms.has(needs)) return { template };
      return { template: withoutAutomargin(template), margin: { ...this.shown.layout.margin, ...this.rooms.get(needs) } };
    }

    remember(needs) {
      if (this.rooms.has(needs)) return;
      const { l, r, b } = this.plot._fullLayout._size;
      this.rooms.set(needs, { l, r, b });
    }

    // The sentence is shown at once and spoken after a pause, so that a moving slider does not stammer.
    say(sentence) {
      if (this.summary.textContent === sentence) return;
      this.summary.textContent = sentence;
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
    writeHash() {
      const words = new URLSearchParams({ explorer: this.name });
      this.positions().forEach((position, i) => {
        if (position !== null) words.set(this.controls[i].name, this.controls[i].texts[position]);
      });
      clearTimeout(this.addressing);
      this.addressing = setTimeout(() => history.replaceState(null, "", `#${words}`), 100);
    }

    readHash() {
      const words = new URLSearchParams(location.hash.slice(1));
      if (!this.form || words.get("explorer") !== this.name) return;
      for (const control of this.controls) {
        const position = control.texts.indexOf(words.get(control.name));
        if (position >= 0) this.place(control.name, position);
      }
      this.label();
      this.redraw();
      this.root.scrollIntoView();
    }
  }

  // A formula or a table that is wider than the screen scrolls; by keyboard only if it can be reached.
  function letWideThingsBeReached() {
    for (const thing of document.querySelectorAll(".lab-wide, .lab-table")) {
      if (thing.scrollWidth > thing.clientWidth) thing.setAttribute("tabindex", "0");
      else thing.removeAttribute("tabindex");
    }
  }

  // The theme's buttons that call a function by name; see lstm_lab/slim.py.
  function callByName(event) {
    const name = event.target.closest?.("[data-lab-call]")?.dataset.labCall;
    if (["print", "toggleFullScreen"].includes(name)) window[name]();
  }

  function begin() {
    document.addEventListener("click", callByName);
    letWideThingsBeReached();
    window.addEventListener("resize", letWideThingsBeReached);
    document.fonts.ready.then(letWideThingsBeReached);
    for (const root of document.querySelectorAll(".lab-explorer")) {
      const explorer = new Explorer(root);
      if (explorer.form) explorer.label();
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
