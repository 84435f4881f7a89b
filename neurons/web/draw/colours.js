/** Pictures of numbers: ink in grey, signed numbers from blue (negative) to orange (positive), in the page's colours. */

/** @typedef {[number, number, number]} Colour red, green, blue: 0 to 255 */

/** The colour that the style sheet gives a name, such as "--plus". @param {string} name @returns {Colour} */
function colour(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** @param {Colour} from @param {Colour} to @param {number} share @returns {Colour} */
function between(from, to, share) {
  const part = Math.min(1, share);
  const mix = (/** @type {number} */ i) => from[i] + (to[i] - from[i]) * part;
  return [mix(0), mix(1), mix(2)];
}

/** @param {HTMLCanvasElement} canvas @param {number} side @param {(place: number) => Colour} colourOf */
function paint(canvas, side, colourOf) {
  canvas.width = side;
  canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(side, side);
  for (let place = 0; place < side * side; place++) image.data.set([...colourOf(place), 255], 4 * place);
  context.putImageData(image, 0, 0);
}

/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} pixels 0 for paper to 1 for ink @param {number} side */
export function paintInk(canvas, pixels, side) {
  const [paper, ink] = [colour("--sheet"), colour("--ink")];
  paint(canvas, side, (place) => between(paper, ink, pixels[place]));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} side
 * @param {number} full the value that has the full colour, as have those beyond it
 */
export function paintSigned(canvas, values, side, full) {
  const [zero, plus, minus] = [colour("--sheet"), colour("--plus"), colour("--minus")];
  paint(canvas, side, (place) => between(zero, values[place] < 0 ? minus : plus, Math.abs(values[place]) / full));
}

/** The largest of the values, without their signs; 1 where all are 0. @param {ArrayLike<number>} values */
export function largestOf(values) {
  return Math.max(...Array.from(values, Math.abs)) || 1;
}

/** A value that few are beyond, so that a small picture is not all pale. @param {ArrayLike<number>} values */
export function strongOf(values) {
  const squares = Array.from(values, (value) => value * value).reduce((sum, square) => sum + square, 0);
  return 2.5 * Math.sqrt(squares / values.length) || 1;
}
