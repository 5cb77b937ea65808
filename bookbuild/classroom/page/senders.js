// @ts-check
// Who sent what: files, zips and codes of a class become entries. What is strange gets a reason and counts for nothing.
"use strict";

(() => {
  const MOST_FILES = 5000;
  const MOST_ZIP = 200_000_000; // bytes
  const MOST_LETTERS = 500_000; // of codes
  const MOST_OF_A_NAME = 120;
  const IGNORED = /(^|\/)(__MACOSX\/|\.|desktop\.ini$|Thumbs\.db$)/i; // what systems put into folders by themselves
  const CODE = /lstm1(?:-[0-9a-z]+)+/i;
  const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
  // As Moodle and Canvas name what was handed in: "Asha Rao_1234_assignsubmission_file_/my-work.json",
  // "raoasha_LATE_1234_5678_my-work.json".
  const MOODLE = /(?:^|\/)([^/]+?)_(\d+)_assignsubmission_file/;
  const CANVAS = /(?:^|\/)([^/_]+)_(?:LATE_)?(\d+)_\d+_[^/]*$/;

  /** @param {string} text */
  const tidy = (text) => text.replace(UNSEEN, " ").trim().slice(0, MOST_OF_A_NAME);

  /** Who a learning platform says a file is by. @param {string} path */
  function byPlatform(path) {
    const found = MOODLE.exec(path) ?? CANVAS.exec(path);
    return found ? { key: `platform ${found[2]}`, name: tidy(found[1]) } : null;
  }

  /** @param {string} path @param {() => Sent} read @param {string} [given] a name that stands beside it @returns {Entry} */
  function entry(path, read, given = "") {
    const source = tidy(path);
    const platform = byPlatform(path);
    try {
      const { name, written, checksum, work, misfits } = read();
      const called = name || tidy(given) || platform?.name || "";
      const own = called ? `name ${called.toLowerCase()}` : `file ${checksum}`;
      const empty = Object.keys(work).length === 0;
      return {
        source, sender: platform?.key ?? own, name: called || source, written, notes: misfits, work,
        ...(empty ? { reason: misfits.length ? "nothing in it fits this edition" : "there is nothing in it", work: undefined } : {}),
      };
    } catch (error) {
      return { source, sender: "", name: platform?.name || source, written: "", notes: [], reason: /** @type {Error} */ (error).message };
    }
  }

  /** @param {string} path @param {Uint8Array} bytes */
  function ofBytes(path, bytes) {
    return entry(path, () => {
      let text;
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        throw new Error("it is no text");
      }
      return window.labClassroom.read(text);
    });
  }

  /** @param {string} path @param {string} reason @returns {Entry} */
  const refused = (path, reason) => entry(path, () => {
    throw new Error(reason);
  });

  /** @param {string} path @param {File} file @returns {Promise<Entry[]>} */
  async function ofFile(path, file) {
    const zip = /\.zip$/i.test(path);
    const most = zip ? MOST_ZIP : window.labClassroom.MOST_BYTES;
    if (file.size > most) return [refused(path, `it is larger than ${most / 1e6} MB`)];
    let bytes;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      return [refused(path, "the browser could not read it")];
    }
    if (!zip) return [ofBytes(path, bytes)];
    try {
      const files = await window.labClassroom.unzip(bytes);
      return files.filter((one) => !IGNORED.test(one.path)).map(({ path: inner, bytes: content, reason }) => {
        if (reason !== undefined) return refused(inner, reason);
        if (/\.zip$/i.test(inner)) return refused(inner, "it is a zip in a zip: unpack it and put it here by itself");
        return ofBytes(inner, /** @type {Uint8Array} */ (content));
      });
    } catch (error) {
      return [refused(path, /** @type {Error} */ (error).message)];
    }
  }

  /** Each line of a text with a code in it. @param {string} text @returns {Entry[]} */
  function ofCodes(text) {
    if (text.length > MOST_LETTERS) return [refused("codes", `they are longer than ${MOST_LETTERS} letters`)];
    return text.split("\n").filter((line) => line.trim()).map((line, i) => {
      const code = CODE.exec(line);
      const before = line.slice(0, code?.index ?? 0).replace(/[:,;\s]+$/, "");
      return entry(`code in line ${i + 1}`, () => {
        if (!code) throw new Error("there is no code in this line");
        return window.labClassroom.decode(code[0]);
      }, before);
    });
  }

  /** Of several entries by one sender the latest counts; the order they came in decides where none is later. @param {Entry[]} entries */
  function oneEach(entries) {
    /** @type {Map<string, Entry>} */ const latest = new Map();
    for (const one of entries) {
      if (!one.work) continue;
      const before = latest.get(one.sender);
      const [stays, goes] = !before ? [one, null] : one.written > before.written ? [one, before] : [before, one];
      latest.set(one.sender, stays);
      if (!goes) continue;
      goes.work = undefined;
      goes.reason = goes.written === stays.written && goes.name === stays.name
        ? `the same student as “${stays.source}”, and no later`
        : `by the same student as “${stays.source}”, and earlier: the later counts`;
    }
    return entries;
  }

  /** What came, as entries. @param {{path: string, file: File}[]} files @param {string} codes */
  async function received(files, codes) {
    const wanted = files.filter(({ path }) => !IGNORED.test(path));
    const all = [];
    for (const { path, file } of wanted.slice(0, MOST_FILES)) all.push(...await ofFile(path, file));
    if (wanted.length > MOST_FILES) all.push(refused("the rest", `these are more than ${MOST_FILES} files`));
    return oneEach([...all, ...ofCodes(codes)]);
  }

  Object.assign(window.labClassroom, { received });
})();
