// @ts-check
// The notes of terms and citations (bookbuild/term_notes.py): one pop-up that opens beside a link by hover, focus and touch.
// It stays while the mouse is on it, and Escape closes it. A first touch opens it, a second one follows the link.
(() => {
  "use strict";

  const LINKS = "a.lab-term, a.lab-cite";
  const CLOSE_AFTER_MS = 200;
  const GAP = 6;
  const note = document.createElement("div");
  note.className = "lab-note";
  note.hidden = true;
  note.setAttribute("aria-hidden", "true"); // what it says, the link is described by

  /** @type {HTMLAnchorElement | null} */
  let open = null;
  let closing = 0;
  let byTouch = false;

  /** @param {EventTarget | null} target @returns {HTMLAnchorElement | null} */
  const linkOf = (target) => (target instanceof Element ? target.closest(LINKS) : null);

  function close() {
    clearTimeout(closing);
    open = null;
    note.hidden = true;
  }

  function closeSoon() {
    clearTimeout(closing);
    closing = window.setTimeout(close, CLOSE_AFTER_MS);
  }

  /** @param {HTMLAnchorElement} link */
  function show(link) {
    clearTimeout(closing);
    const text = document.getElementById(link.getAttribute("aria-describedby") ?? "");
    if (!text || open === link) return;
    open = link;
    note.textContent = text.textContent;
    note.hidden = false;
    const [line] = link.getClientRects();
    const { width, height } = note.getBoundingClientRect();
    const most = document.documentElement.clientWidth - width - 2 * GAP;
    const below = line.bottom + GAP + height < innerHeight || line.top < height + GAP;
    note.style.left = `${Math.max(2 * GAP, Math.min(line.left, most)) + scrollX}px`;
    note.style.top = `${(below ? line.bottom + GAP : line.top - GAP - height) + scrollY}px`;
  }

  function begin() {
    if (!document.querySelector(LINKS)) return;
    document.body.append(note);
    document.addEventListener("pointerdown", (event) => { byTouch = event.pointerType === "touch"; }, true);
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const link = linkOf(event.target);
      if (link) show(link);
      else if (event.target instanceof Node && note.contains(event.target)) clearTimeout(closing);
      else if (open && open !== document.activeElement) closeSoon();
    });
    document.addEventListener("focusin", (event) => {
      const link = linkOf(event.target);
      if (link && !byTouch) show(link);
      else if (!link) close();
    });
    document.addEventListener("focusout", closeSoon);
    document.addEventListener("keydown", (event) => {
      byTouch = false;
      if (event.key === "Escape") close();
    });
    document.addEventListener("click", (event) => {
      const link = linkOf(event.target);
      if (link && byTouch && open !== link) {
        event.preventDefault();
        show(link);
      } else if (!link && event.target instanceof Node && !note.contains(event.target)) close();
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
