// @ts-check
// What is in a zip, within bounds: stored or deflated, as learning platforms pack submissions. One file that cannot be read
// does not spoil the others.
"use strict";

(() => {
  const MOST_FILES = 5000;
  const MOST_OF_ALL = 200_000_000; // bytes, unpacked
  const END = 0x06054b50;
  const ENTRY = 0x02014b50;
  const LOCAL = 0x04034b50;
  const END_BYTES = 22;
  const COMMENT = 65_535;
  const [STORED, DEFLATED] = [0, 8];
  const ENCRYPTED = 1;
  const LARGE = 0xffffffff; // stands in the place of a number that is elsewhere, in the form Zip64

  /** The bytes of a deflated file, no more than it may have. @param {Uint8Array<ArrayBuffer>} packed @param {number} most */
  async function inflated(packed, most) {
    const { body } = new Response(packed); // a Blob could not be read by WebKit in a page without an origin
    const stream = /** @type {ReadableStream} */ (body).pipeThrough(new DecompressionStream("deflate-raw"));
    const whole = new Uint8Array(most);
    let size = 0;
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return whole.subarray(0, size);
      if (size + value.length > most) {
        reader.cancel().catch(() => {});
        throw new Error("it is larger than it says");
      }
      whole.set(value, size);
      size += value.length;
    }
  }

  /**
   * The files of a zip: for each its path, and its bytes or why they could not be had.
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async function unzip(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = bytes.length - END_BYTES;
    while (end >= 0 && end > bytes.length - END_BYTES - COMMENT && view.getUint32(end, true) !== END) end -= 1;
    if (end < 0 || view.getUint32(end, true) !== END) throw new Error("it is no zip, or broken off");
    const count = view.getUint16(end + 10, true);
    if (count > MOST_FILES) throw new Error(`it holds ${count} files, more than ${MOST_FILES}`);
    let at = view.getUint32(end + 16, true);
    let left = MOST_OF_ALL;
    const found = [];
    for (let place = 0; place < count; place += 1) {
      if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw new Error("its list of files is broken");
      const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
      const [sum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
      const [letters, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
      const local = view.getUint32(at + 42, true);
      const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + letters));
      at += 46 + letters + extra + comment;
      if (path.endsWith("/")) continue;
      try {
        if (flags & ENCRYPTED) throw new Error("it is encrypted");
        if ([packed, size, local].includes(LARGE)) throw new Error("it is larger than 4 GB, or packed in the form Zip64");
        if (size > window.labClassroom.MOST_BYTES) throw new Error(`it is larger than ${window.labClassroom.MOST_BYTES / 1e6} MB`);
        if (size > left) throw new Error("the zip is too large as a whole");
        if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL) throw new Error("it is not where the zip says");
        const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
        const slice = bytes.subarray(from, from + packed);
        if (![STORED, DEFLATED].includes(method)) throw new Error("it is packed in a form that this page does not read");
        const whole = method === STORED ? slice : await inflated(slice, size).catch((error) => {
          throw error instanceof TypeError ? new Error("it is damaged") : error; // what browsers say of it differs
        });
        if (whole.length !== size || window.labClassroom.crc32(whole) !== sum) throw new Error("it is damaged");
        left -= size;
        found.push({ path, bytes: whole });
      } catch (error) {
        found.push({ path, reason: /** @type {Error} */ (error).message });
      }
    }
    return found;
  }

  Object.assign(window.labClassroom, { unzip });
})();
