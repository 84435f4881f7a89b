/**
 * The drawing: its strokes, and the ink they leave on SIDE x SIDE dots, 0 for paper to 1 for ink.
 *
 * It is computed here rather than read back from a canvas: some browsers answer such a question with noise, and
 * two browsers smooth the same line differently.
 *
 * @typedef {{x: number, y: number}} Point in dots from the upper left
 */
export const SIDE = 280;

export class Ink {
  /** @param {number} penWidth in dots */
  constructor(penWidth) {
    this.penWidth = penWidth;
    this.dots = new Float32Array(SIDE * SIDE);
    /** @type {Point[][]} */
    this.strokes = [];
  }

  /** @param {Point} point */
  begin(point) {
    this.strokes.push([point]);
    this.draw(point, point);
  }

  /** Go on with the last stroke. @param {Point} point */
  extend(point) {
    const stroke = this.strokes[this.strokes.length - 1];
    this.draw(stroke[stroke.length - 1], point);
    stroke.push(point);
  }

  undo() {
    this.strokes.pop();
    this.dots.fill(0);
    for (const stroke of this.strokes) {
      for (let i = 0; i < stroke.length; i++) this.draw(stroke[Math.max(0, i - 1)], stroke[i]);
    }
  }

  clear() {
    this.strokes = [];
    this.dots.fill(0);
  }

  /** A straight line with round ends. @param {Point} from @param {Point} to */
  draw(from, to) {
    const radius = this.penWidth / 2;
    const [left, right] = reach(from.x, to.x, radius);
    const [top, bottom] = reach(from.y, to.y, radius);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const distance = distanceToLine(column + 0.5, row + 0.5, from, to);
        const coverage = Math.min(1, Math.max(0, radius + 0.5 - distance)); // of the dot, by the pen
        const dot = row * SIDE + column;
        this.dots[dot] = Math.max(this.dots[dot], coverage);
      }
    }
  }
}

/** The first and the last dot that a pen between two places can touch. @param {number} one @param {number} other
 * @param {number} radius */
function reach(one, other, radius) {
  const first = Math.floor(Math.min(one, other) - radius - 1);
  const last = Math.ceil(Math.max(one, other) + radius + 1);
  return [Math.max(0, first), Math.min(SIDE - 1, last)];
}

/** @param {number} x @param {number} y @param {Point} from @param {Point} to */
function distanceToLine(x, y, from, to) {
  const alongX = to.x - from.x;
  const alongY = to.y - from.y;
  const length = alongX * alongX + alongY * alongY;
  const share = length === 0 ? 0 : ((x - from.x) * alongX + (y - from.y) * alongY) / length;
  const nearest = Math.min(1, Math.max(0, share));
  return Math.hypot(x - from.x - nearest * alongX, y - from.y - nearest * alongY);
}
