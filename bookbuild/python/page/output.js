// Shows what a cell prints and returns. HTML comes from Python in the page and may hold what a reader pasted: of it
// only text, tables and simple marks are taken over, and no attribute that could run, load or restyle anything.
"use strict";

window.labPython = window.labPython ?? {};

labPython.output = (() => {
  const staticRoot = new URL("../", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const TAGS = new Set(("table thead tbody tfoot tr th td caption div span p pre code b strong i em u s sub sup br hr ul ol li dl dt dd "
    + "h1 h2 h3 h4 h5 h6 small").split(" "));
  const DROPPED = new Set(["script", "style", "template", "iframe", "object", "embed", "noscript", "svg", "math", "title"]);
  const ATTRIBUTES = new Set(["scope", "colspan", "rowspan", "lang", "dir"]);
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
  const DEFAULT_HEIGHT = 420;
  /** @type {Promise<void> | undefined} */ let plotly;

  /** @param {Node} from @param {Node} to */
  function copySafely(from, to) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        to.appendChild(document.createTextNode(node.textContent ?? ""));
      } else if (node instanceof Element) {
        const name = node.localName;
        if (DROPPED.has(name)) continue;
        let place = to;
        if (TAGS.has(name)) {
          const copy = document.createElement(name);
          for (const { name: attribute, value } of node.attributes) {
            if (ATTRIBUTES.has(attribute)) copy.setAttribute(attribute, value);
          }
          if (/^lab-[a-z]+$/.test(node.className)) copy.className = node.className;
          place = to.appendChild(copy);
        }
        copySafely(node, place);
      }
    }
  }

  /** @param {string} html */
  function safely(html) {
    const box = document.createElement("div");
    box.className = "lab-html";
    copySafely(new DOMParser().parseFromString(html, "text/html").body, box);
    return box;
  }

  /** @param {string} className @param {string} text @param {string} tag */
  function said(className, text, tag = "pre") {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  }

  /** @returns {Promise<void>} */
  function loadPlotly() {
    plotly ??= new Promise((done, failed) => {
      if (window.Plotly) {
        done();
        return;
      }
      const script = document.createElement("script");
      script.src = new URL("plotly.min.js", staticRoot).href;
      script.onload = () => done();
      script.onerror = () => failed(new Error("_static/plotly.min.js could not be loaded"));
      document.head.append(script);
    });
    return plotly;
  }

  const mode = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

  /** A figure that is drawn again and again in one place: the last that came, once a frame, and anew in another theme. */
  class Following {
    /** @param {HTMLElement} plot @param {string} summary the id of the sentence that says what it shows */
    constructor(plot, summary) {
      this.plot = plot;
      this.summary = summary;
      /** @type {{data: any[], layout: any} | undefined} */ this.figure = undefined;
      /** @type {Promise<void> | undefined} */ this.drawing = undefined;
    }

    /** @param {{data: any[], layout: any}} figure */
    draw(figure) {
      this.figure = figure;
      this.drawing ??= loadPlotly().then(() => this.drawLast()).finally(() => { this.drawing = undefined; });
      return this.drawing;
    }

    async drawLast() {
      if (!this.themed) this.begin();
      /** @type {typeof this.figure} */ let latest;
      while (this.figure && latest !== this.figure) {
        latest = this.figure;
        this.plot.style.height = `${latest.layout.height ?? DEFAULT_HEIGHT}px`;
        await window.Plotly.react(this.plot, latest.data, { ...latest.layout, template: window.lstmLab?.themes?.[mode()] }, CONFIG);
        await new Promise((done) => { requestAnimationFrame(done); });
      }
      this.plot.dataset.ready = "";
    }

    begin() {
      this.plot.replaceChildren();
      this.plot.setAttribute("role", "img");
      this.plot.setAttribute("aria-labelledby", this.summary);
      this.themed = new MutationObserver(() => this.figure && this.draw({ ...this.figure }));
      this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    }
  }

  /** @param {{figure: {data: any[], layout: any}, text: string}} output */
  function drawn({ figure, text }) {
    const box = document.createElement("figure");
    box.className = "lab-drawn";
    const plot = document.createElement("div");
    plot.style.height = `${figure.layout.height ?? DEFAULT_HEIGHT}px`;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", text || "A figure");
    box.append(plot);
    if (text) box.append(said("lab-summary", text, "figcaption"));
    const draw = () => window.Plotly.react(plot, figure.data, { ...figure.layout, template: window.lstmLab?.themes?.[mode()] }, CONFIG);
    const themed = new MutationObserver(() => (plot.isConnected ? draw() : themed.disconnect()));
    loadPlotly().then(draw).then(() => {
      box.dataset.ready = "";
      themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    }).catch((error) => box.append(said("lab-error", `The figure could not be drawn: ${error.message}`, "p")));
    return box;
  }

  /** @param {HTMLElement} box @param {any} output from page_runner.py */
  function show(box, output) {
    if (output.kind === "print") {
      const last = box.lastElementChild;
      if (last?.classList.contains("lab-printed")) last.append(output.text);
      else box.append(said("lab-printed", output.text));
    } else if (output.kind === "check") {
      const check = said("lab-check", output.text);
      check.dataset.passed = String(output.passed);
      box.append(check);
    } else if (output.kind === "html") {
      box.append(safely(output.html));
    } else if (output.kind === "figure") {
      box.append(drawn(output));
    } else if (output.kind === "error") {
      box.append(said("lab-error", output.text, "p"));
      if (output.trace) box.append(said("lab-trace", output.trace));
    } else {
      box.append(said("lab-text", output.text));
    }
  }

  return { show, Following };
})();
