// What a reader has done, kept on the reader's device: answers that were typed, exercises that were solved. It never
// leaves the device. Where the browser keeps nothing (storage switched off, a private window), it lives as long as the
// page. Other pages read it too: `labProgress.solved("06-vanishing-gradient")` names the exercises solved there.
"use strict";

window.labProgress = (() => {
  const BOOK = document.querySelector('meta[name="lab-book"]')?.getAttribute("content") ?? "book";
  const MOST_LETTERS = 200_000;
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

  /** @param {string} stored the name of a list @returns {string[]} */
  function list(stored) {
    try {
      const names = JSON.parse(read(stored) ?? "[]");
      return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
    } catch {
      return [];
    }
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
    },
    answer: (chapter, hash) => read(key(chapter, "answer", hash)),
    keep(chapter, hash, code) {
      if (code === null || code.length <= MOST_LETTERS) write(key(chapter, "answer", hash), code);
    },
    onChange: (listener) => listeners.push(listener),
  };
})();
