// @ts-check
// One figure that is drawn in one state after another: as little as possible is drawn anew.
(() => {
  "use strict";

  const NARROW = 312;
  const SMALL = 11;
  const SMALLEST = 9;
  const LETTER = 0.6; // how wide a letter is, in its size
  const NO_ROOM = /^layout\.(meta|shapes|annotations|xaxis\d*\.range|datarevision)/;
  const MOVABLE = [undefined, "scatter", "bar"];
  const ARRAYS = ["x", "y", "text"];
  const OVERLAYS = ["annotations", "shapes"];
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };

  /**
   * Put a value at a path of a figure; null takes away what stands there.
   * @param {any} figure
   * @param {(string | number)[]} path
   * @param {unknown} value
   */
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

  /** @type {WeakMap<any, any>} */
  const still = new WeakMap();
  /** @param {any} template */
  function withoutAutomargin(template) {
    if (!still.has(template)) {
      const layout = { ...template.layout };
      for (const axis of ["xaxis", "yaxis"]) layout[axis] = { ...layout[axis], automargin: false };
      still.set(template, { ...template, layout });
    }
    return still.get(template);
  }

  // On a phone, and in a narrow window, as at 400 %, all of a long line of a legend has room.
  /** @type {WeakMap<any, any>} */
  const small = new WeakMap();
  /** @param {any} template */
  function inSmallLetters(template) {
    if (!small.has(template)) {
      const layout = { ...template.layout, font: { ...template.layout.font, size: SMALL } };
      small.set(template, { ...template, layout });
    }
    return small.get(template);
  }

  // Where a figure is lower and narrower than it was made: a legend in small letters, at the lower edge if it stands
  // below, and the titles of axes in letters that have room beside their panel.
  /**
   * @param {any} layout
   * @param {number} width
   * @param {number} height
   */
  function fittedTo(layout, width, height) {
    /** @type {any} */
    const fitted = { height };
    for (const [name, axis] of Object.entries(layout)) {
      if (!/^[xy]axis/.test(name) || !axis.title?.text) continue;
      const letters = axis.title.text.replace(/<[^>]*>/g, "").length;
      const [low, high] = axis.domain ?? [0, 1];
      const room = name.startsWith("x") ? 0.8 * width : 0.65 * height * (high - low);
      const size = Math.max(SMALLEST, Math.min(14, room / (LETTER * letters)));
      fitted[name] = { ...axis, title: { ...axis.title, font: { ...axis.title.font, size } } };
    }
    const below = layout.legend?.y < 0 ? { yref: "container", y: 0, yanchor: "bottom" } : {};
    if (layout.legend) fitted.legend = { ...layout.legend, font: { size: SMALL }, ...below };
    return fitted;
  }

  class Drawing {
    /**
     * @param {any} plot the element that Plotly draws in
     * @param {Packed} packed
     */
    constructor(plot, packed) {
      this.plot = plot;
      this.packed = packed;
      this.shown = structuredClone(packed.template);
      /** @type {Map<string, {l: number, r: number, b: number}>} */
      this.rooms = new Map();
      /** @type {{state: number, theme: string, needs: string} | undefined} */
      this.drawn = undefined;
    }

    /**
     * Draw a state; `say` is told its sentence before.
     * @param {number} state
     * @param {(sentence: string) => void} say
     */
    async draw(state, say) {
      const theme = this.theme();
      const before = this.drawn;
      if (before?.state === state && before.theme === theme) return;
      const changed = this.packed.leaves.filter((leaf) => !before || leaf.index[state] !== leaf.index[before.state]);
      for (const leaf of changed) assign(this.shown, leaf.path, leaf.values[leaf.index[state]]);
      const needs = this.needs(state);
      this.drawn = { state, theme, needs };
      say(this.shown.layout.meta.summary);
      const layout = { ...this.shown.layout, ...this.look(needs) };
      const sameRoom = before?.needs === needs && this.rooms.has(needs);
      if (before?.theme === theme && sameRoom && this.onlyMoves(changed)) {
        await this.move(changed, layout);
        return;
      }
      await Plotly.react(this.plot, lstmLab.withLabels(this.shown.data, layout), layout, CONFIG);
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
        /** @type {{data: object[], traces: number[], layout?: object}} */
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
      return this.plot.clientWidth < NARROW || this.plot.dataset.fitted !== undefined ? `${mode} small` : mode;
    }

    template() {
      const [mode, letters] = this.theme().split(" ");
      const template = window.lstmLab.themes[mode];
      return letters ? inSmallLetters(template) : template;
    }

    look(needs) {
      const template = this.template();
      const fitted = this.plot.dataset.fitted !== undefined
        ? fittedTo(this.shown.layout, this.plot.clientWidth, parseFloat(this.plot.style.height)) : {};
      if (!this.rooms.has(needs)) return { template, ...fitted };
      const margin = { ...this.shown.layout.margin, ...this.rooms.get(needs) };
      return { template: withoutAutomargin(template), ...fitted, margin };
    }

    remember(needs) {
      if (this.rooms.has(needs)) return;
      const { l, r, b } = this.plot._fullLayout._size;
      this.rooms.set(needs, { l, r, b });
    }
  }

  // --- What a browser or a site may forbid ---------------------------------------------------------------------------

  const DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

  function stylesAreForbidden() {
    const probe = document.createElement("i");
    probe.setAttribute("style", "color: red");
    return probe.style.color === "";
  }

  /** @returns {Promise<boolean>} */
  const picturesAreForbidden = () => new Promise((done) => {
    const picture = new Image();
    picture.onload = () => done(false);
    picture.onerror = () => done(true);
    picture.src = DOT;
  });

  // A browser that resists fingerprinting gives other colours back than were painted; heat maps are painted so.
  function canvasIsFalsified() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
    const painter = canvas.getContext("2d");
    if (!painter) return true;
    painter.fillStyle = "rgb(10, 120, 230)";
    painter.fillRect(0, 0, 16, 16);
    const { data } = painter.getImageData(0, 0, 16, 16);
    return data.some((part, i) => part !== [10, 120, 230, 255][i % 4]);
  }

  /**
   * Why this figure cannot be drawn as it is meant; empty if nothing hinders it.
   * @param {Packed} packed
   */
  async function hindrance(packed) {
    const policy = "this site's Content-Security-Policy must allow";
    if (stylesAreForbidden()) return `${policy} style-src 'unsafe-inline'`;
    if (!packed.template.data.some(({ type }) => type === "heatmap")) return "";
    if (await picturesAreForbidden()) return `${policy} img-src data:`;
    return canvasIsFalsified() ? "this browser, to protect its reader, changes the colours that a page paints" : "";
  }

  window.lstmLab = { ...window.lstmLab, Drawing, hindrance };
})();
