/** The pad: a canvas to draw on with mouse, pen, finger or keyboard, several strokes long. */
import { Ink, SIDE } from "./ink.js";

/** @import { Point } from "./ink.js" */
/** @import { Box } from "./centring.js" */

const KEY_STEP = 10; // dots per press of an arrow key
/** @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export class Pad {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} penWidth in dots
   * @param {() => void} changed called after each change of the drawing
   * @param {() => void} finished called at the end of each stroke
   */
  constructor(canvas, penWidth, changed, finished) {
    this.canvas = canvas;
    this.ink = new Ink(penWidth);
    this.changed = changed;
    this.finished = finished;
    /** @type {number | null} the pointer that draws */
    this.pointer = null;
    /** @type {Point | null} the keyboard's pen, once it is used */
    this.keyPen = null;
    this.keyPenIsDown = false;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.lift(event));
    canvas.addEventListener("pointercancel", (event) => this.lift(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.putKeyPenAway());
  }

  get isEmpty() {
    return this.ink.strokes.length === 0;
  }

  undo() {
    this.pointer = null; // a stroke under way is the one that goes
    this.ink.undo();
    this.changed();
  }

  clear() {
    this.pointer = null;
    this.keyPenIsDown = false;
    this.ink.clear();
    this.changed();
  }

  // ---- mouse, pen and finger

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button !== 0) return; // a second finger does not draw
    this.pointer = event.pointerId;
    this.keyPen = null;
    this.canvas.setPointerCapture(event.pointerId); // the stroke goes on outside the pad
    this.ink.begin(this.place(event));
    this.changed();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerId !== this.pointer) return;
    const places = event.getCoalescedEvents?.() ?? []; // all that happened since the last frame
    for (const one of places.length > 0 ? places : [event]) this.ink.extend(this.place(one));
    this.changed();
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.finished();
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const frame = this.canvas.getBoundingClientRect();
    const dots = SIDE / frame.width;
    return { x: (event.clientX - frame.left) * dots, y: (event.clientY - frame.top) * dots };
  }

  // ---- the keyboard's pen: arrows move it, the space bar sets it down and lifts it

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow === undefined && event.key !== " ") return;
    event.preventDefault(); // the page does not scroll
    this.keyPen ??= { x: SIDE / 2, y: SIDE / 5 };
    if (arrow === undefined) {
      this.keyPenIsDown = !this.keyPenIsDown;
      if (this.keyPenIsDown) this.ink.begin(this.keyPen);
      else this.finished();
    } else {
      const step = event.shiftKey ? KEY_STEP / 5 : KEY_STEP;
      this.keyPen = { x: onPad(this.keyPen.x + arrow.x * step), y: onPad(this.keyPen.y + arrow.y * step) };
      if (this.keyPenIsDown && !this.isEmpty) this.ink.extend(this.keyPen);
    }
    this.changed();
  }

  putKeyPenAway() {
    if (this.keyPenIsDown) this.finished();
    this.keyPen = null;
    this.keyPenIsDown = false;
    this.changed();
  }

  // ---- what one sees

  /** Show the strokes, and the box that goes to the network if there is one. @param {Box | null} box */
  show(box) {
    const dots = Math.round(this.canvas.clientWidth * devicePixelRatio) || SIDE;
    this.canvas.width = dots;
    this.canvas.height = dots;
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.scale(dots / SIDE, dots / SIDE);
    const style = getComputedStyle(this.canvas);
    context.strokeStyle = style.color;
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = this.ink.penWidth;
    for (const stroke of this.ink.strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x, stroke[0].y);
      context.lineTo(stroke[0].x + 0.01, stroke[0].y); // a tap: a line of no length has no ends to be round
      for (const point of stroke) context.lineTo(point.x, point.y);
      context.stroke();
    }
    context.strokeStyle = style.outlineColor;
    context.lineWidth = 1.5;
    if (box !== null) {
      context.setLineDash([5, 4]);
      context.strokeRect(box.left - 1, box.top - 1, box.width + 2, box.height + 2);
      context.setLineDash([]);
    }
    if (this.keyPen !== null) {
      context.lineWidth = this.keyPenIsDown ? 4 : 2;
      context.beginPath();
      context.arc(this.keyPen.x, this.keyPen.y, this.ink.penWidth / 2 + 2, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/** @param {number} place */
function onPad(place) {
  return Math.min(SIDE, Math.max(0, place));
}
