// @ts-check
// The packed states of an explorer, as lstm_lab/interact/pack.py lays them out, back to numbers; what is damaged, or of
// another version, is refused before anything is drawn.
(() => {
  "use strict";

  const MISSING = 65535;
  const MOST_BYTES = 16_000_000;
  const MOST_ROWS = 10_000;

  /**
   * Bytes of a compressed text.
   * @param {string} text base64 of zlib's format
   */
  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const { body } = new Response(bytes); // a Blob could not be read by WebKit in a page without an origin
    const stream = /** @type {ReadableStream} */ (body).pipeThrough(new DecompressionStream("deflate"));
    const parts = [];
    let size = 0;
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) {
        reader.cancel().catch(() => {});
        throw new Error(`the packed states are larger than ${MOST_BYTES} bytes`);
      }
      parts.push(value);
    }
    const whole = new Uint8Array(size);
    parts.reduce((place, part) => {
      whole.set(part, place);
      return place + part.length;
    }, 0);
    return whole;
  }

  /**
   * All that decoding and drawing rely on. A block that is damaged is refused here, as a whole, before anything is drawn
   * or much memory is taken.
   * @param {any} packed what the block says of itself
   * @param {number} room how many bytes of planes there are
   * @returns {Packed}
   */
  function checked(packed, room) {
    const need = (holds, what) => {
      if (!holds) throw new Error(`the packed states are damaged: ${what}`);
    };
    const isObject = (thing) => typeof thing === "object" && thing !== null && !Array.isArray(thing);
    const most = Math.max(room, MOST_ROWS); // rows without columns take no room in the planes
    const isSize = (number) => Number.isInteger(number) && number >= 0 && number <= most;
    need(isObject(packed) && isObject(packed.template), "no template");
    const { keys, leaves, template } = packed;
    need(Array.isArray(keys) && keys.length && keys.every((key) => typeof key === "string"), "keys");
    need(Array.isArray(template.data) && template.data.every(isObject) && isObject(template.layout), "template");
    need(Array.isArray(leaves), "leaves");
    let left = room;
    for (const leaf of leaves) {
      const { path, index, shapes, values } = leaf ?? {};
      need(Array.isArray(path) && path.length > 1 && path.every((key) => key !== "__proto__"), "path");
      const inData = path[0] === "data" && path.length > 2 && Number.isInteger(path[1]);
      need(path[0] === "layout" || (inData && path[1] >= 0 && path[1] < template.data.length), "path");
      let place = template;
      for (const key of path.slice(0, -1)) {
        place = place !== undefined && Object.hasOwn(place, key) ? place[key] : undefined;
        need(place === undefined || isObject(place) || place === template.data, "path");
      }
      const table = shapes ?? values;
      need(Array.isArray(table) && Array.isArray(index) && index.length === keys.length, "index");
      let seen = 0;
      for (const back of index) {
        need(Number.isInteger(back) && back >= 0 && back <= seen, "index");
        seen += back ? 0 : 1;
      }
      need(seen === table.length, "index");
      if (!shapes) continue;
      need(Number.isFinite(leaf.low) && Number.isFinite(leaf.step), "scale");
      for (const shape of shapes) {
        if (shape === null) continue;
        need(Array.isArray(shape) && [1, 2].includes(shape.length) && shape.every(isSize), "shape");
        left -= 2 * shape.reduce((a, b) => a * b, 1);
      }
    }
    need(left === 0, "length");
    const says = (where) => typeof where?.summary === "string";
    const summaries = leaves.filter(({ path }) => path.join() === "layout,meta,summary");
    need(says(template.layout.meta) || summaries.some(({ values }) => values?.every((v) => typeof v === "string")),
      "summary");
    return packed;
  }

  /**
   * The values of a leaf from its two planes of bytes, of which the first begins at `start`; where the next leaf begins.
   * @param {Leaf} leaf
   * @param {Uint8Array} planes
   * @param {number} start
   */
  function dequantise(leaf, planes, start) {
    const shapes = leaf.shapes ?? [];
    const sizes = shapes.map((shape) => (shape ? shape.reduce((a, b) => a * b, 1) : 0));
    const count = sizes.reduce((a, b) => a + b, 0);
    const levels = new Uint16Array(count); // it counts modulo 65536
    const numbers = new Array(count);
    for (let i = 0; i < count; i += 1) {
      const folded = planes[start + i] + 256 * planes[start + count + i];
      levels[i] = (i < leaf.lag ? 0 : levels[i - leaf.lag]) + ((folded >> 1) ^ -(folded & 1));
      numbers[i] = levels[i] === MISSING ? null : leaf.low + leaf.step * levels[i];
    }
    let place = 0;
    leaf.values = shapes.map((shape, i) => {
      if (!shape) return null;
      const flat = numbers.slice(place, (place += sizes[i]));
      if (shape.length === 1) return flat;
      return Array.from({ length: shape[0] }, (_, row) => flat.slice(row * shape[1], (row + 1) * shape[1]));
    });
    return start + 2 * count;
  }

  /**
   * What the build packed: the figure that all states share, and what differs from state to state.
   * @param {string} text
   * @returns {Promise<Packed>}
   */
  async function unpack(text) {
    const block = await inflate(text);
    const end = 4 + new DataView(block.buffer).getUint32(0, true);
    const packed = checked(JSON.parse(new TextDecoder().decode(block.subarray(4, end))), block.length - end);
    let start = end;
    for (const leaf of packed.leaves) {
      if (leaf.shapes) start = dequantise(leaf, block, start);
      let seen = 0;
      leaf.index = leaf.index.map((back) => (back ? seen - back : seen++));
    }
    packed.stateOf = new Map(packed.keys.map((key, i) => [key, i]));
    return packed;
  }

  window.lstmLab = { ...window.lstmLab, unpack };
})();
