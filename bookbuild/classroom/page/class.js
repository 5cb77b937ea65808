// @ts-check
// The page "The class": files of students are put here, and what they hold is shown as that of one class.
"use strict";

(() => {
  const room = window.labClassroom;
  const { made } = room;
  const DEEPEST = 8; // folders in folders
  const [WIDTH, HEIGHT, LEFT, BOTTOM, ROOM] = [640, 320, 70, 30, 10]; // of a drawing, and what stands around its axes

  // --- What was dropped ----------------------------------------------------------------------------------------------

  /** The files of a folder and of the folders in it. @param {any} entry @param {string} path @param {number} depth
   * @returns {Promise<{path: string, file: File}[]>} */
  async function filesOf(entry, path, depth = 0) {
    const name = `${path}${entry.name}`;
    if (entry.isFile) {
      const file = await new Promise((done) => entry.file(done, () => done(null)));
      return file ? [{ path: name, file }] : [];
    }
    if (depth > DEEPEST) return [];
    const reader = entry.createReader();
    const found = [];
    for (;;) { // a reader gives some at a time
      const some = await new Promise((done) => reader.readEntries(done, () => done([])));
      if (!some.length) return found;
      for (const one of some) found.push(...await filesOf(one, `${name}/`, depth + 1));
    }
  }

  /** @param {DataTransfer} came */
  async function dropped(came) {
    const entries = [...came.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return [...came.files].map((file) => ({ path: file.name, file }));
    return (await Promise.all(entries.map((entry) => filesOf(entry, "")))).flat();
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  /** @param {Entry[]} entries */
  function senders(entries) {
    const line = (entry) => {
      const { predictions, exercises, solved } = room.size(entry.work ?? {});
      const did = entry.reason ? `Left out: ${entry.reason}.` : `${predictions} predictions, ${solved} of ${exercises} exercises solved`;
      const notes = entry.notes.length ? [made("details", {}, made("summary", {}, `${entry.notes.length} did not fit`),
        made("ul", {}, ...entry.notes.map((note) => made("li", {}, note))))] : [];
      return made("tr", entry.reason ? { "data-left-out": true } : {},
        made("th", { scope: "row" }, entry.name), made("td", {}, entry.source), made("td", {}, did, ...notes));
    };
    const sorted = [...entries].sort((a, b) => Number(Boolean(b.reason)) - Number(Boolean(a.reason)) || a.name.localeCompare(b.name));
    return made("div", { class: "lab-class-wide", tabindex: "0", role: "region", "aria-label": "Who sent what" },
      made("table", {}, made("thead", {}, made("tr", {}, ...["Student", "File", "What came"].map((head) => made("th", { scope: "col" }, head)))),
        made("tbody", {}, ...sorted.map(line))));
  }

  /** @param {any} one a prediction, counted */
  function bars({ asked, counts, told }) {
    return made("ul", { class: "lab-class-bars" }, ...asked.choices.map((choice, place) =>
      made("li", { class: choice.right ? "lab-class-right" : "" },
        made("span", { class: "lab-class-words" }, choice.words, ...(choice.right ? [made("span", { class: "lab-class-answer" }, " ✓ what came out")] : [])),
        made("span", { class: "lab-class-track", "aria-hidden": "true" },
          made("span", { class: "lab-class-bar", style: `width: ${told ? (100 * counts[place]) / told : 0}%` })),
        made("span", { class: "lab-class-count" }, `${counts[place]} of ${told}`))));
  }

  /** @param {number} value @param {boolean} powers */
  function label(value, powers) {
    if (!powers) return String(Number(value.toPrecision(3)));
    const raised = String(Math.round(value)).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return value > -3 && value < 4 ? String(Number((10 ** value).toPrecision(2))) : `10${raised}`;
  }

  /** @param {any} one a prediction, counted */
  function curves({ asked, curves: drawn, high, low }) {
    const all = [asked.curve, ...drawn].flat();
    const ends = (values) => [Math.min(...values), Math.max(...values)];
    const [[left, right], [bottom, top]] = [ends(asked.curve.map(([x]) => x)), ends(all.map(([, y]) => y))];
    const across = (x) => LEFT + ((WIDTH - LEFT - ROOM) * (x - left)) / (right - left || 1);
    const down = (y) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - ROOM) * (y - bottom)) / (top - bottom || 1);
    const line = (curve, name) => made("polyline", {
      class: name, points: curve.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(" "),
    });
    const [, end] = asked.curve[asked.curve.length - 1];
    const words = `${drawn.length} curves. At the right end ${label(end, asked.powers)} was measured; ${high} drew it clearly higher, ${low} clearly lower.`;
    const text = (x, y, anchor, content) => made("text", { x, y, "text-anchor": anchor }, content);
    return made("figure", {},
      made("svg", { class: "lab-class-curves", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "The curves of the class, over each other and over what was measured" },
        made("line", { x1: LEFT, x2: WIDTH - ROOM, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM }),
        made("line", { x1: LEFT, x2: LEFT, y1: ROOM, y2: HEIGHT - BOTTOM }),
        ...drawn.map((curve) => line(curve, "lab-class-guess")),
        line(asked.curve, "lab-class-measured"),
        text(LEFT - 6, ROOM + 10, "end", label(top, asked.powers)), text(LEFT - 6, HEIGHT - BOTTOM, "end", label(bottom, asked.powers)),
        text(LEFT, HEIGHT - 8, "start", label(left, false)), text(WIDTH - ROOM, HEIGHT - 8, "end", label(right, false))),
      made("figcaption", { class: "lab-class-answer" }, `Thin: what was drawn; thick: what was measured. ${words}`));
  }

  /** @param {string} chapter @param {any} one a prediction, counted */
  function prediction(chapter, one) {
    const { asked, box, shown, told } = one;
    return made("div", { class: "lab-class-question", "data-box": box },
      made("p", {}, made("strong", {}, asked.question)),
      asked.curve ? curves(one) : bars(one),
      made("p", { class: "lab-class-said" }, `${told} guessed${shown ? `, ${shown} looked it up` : ""}. `,
        made("a", { href: `${chapter}.html#${asked.state || `predict-${box}`}` }, asked.state ? "Open the figure" : "Open the question")));
  }

  /** @param {string} chapter @param {any[]} tries */
  function attempts(chapter, tries) {
    const heads = ["Exercise", "Tried", "Solved", "without help", "Hint", "Half of the way", "Solution", "Likely mistakes, the last of each student"];
    const line = ({ exercise, title, tried, solved, unaided, help, mistakes }) => made("tr", { "data-exercise": exercise },
      made("th", { scope: "row" }, made("a", { href: `${chapter}.html#${exercise}` }, title)),
      ...[tried, solved, unaided, help.hint, help.half, help.solution].map((count) => made("td", {}, String(count))),
      made("td", {}, mistakes.length ? made("ul", {}, ...mistakes.map(([cause, count]) => made("li", {}, `${count} × ${cause}`))) : "none known"));
    return made("div", { class: "lab-class-wide", tabindex: "0", role: "region", "aria-label": "Exercises" },
      made("table", {}, made("thead", {}, made("tr", {}, ...heads.map((head) => made("th", { scope: "col" }, head)))),
        made("tbody", {}, ...tries.map(line))));
  }

  /** @param {ReturnType<typeof room.counted>} found */
  function talkAbout({ misconceptions }) {
    if (!misconceptions.length) return made("p", {}, "No misconception is shared by two students or more.");
    return made("ol", { class: "lab-class-misconceptions" }, ...misconceptions.map(({ asked, sentence, href, leads }) =>
      made("li", {}, asked, " ", made("strong", {}, sentence), " ", made("a", { href }, leads))));
  }

  // --- A session in class --------------------------------------------------------------------------------------------

  // Which questions are asked; the link that opens them.
  function session() {
    const chapters = window.labCatalogue.chapters;
    const chapter = made("select", { id: "lab-session-of" },
      ...Object.entries(chapters).filter(([, { predictions }]) => Object.keys(predictions).length)
        .map(([name, { title }]) => made("option", { value: name }, title)));
    const questions = made("ul", { class: "lab-class-choices" });
    const link = made("a", { class: "lab-session-link" });
    const write = () => {
      const chosen = [...questions.querySelectorAll("input:checked")].map((one) => one.value);
      link.textContent = chosen.length ? `${chapter.value}.html?class=${chosen.join("-")}` : "";
      link.hidden = !chosen.length;
      link.setAttribute("href", link.textContent);
    };
    const list = () => {
      questions.replaceChildren(...Object.values(chapters[chapter.value].predictions).map(({ hash, question }) =>
        made("li", {}, made("label", {}, made("input", { type: "checkbox", value: hash.slice(0, 5), change: write }), " ", question))));
      write();
    };
    chapter.addEventListener("change", list);
    list();
    return made("details", {}, made("summary", {}, "A session in class"),
      made("p", {}, "Choose what to ask. A page that is opened by the link asks these questions alone, keeps all other answers veiled, and shows each student a code to send you."),
      made("div", { class: "lab-class-row" }, made("label", { for: "lab-session-of" }, "Chapter"), chapter), questions,
      made("p", {}, link));
  }

  // --- The page ------------------------------------------------------------------------------------------------------

  /** @param {HTMLElement} root */
  function fill(root) {
    /** @type {{path: string, file: File}[]} */ let files = [];
    /** @type {Entry[]} */ let entries = [];
    const status = made("p", { class: "lab-class-status", role: "status" });
    const shown = made("div");
    const several = made("input", { type: "file", id: "lab-files", multiple: true, hidden: true });
    const folder = made("input", { type: "file", id: "lab-folder", webkitdirectory: true, multiple: true, hidden: true });
    const codes = made("textarea", { id: "lab-codes", rows: "4", spellcheck: "false", autocapitalize: "off" });
    const projected = made("input", { type: "checkbox", id: "lab-projected" });
    const covered = made("input", { type: "checkbox", id: "lab-covered" });
    const drop = made("div", { class: "lab-class-drop lab-class-tools" },
      made("p", {}, "Drop files, a folder or a zip here, or choose them."),
      made("div", { class: "lab-class-row" },
        several, made("button", { type: "button", name: "files", click: () => several.click() }, "Choose files or a zip"),
        folder, made("button", { type: "button", name: "folder", click: () => folder.click() }, "Choose a folder"),
        made("button", { type: "button", name: "clear", click: () => {
          files = [];
          codes.value = "";
          update();
        } }, "Start again")),
      made("details", {}, made("summary", {}, "Codes from messages"),
        made("label", { for: "lab-codes" }, "One a line, with a name and a colon before it if you like"), codes,
        made("div", { class: "lab-class-row" }, made("button", { type: "button", name: "codes", click: () => update() }, "Read the codes"))),
      session());
    const views = made("div", { class: "lab-class-row lab-class-tools" },
      made("span", {}, projected, " ", made("label", { for: "lab-projected" }, "For a projector: no names, large letters")),
      made("span", {}, covered, " ", made("label", { for: "lab-covered" }, "Keep the answers covered")),
      made("button", { type: "button", name: "table", click: () =>
        room.save("class.csv", room.table(entries, !projected.checked), "text/csv") }, "Write a table (CSV)"),
      made("button", { type: "button", name: "print", click: () => window.print() }, "Print"));

    const view = () => {
      root.toggleAttribute("data-projected", projected.checked);
      root.toggleAttribute("data-covered", covered.checked);
    };
    projected.addEventListener("change", view);
    covered.addEventListener("change", view);

    let turn = 0;
    const update = async () => {
      const mine = (turn += 1);
      status.textContent = files.length ? "Reading …" : "";
      const came = await room.received(files, codes.value);
      if (mine !== turn) return; // more came meanwhile
      entries = came;
      const found = room.counted(entries);
      const left = entries.filter(({ reason }) => reason).length;
      status.textContent = entries.length
        ? `${found.students} ${found.students === 1 ? "student counts" : "students count"}${left ? `; ${left} left out, see the list for the reasons` : ""}.` : "";
      shown.replaceChildren(...(!entries.length ? [] : [
        views,
        ...(found.students ? [made("h2", { class: "lab-class-answer" }, "What to talk about"), made("div", { class: "lab-class-answer" }, talkAbout(found))] : []),
        ...found.chapters.flatMap(({ chapter, title, predictions, exercises: tried }) => [
          made("h2", {}, title),
          ...predictions.map((one) => prediction(chapter, one)),
          ...(tried.length ? [attempts(chapter, tried)] : []),
        ]),
        made("div", { class: "lab-class-named" }, made("h2", {}, "Who sent what"), senders(entries)),
      ]));
    };

    /** @param {{path: string, file: File}[]} more */
    const add = (more) => {
      files = [...files, ...more];
      update();
    };
    for (const input of [several, folder]) {
      input.addEventListener("change", () => {
        add([...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
        input.value = "";
      });
    }
    root.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", true);
    });
    root.addEventListener("dragleave", () => drop.toggleAttribute("data-over", false));
    root.addEventListener("drop", async (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", false);
      if (event.dataTransfer) add(await dropped(event.dataTransfer));
    });
    root.replaceChildren(drop, status, shown);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("lab-class");
    if (root && window.labCatalogue) fill(root);
  });
})();
