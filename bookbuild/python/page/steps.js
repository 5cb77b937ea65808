// The steps of help with an exercise: hint, half of the way, solution. They open and close without this script; it keeps
// on the reader's device which are open, and puts the code of a step into the cell, where its check says what it thinks.
"use strict";

(() => {
  /** @type {Record<string, string>} */
  const STEPS = { Hint: "hint", "Half of the way": "half" };
  const CODE = /^def \w+\(/m;
  const hidden = (/** @type {Element} */ solution) => solution.classList.contains("toggle-hidden");

  /** The theme folds solutions, and gives them the button, after this script. @param {() => void} act */
  function whenWhole(act) {
    if (document.readyState === "complete") act();
    else window.addEventListener("load", act);
  }

  /** @param {Element} solution */
  function unfold(solution) {
    if (hidden(solution)) /** @type {HTMLElement | null} */ (solution.querySelector(".toggle-button"))?.click();
  }

  /** The original of an exercise with another answer: what comes before its stub, the answer, the call of the check.
   * @param {string} original @param {string} answer */
  function answered(original, answer) {
    const lines = original.trimEnd().split("\n");
    const check = lines.pop() ?? "";
    const before = lines.join("\n");
    const stub = CODE.exec(before)?.index ?? 0;
    return `${before.slice(0, stub)}${answer.trim()}\n\n\n${check}`;
  }

  class Help {
    /** @param {HTMLElement} cell @param {string} chapter */
    constructor(cell, chapter) {
      this.cell = cell;
      this.chapter = chapter;
      this.exercise = cell.dataset.exercise ?? "";
      this.original = (cell.querySelector(".lab-editor pre")?.textContent ?? "").replace(/\n$/, "");
      /** @type {Map<string, Element>} */ this.steps = new Map();
      for (let next = (cell.closest(".cell") ?? cell).nextElementSibling; next; next = next.nextElementSibling) {
        const name = next.matches("details") ? STEPS[next.querySelector(".sd-summary-text")?.textContent ?? ""] : undefined;
        if (name) this.steps.set(name, next);
        else if (next.matches(".solution")) this.steps.set("solution", next);
        else break;
        if (next.matches(".solution")) break;
      }
    }

    begin() {
      const opened = window.labProgress.opened(this.chapter, this.exercise);
      for (const [name, step] of this.steps) {
        if (step instanceof HTMLDetailsElement) {
          if (opened.includes(name)) step.open = true;
          step.addEventListener("toggle", () => this.note(name, step.open));
        } else {
          if (opened.includes(name)) whenWhole(() => unfold(step));
          step.addEventListener("click", () => setTimeout(() => this.note(name, !hidden(step))));
        }
        if (name !== "hint") this.offer(step);
      }
    }

    /** @param {string} step @param {boolean} open */
    note(step, open) {
      window.labProgress.open(this.chapter, this.exercise, step, open);
    }

    /** @param {Element} step */
    offer(step) {
      const blocks = [...step.querySelectorAll("pre")];
      if (blocks.length === 0) return;
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "lab-take", textContent: "Put it into the cell" });
      button.addEventListener("click", () => {
        const code = blocks.map((block) => block.textContent?.replace(/\n$/, "") ?? "").join("\n");
        this.cell.dispatchEvent(new CustomEvent("lab-take", { detail: answered(this.original, code) }));
      });
      blocks[blocks.length - 1].closest("div[class^=highlight]")?.after(button);
    }
  }

  window.labPython = window.labPython ?? {};
  /** Called by cells.js once its cells are open. @param {string} chapter */
  labPython.offerHelp = (chapter) => {
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".lab-cell[data-exercise]"))) {
      new Help(cell, chapter).begin();
    }
  };
})();
