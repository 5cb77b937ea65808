// Colours for Python as it is typed, in the classes that Pygments uses, so that the theme's colours for light and dark
// hold for both. It need not know Python: a word it takes wrongly has another colour, nothing more.
"use strict";

window.labPython = window.labPython ?? {};

labPython.coloured = (() => {
  const KEYWORDS = new Set(("and as assert async await break class continue def del elif else except finally for from global if "
    + "import in is lambda nonlocal not or pass raise return try while with yield").split(" "));
  const CONSTANTS = new Set(["None", "True", "False"]);
  const BUILTINS = new Set(("abs all any bool dict enumerate filter float format int isinstance len list map max min next print "
    + "range repr reversed round set sorted str sum tuple type zip").split(" "));
  const TOKEN = new RegExp([
    /(?<c1>#[^\n]*)/,
    /(?<s1>(?:\b[rbfuRBFU]{1,2})?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
    /(?<mi>\b(?:0[xob][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?j?|\.\d+))/,
    /(?<n>[^\W\d]\w*)/,
    /(?<o>[-+*/%@&|^~<>=!]+)/,
    /(?<p>[()[\]{},:.;])/,
  ].map((part) => part.source).join("|"), "gu");
  /** @type {Record<string, string>} */
  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

  /** @param {string} text */
  const escaped = (text) => text.replace(/[&<>]/g, (letter) => ESCAPED[letter]);

  /** @param {string} word @param {string} before the word before it */
  function classOf(word, before) {
    if (CONSTANTS.has(word)) return "kc";
    if (["in", "is", "and", "or", "not"].includes(word)) return "ow";
    if (KEYWORDS.has(word)) return word === "import" || word === "from" ? "kn" : "k";
    if (before === "def") return "nf";
    if (before === "class") return "nc";
    return BUILTINS.has(word) ? "nb" : "n";
  }

  /** @param {string} code @returns {string} HTML */
  return (code) => {
    let html = "";
    let place = 0;
    let before = "";
    for (const found of code.matchAll(TOKEN)) {
      const [kind] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? ["n"];
      const name = kind === "n" ? classOf(found[0], before) : kind;
      html += `${escaped(code.slice(place, found.index))}<span class="${name}">${escaped(found[0])}</span>`;
      place = found.index + found[0].length;
      before = found[0];
    }
    return html + escaped(code.slice(place));
  };
})();
