// @ts-check
// The page "My work": what this device remembers of its reader, written into a file or a code, read back, erased.
"use strict";

(() => {
  const room = window.labClassroom;
  const { made } = room;
  /** @type {Record<string, string>} */
  const HELP = { hint: "hint", half: "half of the way", solution: "solution" };
  const DISK = location.protocol === "file:" && /Firefox\//.test(navigator.userAgent);

  /** @param {number} count @param {string} what */
  const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  // --- What is remembered ------------------------------------------------------------------------------------------

  /** @param {Asked} asked @param {Guess} guess */
  function said(asked, guess) {
    if (guess.asked !== asked.asked) return "The question has changed since.";
    if (guess.shown) return "You looked it up.";
    if (guess.curve) return `You drew a curve. ${guess.near ?? ""}`;
    const right = asked.choices.filter((one) => one.right).map((one) => one.words).join(" ");
    const own = asked.choices[guess.choice ?? -1];
    return own?.right ? `You said: ${own.words} That is what came out.` : `You said: ${own?.words} What came out: ${right}`;
  }

  /** @param {string} chapter @param {string} box @param {Guess} guess */
  function prediction(chapter, box, guess) {
    const asked = window.labCatalogue.chapters[chapter].predictions[box];
    return made("li", {},
      made("a", { href: `${chapter}.html#predict-${box}` }, asked.question), " ",
      made("span", { class: "lab-class-said" }, said(asked, guess)));
  }

  /** @param {string} chapter @param {string} label @param {Attempt} attempt */
  function exercise(chapter, label, attempt) {
    const { title } = window.labCatalogue.chapters[chapter].exercises[label];
    const help = attempt.help.map((step) => HELP[step] ?? step).join(", ");
    const item = made("li", {},
      made("a", { href: `${chapter}.html#${label}` }, title), " ",
      made("span", { class: "lab-class-said" }, `${attempt.solved ? "✓ Solved" : "Not solved yet"}${help ? `; help opened before: ${help}` : ""}.`));
    if (attempt.check) item.append(made("p", { class: "lab-class-check" }, "The check said last: ", attempt.check.message));
    if (attempt.answer !== undefined) {
      item.append(made("details", {}, made("summary", {}, "Your answer"),
        made("pre", { tabindex: "0", "aria-label": `Your answer to ${title}` }, attempt.answer)));
    }
    return item;
  }

  /** @param {string} chapter @param {Work[string]} done */
  function remembered(chapter, { predictions, exercises }) {
    const all = Object.entries(exercises);
    const solved = all.filter(([, { solved: is }]) => is).length;
    const parts = [
      ...(Object.keys(predictions).length ? [counted(Object.keys(predictions).length, "prediction")] : []),
      ...(all.length ? [`${solved} of ${counted(all.length, "exercise")} solved`] : []),
    ];
    return made("details", { class: "lab-class-chapter" },
      made("summary", {}, `${room.title(chapter)}: ${parts.join(", ")}`),
      made("ul", {},
        ...Object.entries(predictions).map(([box, guess]) => prediction(chapter, box, guess)),
        ...all.map(([name, attempt]) => exercise(chapter, name, attempt))));
  }

  // --- The page ----------------------------------------------------------------------------------------------------

  /** @param {HTMLElement} root */
  function fill(root) {
    const status = made("p", { class: "lab-class-status", role: "status" });
    const misfits = made("ul", { class: "lab-class-misfits" });
    const name = made("input", { id: "lab-student", maxlength: "80", autocomplete: "off", spellcheck: "false" });
    const file = made("input", { type: "file", id: "lab-file", accept: ".json,application/json", hidden: true });
    const chapter = made("select", { id: "lab-code-of" });
    const code = made("textarea", { id: "lab-code", readonly: true, rows: "3", spellcheck: "false" });
    const typed = made("textarea", { id: "lab-code-read", rows: "3", spellcheck: "false", autocapitalize: "off" });
    const list = made("div");
    const write = made("button", { type: "button", name: "write" }, "Write my file");
    const erase = made("button", { type: "button", name: "erase" }, "Erase everything …");
    const sure = made("dialog", { class: "lab-class-sure", "aria-labelledby": "lab-sure" },
      made("p", { id: "lab-sure" }, "Erase all that this device remembers of this book? It cannot be brought back, unless you have written a file."),
      made("form", { method: "dialog" },
        made("button", { value: "keep", autofocus: true }, "Keep it"), " ",
        made("button", { value: "erase" }, "Erase everything")));

    /** @param {string} words @param {string[]} [left] */
    const say = (words, left = []) => {
      status.textContent = words;
      misfits.replaceChildren(...left.map((one) => made("li", {}, one)));
    };

    /** What was read goes beside what is here. @param {() => Sent} read */
    const take = (read) => {
      try {
        const { work, misfits: left } = read();
        const { taken, kept } = room.merge(work);
        const news = taken ? `Read: ${counted(taken, "entry").replace("entrys", "entries")} new.` : "Read: nothing new.";
        say(left.length || kept.length ? `${news} The rest stayed out:` : news,
          [...left, ...kept.map((/** @type {string} */ one) => `${one} is another here, and stays as it is`)]);
      } catch (error) {
        say(`Not read: ${/** @type {Error} */ (error).message}. Nothing has changed.`);
      }
    };

    const show = () => {
      const work = room.gather();
      const opened = new Set([...list.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
      const { predictions, exercises } = room.size(work);
      const none = predictions + exercises === 0;
      write.disabled = none;
      const empty = DISK
        ? "Nothing here. Firefox lets each page of a book that lies on a disk remember for itself alone: open the book in another browser, or from its site."
        : "Nothing yet. Answer a Predict box or run the check of an exercise, and it stands here.";
      list.replaceChildren(...(none ? [made("p", {}, empty)] : Object.entries(work).map(([one, done]) => remembered(one, done))));
      for (const one of list.querySelectorAll("summary")) if (opened.has(one.textContent)) one.parentElement.open = true;
      const before = chapter.value;
      const able = Object.keys(work).filter((one) => Object.keys(work[one].predictions).length);
      chapter.replaceChildren(made("option", { value: "" }, "all chapters"), ...able.map((one) => made("option", { value: one }, room.title(one))));
      chapter.value = able.includes(before) ? before : "";
      code.value = able.length ? room.encode(work, (of) => ["", of].includes(chapter.value)) : "";
    };

    write.addEventListener("click", () => {
      const now = new Date();
      const words = name.value.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 40);
      room.save(`my-work${words ? `-${words}` : ""}.json`, room.write(room.gather(), name.value, now), "application/json");
      say("Written: the file is among your downloads.");
    });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      const text = chosen.size > room.MOST_BYTES ? null : await chosen.text();
      take(() => {
        if (text === null) throw new Error(`it is larger than ${room.MOST_BYTES / 1e6} MB`);
        return room.read(text);
      });
      file.value = "";
    });
    chapter.addEventListener("change", show);
    erase.addEventListener("click", () => sure.showModal());
    sure.addEventListener("close", () => {
      if (sure.returnValue === "erase") {
        window.labProgress.erase();
        say("Erased: this device remembers nothing of this book.");
      }
      sure.returnValue = "";
    });
    const copy = async () => {
      code.select();
      try {
        await navigator.clipboard.writeText(code.value);
        say("Copied.");
      } catch {
        say(document.execCommand("copy") ? "Copied." : "The browser does not let the page copy: the code is marked, copy it.");
      }
    };

    root.replaceChildren(
      made("h2", {}, "Take it along"),
      made("div", { class: "lab-class-row" },
        made("label", { for: "lab-student" }, "Name or number, only if somebody asks for it"), name),
      made("div", { class: "lab-class-row" }, write, file,
        made("button", { type: "button", name: "read", click: () => file.click() }, "Read a file")),
      status, misfits,
      made("details", { class: "lab-class-code" },
        made("summary", {}, "A code for a message"),
        made("p", {}, "It holds your predictions alone, drawn curves at a few places. Whoever has the code can read it on this page."),
        made("div", { class: "lab-class-row" }, made("label", { for: "lab-code-of" }, "Of"), chapter),
        made("label", { for: "lab-code" }, "Your code"), code,
        made("div", { class: "lab-class-row" }, made("button", { type: "button", name: "copy", click: copy }, "Copy the code")),
        made("label", { for: "lab-code-read" }, "Read a code"), typed,
        made("div", { class: "lab-class-row" },
          made("button", { type: "button", name: "read-code", click: () => take(() => room.decode(typed.value)) }, "Read it"))),
      made("h2", {}, "What this device remembers"), list,
      made("div", { class: "lab-class-row" }, erase), sure);
    show();
    window.labProgress.onChange(show);
    window.addEventListener("pageshow", show);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("lab-my-work");
    if (root && window.labCatalogue) fill(root);
  });
})();
