// @ts-check
// The words of a figure: its sentence, and what a label at the mouse says of a point, where its figure leaves that open: what it is, and its values by the names
// of the axes, a power of ten as one. Plotly's own label is "(0, 1) name".
(() => {
  "use strict";

  const POWER = /^10<sup>/;
  const AXES = /** @type {const} */ (["x", "y"]);

  /** @param {any} axis @param {string} value @returns {string} */
  function valueOn(axis, value) {
    const title = axis?.title?.text ?? axis?.title;
    const shown = axis?.ticktext?.some((text) => POWER.test(text)) ? `10<sup>%{${value}:.1f}</sup>` : `%{${value}}`;
    return title ? `${title}: ${shown}` : shown;
  }

  /**
   * The traces of a figure, each with its label.
   * @param {any[]} traces
   * @param {any} layout
   */
  function withLabels(traces, layout) {
    return traces.map((trace) => {
      const { type = "scatter", hovertemplate, hoverinfo, name } = trace;
      if (hovertemplate || hoverinfo || !["scatter", "bar"].includes(type)) return { ...trace };
      const values = AXES.map((axis) => valueOn(layout[(trace[`${axis}axis`] ?? axis).replace(axis, `${axis}axis`)], axis));
      const words = [...(name ? [`<b>${name}</b>`] : []), ...values].join("<br>");
      return { ...trace, hovertemplate: `${words}<extra></extra>` };
    });
  }

  /**
   * Write what a figure says; what stands before a line's end is the headline.
   * @param {Element} place
   * @param {string} sentence
   */
  function writeSentence(place, sentence) {
    const [head, rest] = sentence.split("\n");
    if (rest === undefined) {
      place.textContent = sentence;
      return;
    }
    const headline = document.createElement("strong");
    headline.textContent = head;
    place.replaceChildren(headline, `\n${rest}`);
  }

  window.lstmLab = { ...window.lstmLab, withLabels, writeSentence };
})();
