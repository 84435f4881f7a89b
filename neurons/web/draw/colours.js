/** Pictures of numbers: ink in grey, signed numbers from blue (negative) to orange (positive), in the page's colours. */

/** @typedef {[number, number, number]} Colour red, green, blue: 0 to 255 */

/** @type {{sheet: Colour, ink: Colour, plus: Colour, minus: Colour}} */
let colours;

/** Take the colours from the style sheet: at the start, and when the light changes. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => {
    const number = parseInt(style.getPropertyValue(name).trim().slice(1), 16);
    return /** @type {Colour} */ ([number >> 16, (number >> 8) & 255, number & 255]);
  };
  colours = { sheet: colour("--sheet"), ink: colour("--ink"), plus: colour("--plus"), minus: colour("--minus") };
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
  for (let place = 0; place < side * side; place++) {
    const [red, green, blue] = colourOf(place);
    image.data[4 * place] = red;
    image.data[4 * place + 1] = green;
    image.data[4 * place + 2] = blue;
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} pixels 0 for paper to 1 for ink @param {number} side */
export function paintInk(canvas, pixels, side) {
  paint(canvas, side, (place) => between(colours.sheet, colours.ink, pixels[place]));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} side
 * @param {number} full the value that has the full colour, as have those beyond it
 */
export function paintSigned(canvas, values, side, full) {
  const { sheet, plus, minus } = colours;
  paint(canvas, side, (place) => between(sheet, values[place] < 0 ? minus : plus, Math.abs(values[place]) / full));
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
