// @ts-check
// The theme's menus and tips come with a library of 80 kB. It is fetched when pointer or focus first comes to one of
// them, and a press that was quicker than the library is made once more.
(() => {
  "use strict";

  const NEEDS = "[data-bs-toggle]";
  const waits = /** @type {HTMLElement | null} */ (document.querySelector("script[data-later]"));
  /** @type {Promise<unknown> | undefined} */
  let loading;
  let ready = false;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: waits?.dataset.later, onload: resolve, onerror: reject });
      document.head.append(script);
    }).then(() => { ready = true; });
    return loading;
  }

  /** @param {Event} event */
  const meant = ({ target }) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest?.(NEEDS));

  if (!waits) return;
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => { if (meant(event)) load().catch(() => {}); });
  }
  document.addEventListener("click", (event) => {
    const button = meant(event);
    if (!button || ready) return;
    load().then(() => { if (button.dataset.bsToggle === "dropdown") button.click(); }, () => {});
  });
})();
