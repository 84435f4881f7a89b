// How much of each neuron the picture has room for.

/**
 * @typedef {object} Level
 * @property {string} name
 * @property {number} port width of the weights
 * @property {number} tile size of the small plane; 0 for none
 * @property {number} body width of z, a and the gradients; 0 where only a is shown
 * @property {number} input width of an input
 * @property {number} space the least width between two layers
 * @property {number} gap the least height between two neurons
 * @property {boolean} isCard a box with all numbers; else a tile with the weights beside it
 * @property {boolean} isShort weights have their number alone for a name
 */

/** @type {Level[]} */
export const LEVELS = [
  { name: "full", port: 145, tile: 58, body: 102, input: 56, space: 54, gap: 6, isCard: true, isShort: false },
  { name: "close", port: 138, tile: 44, body: 97, input: 50, space: 34, gap: 6, isCard: true, isShort: false },
  { name: "medium", port: 138, tile: 0, body: 97, input: 50, space: 34, gap: 6, isCard: true, isShort: false },
  { name: "slim", port: 119, tile: 0, body: 94, input: 44, space: 15, gap: 6, isCard: true, isShort: true },
  { name: "mini", port: 52, tile: 44, body: 88, input: 50, space: 30, gap: 6, isCard: false, isShort: true },
  { name: "low", port: 52, tile: 40, body: 88, input: 50, space: 30, gap: 0, isCard: false, isShort: true },
  { name: "phone", port: 52, tile: 46, body: 0, input: 50, space: 24, gap: 6, isCard: false, isShort: true },
];
export const HEAD = 26; // above the cards: the layer's name
export const CARD_PADDING = 10;
const ROW_HEIGHTS = [17, 15];
const ZOOMS = [1.5, 1.4, 1.3, 1.2, 1.12, 1.06, 1];
const LARGE_ZOOMS = [1.9, 1.75, 1.6, 1.5, 1.4];
const MOST_ON_PHONE = 8; // neurons of a layer
export const FOOT = 30; // in Live what the lines show is chosen below the hidden layers
const WIRE_ROOM = 16; // right of several outputs, for their wires to the loss

/** The rows of z, a, dL/da and dL/dz; the outputs have their label and probability there, too. */
export class Shape {
  /**
   * @param {number[]} sizes
   * @param {string} loss
   * @param {boolean} hasTiles what a neuron answers everywhere can be drawn
   * @param {boolean} hasPlane what the network answers can
   */
  constructor(sizes, loss, hasTiles, hasPlane) {
    this.hasTiles = hasTiles;
    this.sizes = sizes;
    this.top = sizes.length - 1;
    this.hasPlane = hasPlane;
    this.numOutputs = sizes[this.top];
    this.hasProbability = loss.endsWith("cross_entropy");
    this.wireRoom = this.numOutputs > 1 ? WIRE_ROOM : 0;
  }

  /**
   * The names of a card's right column.
   * @param {number} l
   */
  bodyRows(l) {
    const rows = ["z", "a", "da", "dz"];
    if (l < this.top) return rows;
    if (this.hasProbability) rows.push("p");
    if (this.numOutputs > 1) rows.push("y");
    return rows;
  }

  /**
   * @param {Level} level
   * @param {number} l
   */
  tileSize(level, l) {
    if (!level.isCard) return level.tile;
    return !this.hasTiles || (l === this.top && this.hasPlane) ? 0 : level.tile; // the large plane shows the output
  }

  /**
   * @param {Level} level
   * @param {number} l
   */
  width(level, l) {
    const tile = this.tileSize(level, l);
    if (level.isCard) return 18 + level.port + (tile ? tile + 10 : 0) + level.body;
    return level.port + (tile ? tile + 8 : 0) + (level.body ? level.body + 2 : 0);
  }

  /**
   * @param {Level} level
   * @param {number} l
   * @param {number} row
   */
  height(level, l, row) {
    const numInputs = this.sizes[l - 1];
    if (level.isCard) return Math.max(this.bodyRows(l).length, numInputs + 2) * row + CARD_PADDING;
    const rows = l === this.top && this.numOutputs > 1 ? 4 : 3;
    return Math.max(level.tile + (level.body ? 0 : 32), numInputs * 14 + 4, level.body ? rows * 14 + 2 : 0);
  }

  /** @param {Level} level */
  widthOfAll(level) {
    let sum = level.input + this.wireRoom;
    for (let l = 1; l <= this.top; l++) sum += this.width(level, l);
    return sum;
  }

  /**
   * @param {Level} level
   * @param {number} l
   * @param {number} row
   */
  heightOfLayer(level, l, row) {
    const count = this.sizes[l];
    return count * this.height(level, l, row) + (count - 1) * level.gap;
  }
}

/**
 * The fullest level that fits, how much larger it can be drawn, and the height of its rows; null where only dots fit.
 * @param {Shape} shape
 * @param {{width: number, height: number, isFixed: boolean, isPhone: boolean, isLarge: boolean, isLive: boolean}} room
 * @returns {{level: Level, zoom: number, row: number} | null}
 */
export function chooseLevel(shape, room) {
  if (room.isPhone) return onPhone(shape);
  const choices = [];
  if (room.isLarge) for (const level of LEVELS) for (const zoom of LARGE_ZOOMS) choices.push({ level, zoom, row: 17 });
  for (const level of LEVELS) {
    for (const row of ROW_HEIGHTS) {
      const zooms = room.isFixed && row === 17 ? ZOOMS : [1];
      for (const zoom of zooms) choices.push({ level, zoom, row });
    }
  }
  return choices.find((choice) => fits(shape, choice, room)) ?? null;
}

/** @param {Shape} shape */
function onPhone(shape) {
  const level = LEVELS[LEVELS.length - 1];
  const fitsPhone = Math.max(...shape.sizes.slice(1)) <= MOST_ON_PHONE && shape.numOutputs === 1 && shape.sizes[0] <= 4;
  return fitsPhone && shape.top === 2 ? { level, zoom: 1, row: 15 } : null;
}

/**
 * @param {Shape} shape
 * @param {{level: Level, zoom: number, row: number}} choice
 * @param {{width: number, height: number, isFixed: boolean, isLive: boolean}} room
 */
function fits(shape, { level, zoom, row }, { width, height, isFixed, isLive }) {
  if (width / zoom < shape.widthOfAll(level) + shape.top * level.space) return false;
  if (!isFixed) return true;
  const most = height / zoom - HEAD - 6;
  const foot = isLive ? FOOT / zoom : 0;
  for (let l = 1; l <= shape.top; l++) {
    const below = l === shape.top ? 84 : foot; // the loss
    if (shape.heightOfLayer(level, l, row) + below > most) return false;
  }
  return shape.sizes[0] * 44 <= most;
}
