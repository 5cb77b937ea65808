// @ts-check
// What a student's file is: what a device remembers, as text with a checksum, and back. What is read is built anew from
// known names and kinds of values; what does not fit this edition of the book is named, and left out.
"use strict";

window.labClassroom = window.labClassroom ?? /** @type {any} */ ({});

(() => {
  const SCHEMA = "lstm-lab-work";
  const VERSION = 1;
  const MOST_BYTES = 4_000_000;
  const MOST = { name: 80, answer: 200_000, message: 2000, near: 400, points: 64, misfits: 100 };
  const STEPS = ["half", "hint", "solution"];
  const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
  const PREFIX = "lstm1";
  const CODE = /^lstm1((?:-[0-9a-f]{5}(?:[a-ds]|z[0-9a-z]{34}))*)-([0-9a-z]{7})$/;
  const SHORT = 5; // letters of a hash in a code
  const PLACES = 12; // of a curve in a code
  const LEVELS = 36 ** 2 - 1; // of a height in a code
  const KEEP_MS = 60_000;

  const book = () => window.labCatalogue;
  const chapters = () => Object.entries(book().chapters);
  /** @param {any} thing */
  const isObject = (thing) => typeof thing === "object" && thing !== null && !Array.isArray(thing);
  /** @param {any} thing @returns {[string, any][]} */
  const entries = (thing) => (isObject(thing) ? Object.entries(thing) : []);
  /** @template T @param {Record<string, T>} all @param {string} name @returns {T | undefined} */
  const known = (all, name) => (Object.hasOwn(all, name) ? all[name] : undefined);
  /** @param {any} text @param {number} most */
  const isText = (text, most) => typeof text === "string" && text.length <= most;
  /** @param {string} chapter */
  const title = (chapter) => known(book().chapters, chapter)?.title ?? chapter;
  /** On one line, without signs that are not drawn. @param {any} text @param {number} most */
  const line = (text, most) => String(text ?? "").replace(UNSEEN, " ").trim().slice(0, most);

  // --- Checksum --------------------------------------------------------------------------------------------------

  const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });

  /** The checksum of zip and PNG. @param {Uint8Array} bytes */
  function crc32(bytes) {
    let rest = 0xffffffff;
    for (const byte of bytes) rest = (rest >>> 8) ^ TABLE[(rest ^ byte) & 255];
    return (rest ^ 0xffffffff) >>> 0;
  }

  /** @param {string} text */
  const sum = (text) => crc32(new TextEncoder().encode(text)).toString(36).padStart(7, "0");

  /** JSON with the names of each object in order. @param {any} thing @returns {string} */
  function ordered(thing) {
    const sorted = (_, value) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
    return JSON.stringify(thing, sorted);
  }

  // --- From the device, and back ---------------------------------------------------------------------------------

  /** What this device remembers. @returns {Work} */
  function gather() {
    const kept = window.labProgress;
    /** @type {Work} */ const work = {};
    for (const [chapter, there] of chapters()) {
      const predictions = Object.keys(there.predictions).flatMap((box) => {
        const guess = kept.guess(chapter, box);
        return guess ? [[box, guess]] : [];
      });
      const exercises = Object.entries(there.exercises).flatMap(([exercise, { hash }]) => {
        const answer = kept.answer(chapter, hash);
        const check = kept.checked(chapter, exercise);
        const help = kept.helped(chapter, exercise);
        const solved = kept.solved(chapter).includes(exercise);
        if (answer === null && !check && !help.length && !solved) return [];
        return [[exercise, { of: hash, solved, help, ...(answer === null ? {} : { answer }), ...(check ? { check } : {}) }]];
      });
      if (predictions.length || exercises.length) {
        work[chapter] = { predictions: Object.fromEntries(predictions), exercises: Object.fromEntries(exercises) };
      }
    }
    return work;
  }

  /** The text of a file. @param {Work} work @param {string} name as the student typed it @param {Date} when */
  function write(work, name, when) {
    const { book: its, edition } = book();
    const told = {
      schema: SCHEMA, version: VERSION, book: its, edition, written: when.toISOString(),
      ...(line(name, MOST.name) ? { name: line(name, MOST.name) } : {}), work,
    };
    return `${JSON.stringify({ ...told, checksum: sum(ordered(told)) }, null, 1)}\n`;
  }

  /** Put work beside what this device remembers; where both have something else, the device keeps its own.
   * @param {Work} work */
  function merge(work) {
    const kept = window.labProgress;
    let taken = 0;
    /** @type {string[]} */ const stays = [];
    for (const [chapter, { predictions, exercises }] of Object.entries(work)) {
      for (const [box, guess] of Object.entries(predictions)) {
        const own = kept.guess(chapter, box);
        if (own && own.asked === guess.asked) {
          if (ordered(own) !== ordered(guess)) stays.push(`${title(chapter)}: your prediction “${box}”`);
          continue;
        }
        kept.predict(chapter, box, guess);
        taken += 1;
      }
      for (const [exercise, told] of Object.entries(exercises)) {
        const before = ordered([kept.solved(chapter), kept.helped(chapter, exercise), kept.answer(chapter, told.of), kept.checked(chapter, exercise)]);
        const own = kept.answer(chapter, told.of);
        if (told.solved) kept.solve(chapter, exercise);
        if (told.help.length) kept.help(chapter, exercise, told.help);
        if (own !== null && told.answer !== undefined && own !== told.answer) {
          stays.push(`${title(chapter)}: your answer to ${book().chapters[chapter].exercises[exercise].title}`);
        } else {
          if (own === null && told.answer !== undefined) kept.keep(chapter, told.of, told.answer);
          if (told.check && !kept.checked(chapter, exercise)) {
            const { passed, message, mistake } = told.check;
            if (passed && mistake) kept.check(chapter, exercise, false, mistake);
            kept.check(chapter, exercise, passed, message);
          }
        }
        const after = ordered([kept.solved(chapter), kept.helped(chapter, exercise), kept.answer(chapter, told.of), kept.checked(chapter, exercise)]);
        if (before !== after) taken += 1;
      }
    }
    return { taken, kept: stays };
  }

  // --- Reading ---------------------------------------------------------------------------------------------------

  /** A guess, built anew; null if it is damaged. @param {any} told @param {Asked} asked @returns {Guess | null} */
  function guessed(told, asked) {
    if (told.shown === true) return { asked: asked.asked, shown: true };
    if (asked.choices.length) {
      return Number.isInteger(told.choice) && told.choice >= 0 && told.choice < asked.choices.length
        ? { asked: asked.asked, choice: told.choice } : null;
    }
    const { curve } = told;
    const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every((value) => Number.isFinite(value));
    if (!Array.isArray(curve) || curve.length < 2 || curve.length > MOST.points || !curve.every(isPoint)) return null;
    if (curve.some(([x], i) => i > 0 && x <= curve[i - 1][0])) return null;
    return { asked: asked.asked, curve: curve.map(([x, y]) => [x, y]), near: line(told.near, MOST.near) };
  }

  /** An attempt, built anew; null if it is damaged. @param {any} told @param {string} hash @returns {Attempt | null} */
  function attempted(told, hash) {
    if (typeof told.solved !== "boolean" || !Array.isArray(told.help)) return null;
    /** @type {Attempt} */
    const attempt = { of: hash, solved: told.solved, help: STEPS.filter((step) => told.help.includes(step)) };
    if (told.answer !== undefined) {
      if (!isText(told.answer, MOST.answer)) return null;
      attempt.answer = told.answer;
    }
    if (told.check !== undefined) {
      if (!isObject(told.check) || typeof told.check.passed !== "boolean" || !isText(told.check.message, MOST.message)) return null;
      const { passed, message, mistake } = told.check;
      if (mistake !== undefined && !isText(mistake, MOST.message)) return null;
      attempt.check = { passed, message, ...(mistake === undefined ? {} : { mistake }) };
    }
    return attempt;
  }

  /** What of some work fits this edition. @param {any} told */
  function fitting(told) {
    /** @type {Work} */ const work = {};
    /** @type {string[]} */ const misfits = [];
    const miss = (words) => misfits.push(line(words, 200));
    for (const [chapter, done] of entries(told)) {
      const there = known(book().chapters, chapter);
      if (!there) {
        miss(`chapter “${chapter}” is not in this edition`);
        continue;
      }
      const name = there.title;
      const fits = { predictions: {}, exercises: {} };
      for (const [box, one] of entries(done?.predictions)) {
        const asked = known(there.predictions, box);
        const guess = asked && isObject(one) && one.asked === asked.asked ? guessed(one, asked) : null;
        if (guess) fits.predictions[box] = guess;
        else if (!asked) miss(`${name}: the question “${box}” is not in this edition`);
        else if (isObject(one) && one.asked !== asked.asked) miss(`${name}: the question “${box}” has changed`);
        else miss(`${name}: the prediction “${box}” is damaged`);
      }
      for (const [exercise, one] of entries(done?.exercises)) {
        const asked = known(there.exercises, exercise);
        const attempt = asked && isObject(one) && one.of === asked.hash ? attempted(one, asked.hash) : null;
        if (attempt) fits.exercises[exercise] = attempt;
        else if (!asked) miss(`${name}: the exercise “${exercise}” is not in this edition`);
        else if (isObject(one) && one.of !== asked.hash) miss(`${name}: the exercise ${asked.title} has changed`);
        else miss(`${name}: the attempt at ${asked.title} is damaged`);
      }
      if (Object.keys(fits.predictions).length || Object.keys(fits.exercises).length) work[chapter] = fits;
    }
    const more = misfits.length - MOST.misfits;
    return { work, misfits: more > 0 ? [...misfits.slice(0, MOST.misfits), `and ${more} more`] : misfits };
  }

  /** Read a file. @param {string} text @returns {Sent} */
  function read(text) {
    if (text.length > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES / 1e6} MB`);
    let told;
    try {
      told = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      throw new Error("it is broken off, or no file of “My work”: no JSON");
    }
    if (!isObject(told) || told.schema !== SCHEMA || !Number.isInteger(told.version) || !isObject(told.work)) {
      throw new Error("it is no file that “My work” wrote");
    }
    if (told.book !== book().book) throw new Error(`it is of another book, “${line(told.book, 60)}”`);
    const { checksum, ...rest } = told;
    if (checksum !== sum(ordered(rest))) throw new Error("its checksum does not fit: it was broken off or changed after it was written");
    const { work, misfits } = fitting(told.work);
    const about = [];
    if (told.version !== VERSION) about.push(`written in form ${told.version}; this book reads form ${VERSION}`);
    if (told.edition !== book().edition && misfits.length) about.push(`written with edition ${line(told.edition, 40)}; this is ${book().edition}`);
    const written = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(told.written) ? told.written : "";
    return { name: line(told.name, MOST.name), written, checksum, work, misfits: [...about, ...misfits] };
  }

  // --- A code for predictions ------------------------------------------------------------------------------------

  // A number to four digits, in five letters: mantissa and power of ten.
  /** @param {number} value */
  function short(value) {
    const [mantissa, power] = value.toExponential(3).split("e").map(Number);
    const bounded = Math.min(Math.max(power, -99), 99);
    return ((Math.round(mantissa * 1000) + 10_000) * 200 + bounded + 100).toString(36).padStart(5, "0");
  }

  /** @param {string} letters */
  function long(letters) {
    const number = parseInt(letters, 36);
    return Number(`${(Math.floor(number / 200) - 10_000) / 1000}e${(number % 200) - 100}`);
  }

  /** @param {[number, number][]} curve @param {number} x */
  function between(curve, x) {
    const next = curve.findIndex(([at]) => at >= x);
    if (next === -1) return curve[curve.length - 1][1];
    const [[x0, y0], [x1, y1]] = [curve[Math.max(next - 1, 0)], curve[next]];
    return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }

  /** The places at which a code keeps a curve. @param {Asked} asked */
  function places(asked) {
    const curve = asked.curve ?? [];
    const [[from], [to]] = [curve[0], curve[curve.length - 1]];
    return Array.from({ length: PLACES }, (_, i) => from + ((to - from) * i) / (PLACES - 1));
  }

  /** @param {Asked} asked @param {Guess} guess */
  function token(asked, guess) {
    const head = asked.hash.slice(0, SHORT);
    if (guess.shown) return `${head}s`;
    if (guess.choice !== undefined) return `${head}${"abcd"[guess.choice]}`;
    const curve = guess.curve ?? [];
    const heights = places(asked).map((x) => between(curve, x));
    const [low, high] = [short(Math.min(...heights)), short(Math.max(...heights))];
    const [bottom, span] = [long(low), Math.max(long(high) - long(low), Number.MIN_VALUE)];
    const level = (y) => Math.min(Math.max(Math.round((LEVELS * (y - bottom)) / span), 0), LEVELS);
    return `${head}z${low}${high}${heights.map((y) => level(y).toString(36).padStart(2, "0")).join("")}`;
  }

  /** @param {string} letters @param {Asked} asked */
  function untoken(letters, asked) {
    const [kind, rest] = [letters[SHORT], letters.slice(SHORT + 1)];
    if (kind === "s") return { asked: asked.asked, shown: true };
    if (kind !== "z") return { asked: asked.asked, choice: "abcd".indexOf(kind) };
    if (!asked.curve) return { asked: asked.asked };
    const [low, high] = [long(rest.slice(0, 5)), long(rest.slice(5, 10))];
    const curve = places(asked).map((x, i) => [x, low + ((high - low) * parseInt(rest.slice(10 + 2 * i, 12 + 2 * i), 36)) / LEVELS]);
    return { asked: asked.asked, curve, near: "" };
  }

  /** Predictions as a code that fits into a message. @param {Work} work
   * @param {(chapter: string, box: string) => boolean} [wanted] which; all, if it is not given */
  function encode(work, wanted = () => true) {
    const tokens = Object.entries(work).flatMap(([name, { predictions }]) =>
      Object.entries(predictions).filter(([box]) => wanted(name, box)).flatMap(([box, guess]) => {
        const asked = known(book().chapters[name].predictions, box);
        return asked?.asked === guess.asked ? [token(asked, guess)] : [];
      }));
    const whole = [PREFIX, ...tokens].join("-");
    return `${whole}-${sum(whole)}`;
  }

  /** @param {string} code @returns {Sent} */
  function decode(code) {
    const tight = code.replace(/\s+/g, "").toLowerCase();
    const parts = CODE.exec(tight);
    if (!parts || sum(tight.slice(0, tight.lastIndexOf("-"))) !== parts[2]) throw new Error("the code is not whole: a sign is missing or wrong");
    const boxes = new Map(chapters().flatMap(([chapter, { predictions }]) =>
      Object.entries(predictions).map(([box, asked]) => [asked.hash.slice(0, SHORT), { chapter, box, asked }])));
    const told = {};
    let strange = 0;
    for (const letters of parts[1].split("-").slice(1)) {
      const found = boxes.get(letters.slice(0, SHORT));
      if (!found) strange += 1;
      else ((told[found.chapter] ??= { predictions: {} }).predictions)[found.box] = untoken(letters, found.asked);
    }
    const { work, misfits } = fitting(told);
    if (strange) misfits.push(`${strange} of its predictions are not in this edition, or have changed`);
    return { name: "", written: "", checksum: parts[2], work, misfits };
  }

  // --- Small parts of pages --------------------------------------------------------------------------------------

  /** @param {Work} work */
  function size(work) {
    const all = Object.values(work);
    const attempts = all.flatMap(({ exercises }) => Object.values(exercises));
    return {
      predictions: all.reduce((count, { predictions }) => count + Object.keys(predictions).length, 0),
      exercises: attempts.length,
      solved: attempts.filter(({ solved }) => solved).length,
    };
  }

  /** An element; children that are texts stay texts. @param {string} tag @param {Record<string, any>} [attributes] functions are
   * listeners, true is an attribute without a value, false none @param {...(Node | string)} children @returns {any} */
  function made(tag, attributes = {}, ...children) {
    const drawing = ["svg", "polyline", "line", "text", "title", "path"].includes(tag);
    const element = drawing ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false) element.setAttribute(name, String(value));
    }
    element.append(...children);
    return element;
  }

  /** @param {string} name @param {string} text @param {string} type */
  function save(name, text, type) {
    const link = made("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
  }

  Object.assign(window.labClassroom, {
    crc32, gather, write, read, merge, encode, decode, size, title, made, save, between, MOST_BYTES,
  });
})();
