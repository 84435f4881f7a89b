/**
 * From the drawing to the network's picture, in the way the pictures it learned from were made.
 *
 * MNIST (LeCun et al. 1998): the digit is scaled to fit a box of 20 x 20 pixels, keeping its shape, and put into 28 x 28
 * so that its centre of mass lies in the middle. The 8 x 8 digits (NIST's programs, Garris et al. 1994): the digit is set
 * upright, scaled to 32 x 20 dots, and each pixel counts the ink of 4 x 4 dots.
 *
 * @typedef {object} Picture
 * @property {Float64Array} pixels side x side, 0 to 1
 * @property {Box | null} box where the ink was found in the drawing; null for the whole drawing
 *
 * @typedef {object} Box in dots
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */
import { SIDE } from "./ink.js";

const FAINT = 0.1; // ink below it does not widen the box

/** @typedef {{values: ArrayLike<number>, width: number, height: number}} Image rows of values */

/**
 * The network's picture of a drawing; all 0 where there is no ink.
 *
 * @param {Float32Array} dots
 * @param {number} side pixels per row and column
 * @param {boolean} centred false: the whole drawing is made smaller, and that is all
 * @returns {Picture}
 */
export function pictureOf(dots, side, centred) {
  const drawing = { values: dots, width: SIDE, height: SIDE };
  const box = boxOf(drawing);
  if (box === null) return { pixels: new Float64Array(side * side), box };
  if (!centred) return { pixels: scaled(drawing, wholeOf(drawing), side, side), box: null };
  return { pixels: side === 8 ? uprightPicture(drawing) : centredPicture(drawing, box, side), box };
}

/** @param {Image} drawing @param {Box} box @param {number} side */
function centredPicture(drawing, box, side) {
  const scale = Math.round((side * 20) / 28) / Math.max(box.width, box.height);
  const columns = Math.max(1, Math.round(box.width * scale));
  const rows = Math.max(1, Math.round(box.height * scale));
  const digit = scaled(drawing, box, columns, rows);
  const centre = centreOfMass({ values: digit, width: columns, height: rows });
  const left = within(Math.round(side / 2 - centre.x), side - columns);
  const top = within(Math.round(side / 2 - centre.y), side - rows);
  return placed(digit, columns, rows, left, top, side, side);
}

const UPRIGHT = 32; // dots per row and column, for 8 x 8 pixels
const MOST_WIDTH = 20;
const THIN = 0.4; // a digit thinner than this, such as a 1, keeps its shape

/** @param {Image} drawing */
function uprightPicture(drawing) {
  const straight = straightened(drawing);
  const box = /** @type {Box} */ (boxOf(straight));
  const shape = box.width / box.height;
  const columns = shape > THIN ? MOST_WIDTH : Math.max(1, Math.round((MOST_WIDTH * shape) / THIN));
  const digit = scaled(straight, box, columns, UPRIGHT);
  const left = Math.round((UPRIGHT - columns) / 2);
  const values = placed(digit, columns, UPRIGHT, left, 0, UPRIGHT, UPRIGHT);
  const dots = { values, width: UPRIGHT, height: UPRIGHT };
  return scaled(dots, wholeOf(dots), 8, 8);
}

/** The image with its rows moved sideways so that it leans neither left nor right. @param {Image} image @returns {Image} */
function straightened(image) {
  const centre = centreOfMass(image);
  let mixed = 0;
  let vertical = 0;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const value = image.values[y * image.width + x];
      mixed += value * (x - centre.x) * (y - centre.y);
      vertical += value * (y - centre.y) ** 2;
    }
  }
  const lean = vertical === 0 ? 0 : Math.min(1, Math.max(-1, mixed / vertical));
  const width = 3 * image.width; // room for every row that moves
  const values = new Float64Array(width * image.height);
  for (let y = 0; y < image.height; y++) {
    const start = image.width - lean * (y - centre.y);
    const whole = Math.floor(start);
    const part = start - whole;
    for (let x = 0; x < image.width; x++) {
      const value = image.values[y * image.width + x];
      if (value === 0) continue;
      values[y * width + whole + x] += value * (1 - part);
      values[y * width + whole + x + 1] += value * part;
    }
  }
  return { values, width, height: image.height };
}

/** The smallest box around the ink; null where there is none. @param {Image} image @returns {Box | null} */
function boxOf(image) {
  let [left, top, right, bottom] = [image.width, image.height, -1, -1];
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      if (image.values[y * image.width + x] <= FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** @param {Image} image @returns {Box} */
function wholeOf({ width, height }) {
  return { left: 0, top: 0, width, height };
}

/** @param {Image} image */
function centreOfMass({ values, width, height }) {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x];
      mass += value;
      sumX += value * x;
      sumY += value * y;
    }
  }
  return { x: sumX / mass, y: sumY / mass };
}

/** What is in the box, as `columns` x `rows` means over areas. @param {Image} image @param {Box} box
 * @param {number} columns @param {number} rows */
function scaled(image, box, columns, rows) {
  const pixels = new Float64Array(columns * rows);
  const across = overlaps(box.left, box.width, columns);
  const down = overlaps(box.top, box.height, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (const [y, shareY] of down[row]) {
        for (const [x, shareX] of across[column]) sum += image.values[y * image.width + x] * shareX * shareY;
      }
      pixels[row * columns + column] = sum;
    }
  }
  return pixels;
}

/**
 * For each of `count` equal parts of a length, the dots it covers and the share of the part that each of them is.
 *
 * @param {number} start
 * @param {number} length
 * @param {number} count
 * @returns {[number, number][][]}
 */
function overlaps(start, length, count) {
  const size = length / count;
  return Array.from({ length: count }, (_, part) => {
    const from = start + part * size;
    const to = Math.min(from + size, start + length);
    /** @type {[number, number][]} */
    const covered = [];
    for (let dot = Math.floor(from); dot < to; dot++) {
      covered.push([dot, (Math.min(to, dot + 1) - Math.max(from, dot)) / size]);
    }
    return covered;
  });
}

/** Values put into an empty image of `width` x `height`. @param {Float64Array} values @param {number} columns
 * @param {number} rows @param {number} left @param {number} top @param {number} width @param {number} height */
function placed(values, columns, rows, left, top, width, height) {
  const image = new Float64Array(width * height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      image[(top + row) * width + left + column] = values[row * columns + column];
    }
  }
  return image;
}

/** @param {number} value @param {number} highest */
function within(value, highest) {
  return Math.min(Math.max(value, 0), highest);
}
