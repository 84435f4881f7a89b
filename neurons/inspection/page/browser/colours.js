// Orange above, blue below, white between; and a colour and a form for each class.

/** @typedef {[number, number, number]} Colour */

/** @type {{plus: Colour, minus: Colour, paper: Colour, classes: Colour[]}} */
const palette = { plus: [0, 0, 0], minus: [0, 0, 0], paper: [255, 255, 255], classes: [] };

export const NUM_CLASS_COLOURS = 6;
const DEPTH = 0.82; // of the full colour

/** Read the colours of the style sheet, which are others in the dark. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => {
    const text = style.getPropertyValue(name).trim();
    return /** @type {Colour} */ ([1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16)));
  };
  palette.plus = read("--plus");
  palette.minus = read("--minus");
  palette.paper = read("--card");
  palette.classes = Array.from({ length: NUM_CLASS_COLOURS }, (_, c) => read(`--class-${c}`));
}

/**
 * Write the colour of a value, from -1 (blue) to 1 (orange), into an image.
 * @param {number} value
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 */
export function shade(value, pixels, at) {
  mix(value < 0 ? palette.minus : palette.plus, Math.abs(value), pixels, at);
}

/**
 * Write the colour of a class, as strong as `strength` (0 to 1), into an image.
 * @param {number} classIndex
 * @param {number} strength
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 */
export function shadeClass(classIndex, strength, pixels, at) {
  mix(palette.classes[classIndex % NUM_CLASS_COLOURS], strength, pixels, at);
}

/**
 * @param {Colour} colour
 * @param {number} strength
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 */
function mix(colour, strength, pixels, at) {
  const { paper } = palette;
  const part = Math.min(1, strength || 0) * DEPTH;
  for (let c = 0; c < 3; c++) pixels[at + c] = paper[c] + (colour[c] - paper[c]) * part;
  pixels[at + 3] = 255;
}

const pixel = new Uint8ClampedArray(4);

/**
 * The colour of a value as CSS has it.
 * @param {number} value
 */
export function shadeAsText(value) {
  shade(value, pixel, 0);
  return `rgb(${pixel[0]} ${pixel[1]} ${pixel[2]})`;
}

/**
 * The range of an activation: its middle, which is white, and how far it goes to full colour.
 * @param {string} act
 * @returns {[number, number]}
 */
export function rangeOf(act) {
  if (act === "sigmoid") return [0.5, 0.5];
  if (act === "tanh") return [0, 1];
  return [0, 2];
}
