// Loads what Python needs, when the first cell is run: scripts, since a page from disk may load nothing else. What is
// loaded stays in the page, so that a Python that was stopped is back without a request.
"use strict";

window.labPython = window.labPython ?? {};

/**
 * @typedef {{name: string, words: string, files: string[], sizes: number[]}} Payload
 */

(() => {
  const root = new URL("../python/", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const MEGA = 1_000_000;
  /** @type {Payload[]} */ let listed = [];
  /** @type {Map<string, string[]>} */ const parts = new Map();
  /** @type {Promise<Record<string, string>> | undefined} */ let loading;

  /** Called by manifest.js. @param {Payload[]} payloads */
  labPython.manifest = (payloads) => { listed = payloads; };

  /** Called by each script of a payload. @param {string} name @param {number} place @param {string} text */
  labPython.part = (name, place, text) => {
    const texts = parts.get(name) ?? [];
    texts[place] = text;
    parts.set(name, texts);
  };

  /** @param {string} name of a file among the payloads */
  function loadScript(name) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(name, root).href;
      script.onload = () => done(script.remove());
      script.onerror = () => {
        script.remove();
        failed(new Error(`A file of Python could not be loaded: _static/python/${name}. `
          + "Is the book whole, and the connection up? Run once more to try again."));
      };
      document.head.append(script);
    });
  }

  /** @param {(words: string) => void} says takes a word on how far it is */
  async function loadAll(says) {
    says("Loading Python …");
    await loadScript(`manifest.js?${Date.now()}`);
    const files = listed.flatMap(({ files: names, sizes, words }) => names.map((name, i) => ({ name, size: sizes[i], words })));
    const all = files.reduce((sum, { size }) => sum + size, 0);
    let loaded = 0;
    /** @param {string} words */
    const tell = (words) => says(`Loading ${words}, once: ${(loaded / MEGA).toFixed(1)} of ${(all / MEGA).toFixed(1)} MB`);
    tell("Python");
    await Promise.all(files.map(async ({ name, size, words }) => {
      await loadScript(name);
      loaded += size;
      tell(words);
    }));
    return Object.fromEntries(listed.map(({ name, files: names }) => {
      const text = parts.get(name) ?? [];
      if (names.some((_, i) => text[i] === undefined)) {
        throw new Error(`A file of Python is damaged: ${name}. Is the book whole? Run once more to try again.`);
      }
      return [name, text.join("")];
    }));
  }

  /**
   * All payloads, as base64 of gzip, by name; loaded once, and tried again after a failure.
   * @param {(words: string) => void} says
   */
  labPython.load = (says) => {
    loading ??= loadAll(says).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
})();
