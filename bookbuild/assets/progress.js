// What a reader has done, kept on the reader's device: answers that were typed, what their checks said last, which help
// was opened before they were right, exercises that were solved, predictions.
// It never leaves the device. Where the browser keeps nothing (storage switched off, a private window), it lives as long
// as the page. Every page reads it: `labProgress.solved("06-vanishing-gradient")` names the exercises solved there,
// `labProgress.predicted("06-vanishing-gradient")` the boxes answered.
"use strict";

window.labProgress = (() => {
  const BOOK = document.querySelector('meta[name="lab-book"]')?.getAttribute("content") ?? "book";
  const MOST_LETTERS = 200_000;
  const MOST_OF_A_MESSAGE = 2000;
  /** @type {Map<string, string>} what could not be stored */
  const here = new Map();
  /** @type {(() => void)[]} */
  const listeners = [];

  /** @param {string[]} parts */
  const key = (...parts) => ["lab", BOOK, ...parts].join(":");

  /** @param {string} name */
  function read(name) {
    if (here.has(name)) return here.get(name) ?? null;
    try {
      return window.localStorage.getItem(name);
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {string | null} value */
  function write(name, value) {
    here.delete(name);
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, value);
    } catch {
      if (value !== null) here.set(name, value);
    }
  }

  /** @param {string} name @param {any} otherwise */
  function readJson(name, otherwise) {
    try {
      return JSON.parse(read(name) ?? "null") ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  /** @param {string} stored the name of a list @returns {string[]} */
  function list(stored) {
    const names = readJson(stored, []);
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  }

  /** @param {string} chapter @returns {Record<string, Guess>} */
  function guesses(chapter) {
    const kept = readJson(key(chapter, "guesses"), {});
    return typeof kept === "object" ? kept : {};
  }

  /** What is kept of each exercise of a chapter under a name. @param {string} chapter @param {string} name
   * @returns {Record<string, any>} */
  function byExercise(chapter, name) {
    const kept = readJson(key(chapter, name), {});
    return typeof kept === "object" ? kept : {};
  }

  /** @param {string} chapter @param {string} exercise @returns {string[]} */
  const helped = (chapter, exercise) => {
    const steps = byExercise(chapter, "helped")[exercise];
    return Array.isArray(steps) ? steps.filter((step) => typeof step === "string") : [];
  };

  /** @param {string} chapter @param {string} exercise @param {string[]} steps */
  function help(chapter, exercise, steps) {
    const all = [...new Set([...helped(chapter, exercise), ...steps])].sort();
    write(key(chapter, "helped"), JSON.stringify({ ...byExercise(chapter, "helped"), [exercise]: all }));
    tell();
  }

  /** @param {string} chapter @returns {string[]} */
  const solved = (chapter) => list(key(chapter, "solved"));

  const tell = () => listeners.forEach((listener) => listener());
  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith(key(""))) tell();
  });

  /** @type {Progress} */
  return {
    solved,
    solve(chapter, exercise) {
      const names = solved(chapter);
      if (names.includes(exercise)) return;
      write(key(chapter, "solved"), JSON.stringify([...names, exercise].sort()));
      tell();
    },
    opened: (chapter, exercise) => list(key(chapter, "opened", exercise)),
    open(chapter, exercise, step, isOpen) {
      const others = list(key(chapter, "opened", exercise)).filter((name) => name !== step);
      const names = isOpen ? [...others, step] : others;
      write(key(chapter, "opened", exercise), names.length ? JSON.stringify(names) : null);
      if (isOpen && !solved(chapter).includes(exercise)) help(chapter, exercise, [step]);
    },
    helped,
    help,
    checked: (chapter, exercise) => byExercise(chapter, "checked")[exercise] ?? null,
    check(chapter, exercise, passed, message) {
      const short = message.slice(0, MOST_OF_A_MESSAGE);
      const mistake = passed ? byExercise(chapter, "checked")[exercise]?.mistake : short;
      const said = { passed, message: short, ...(mistake ? { mistake } : {}) };
      write(key(chapter, "checked"), JSON.stringify({ ...byExercise(chapter, "checked"), [exercise]: said }));
      tell();
    },
    answer: (chapter, hash) => read(key(chapter, "answer", hash)),
    keep(chapter, hash, code) {
      if (code === null || code.length <= MOST_LETTERS) write(key(chapter, "answer", hash), code);
    },
    guess: (chapter, box) => guesses(chapter)[box] ?? null,
    predict(chapter, box, guess) {
      const kept = guesses(chapter);
      if (guess) kept[box] = guess;
      else delete kept[box];
      write(key(chapter, "guesses"), JSON.stringify(kept));
      tell();
    },
    predicted: (chapter) => Object.keys(guesses(chapter)).sort(),
    erase() {
      here.clear();
      try {
        const names = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? "");
        for (const name of names) if (name.startsWith(key(""))) localStorage.removeItem(name);
      } catch { /* nothing is kept here */ }
      tell();
    },
    onChange: (listener) => listeners.push(listener),
  };
})();
