// @ts-check
// Where a reader is, kept on the reader's device: the section last read and how much of each chapter. The cards of the
// first page show it, with the exercises solved there (labProgress). Nothing leaves the device; where the browser keeps
// nothing, the cards are plain links.
(() => {
  "use strict";

  const BOOK = document.querySelector('meta[name="lab-book"]')?.getAttribute("content") ?? "book";
  const LAST = `lab:${BOOK}:last`;
  const WHOLE = 0.97; // so much of a chapter counts as all of it
  const NOTE_AFTER_MS = 300;

  /** @param {string} chapter */
  const shareKey = (chapter) => `lab:${BOOK}:${chapter}:read`;

  /** @param {string} key */
  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {unknown} value */
  function write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch { /* nothing is kept here */ }
  }

  // --- In a chapter ----------------------------------------------------------------------------------------------

  /** @param {string} chapter */
  function follow(chapter) {
    const article = document.querySelector("article");
    if (!article) return;
    const sections = [...article.querySelectorAll("section[id]")];
    let waiting = 0;
    const note = () => {
      const { top, height } = article.getBoundingClientRect();
      const here = sections.filter((one) => one.getBoundingClientRect().top < innerHeight / 3).pop();
      if (top > 0 || !here) return; // still at the head
      const share = Math.min(1, (innerHeight - top) / height);
      write(shareKey(chapter), Math.max(Number(read(shareKey(chapter))) || 0, Math.round(share * 100) / 100));
      write(LAST, { chapter, section: here.id, words: here.querySelector("h1, h2, h3, h4")?.firstChild?.textContent });
    };
    addEventListener("scroll", () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(note, NOTE_AFTER_MS);
    }, { passive: true });
  }

  // --- On the first page -----------------------------------------------------------------------------------------

  /** @returns {NodeListOf<HTMLAnchorElement>} */
  const cards = () => document.querySelectorAll("a.lab-card");

  /** @param {HTMLAnchorElement} card */
  function howFar(card) {
    const { chapter = "", exercises = "" } = card.dataset;
    const share = Number(read(shareKey(chapter))) || 0;
    const asked = exercises.split(" ").filter(Boolean);
    /** @type {string[]} */
    const solved = window.labProgress?.solved(chapter) ?? [];
    const done = asked.filter((one) => solved.includes(one)).length;
    const said = [];
    if (share >= WHOLE) said.push("✓ read");
    else if (share > 0) said.push(`${Math.round(share * 100)} % read`);
    if (done > 0) said.push(`${done} of ${asked.length} exercises`);
    const place = /** @type {HTMLElement} */ (card.querySelector(".lab-card-done"));
    place.textContent = said.map((words) => ` · ${words}`).join("");
  }

  function offerToGoOn() {
    const last = read(LAST);
    const card = [...cards()].find((one) => one.dataset.chapter === last?.chapter);
    const start = document.querySelector(".lab-start");
    document.querySelector(".lab-continue")?.remove();
    if (!card || !start || !/^[\w-]+$/.test(last.section)) return;
    const link = document.createElement("a");
    link.className = "lab-continue";
    link.href = `${card.getAttribute("href")}#${last.section}`;
    const number = String(last.chapter).slice(0, 2);
    link.textContent = `Continue where you were: ${number}, ${String(last.words ?? "").replace(/^\d\d · /, "")}`;
    start.after(link);
  }

  function show() {
    cards().forEach(howFar);
    offerToGoOn();
  }

  // On paper a fold cannot be opened: what was folded is printed, and folds again.
  function unfoldForPaper() {
    /** @type {HTMLDetailsElement[]} */
    let opened = [];
    addEventListener("beforeprint", () => {
      /** @type {NodeListOf<HTMLDetailsElement>} */
      const folded = document.querySelectorAll("details.sd-dropdown:not([open])");
      opened = [...folded];
      for (const fold of opened) fold.open = true;
    });
    addEventListener("afterprint", () => {
      for (const fold of opened) fold.open = false;
    });
  }

  function begin() {
    unfoldForPaper();
    const name = location.pathname.split("/").pop()?.replace(/\.html$/, "") ?? "";
    if (document.querySelector(".lab-cards")) {
      show();
      addEventListener("storage", show);
      addEventListener("pageshow", show); // back from a chapter
    } else if (/^\d\d-/.test(name)) follow(name);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
