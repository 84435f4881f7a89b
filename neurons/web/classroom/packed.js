/**
 * The files that the page carries: each in an inert script element, in base64, some of them gzipped.
 */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const direct = /** @type {any} */ (Uint8Array).fromBase64; // browsers of 2025 and later
  return direct ? direct.call(Uint8Array, text) : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * Unpack them, and let go of the text.
 * @returns {Promise<Record<string, Uint8Array<ArrayBuffer>>>} by name
 */
export async function unpackedFiles() {
  /** @type {Record<string, Uint8Array<ArrayBuffer>>} */
  const files = {};
  for (const element of document.querySelectorAll("script[data-name]")) {
    const { name = "", gzip } = /** @type {HTMLElement} */ (element).dataset;
    let bytes = bytesOf(element.textContent ?? "");
    if (gzip !== undefined) {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    }
    files[name] = bytes;
    element.remove();
  }
  return files;
}
