// @ts-check
// A session in class: with `?class=6ff0a-6ea93` in its address a page asks these questions alone (predict.js keeps the
// others veiled) and has a bar that leads from one to the next and shows the code that a teacher collects.
"use strict";

(() => {
  const wanted = new URLSearchParams(location.search).get("class")?.split("-").filter((one) => /^[0-9a-f]{5}$/.test(one)) ?? [];
  if (!wanted.length) return;
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace(/[^/]*$/, "");
  const chapter = location.pathname.split("/").pop()?.replace(/\.html$/, "") ?? "";

  /** @param {string} name */
  const loaded = (name) => new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: here + name, onload: done, onerror: failed });
    document.head.append(script);
  });

  /** The questions of the session, in the order of the book. */
  function asked() {
    return Object.entries(window.labCatalogue.chapters).flatMap(([of, { predictions }]) =>
      Object.entries(predictions).filter(([, { hash }]) => wanted.includes(hash.slice(0, 5))).map(([box, { asked: question }]) => ({ of, box, question })));
  }

  function begin() {
    const { made, encode, gather } = window.labClassroom;
    const boxes = asked();
    const count = made("span", { role: "status" });
    const next = made("a", { class: "lab-session-next" }, "Next question");
    const code = made("output", { class: "lab-session-code" });
    const dialog = made("dialog", { class: "lab-class-sure", "aria-label": "Your code" },
      made("p", {}, "Your code. It holds your predictions of this session, and no name."), code,
      made("p", { class: "lab-class-row" },
        made("button", { type: "button", name: "copy", click: () => navigator.clipboard?.writeText(code.textContent) }, "Copy"),
        made("button", { type: "button", name: "close", click: () => dialog.close() }, "Close")));
    const collect = made("button", { type: "button", name: "collect", click: () => {
      code.textContent = encode(gather(), (of, box) => boxes.some((one) => one.of === of && one.box === box));
      dialog.showModal();
    } }, "Show my code");
    const show = () => {
      const open = boxes.filter(({ of, box, question }) => window.labProgress.guess(of, box)?.asked !== question);
      count.textContent = `This session: ${boxes.length - open.length} of ${boxes.length} answered`;
      const [first] = open;
      next.hidden = !first;
      if (first) next.href = first.of === chapter ? `#predict-${first.box}` : `${first.of}.html?class=${wanted.join("-")}#predict-${first.box}`;
      collect.disabled = open.length === boxes.length;
    };
    document.head.append(made("link", { rel: "stylesheet", href: `${here}classroom.css` }));
    document.querySelector("main")?.append(made("aside", { class: "lab-class lab-session", "aria-label": "Session in class" }, count, next, collect, dialog));
    window.labProgress.onChange(show);
    show();
  }

  loaded("catalogue.js").then(() => loaded("work.js")).then(begin, () => {});
})();
