// The network with all its numbers: layer after layer of neurons, the loss, and the large plane below it.
import { FOOT, HEAD } from "./levels.js";
import { NeuronCards } from "./card.js";
import { html, isFixed, isPhone, svg } from "./dom.js";

const LOSSES = /** @type {Record<string, string>} */ ({
  mse: "= (a − y)²",
  binary_cross_entropy: "cross-entropy",
  softmax_cross_entropy: "cross-entropy",
});
const CORNER = { width: 300, height: 178 }; // what the running line's picture needs at least
const PHONE_PLANE = 200;
const LEAST_PLANE = 104;
const MOST_PLANE = 300;

/** @typedef {import("./levels.js").Level} Level */

/** Draws the whole network, from left to right. */
export class Cards extends NeuronCards {
  /**
   * @param {HTMLElement} host
   * @param {import("./network.js").Network} network
   * @param {import("./levels.js").Shape} shape
   * @param {{level: Level, zoom: number, row: number}} choice
   * @param {boolean} isLive
   */
  constructor(host, network, shape, choice, isLive) {
    const { level, zoom, row } = choice;
    const phonePlane = isPhone() && shape.hasPlane && isLive ? PHONE_PLANE : 0;
    const networkHeight = isFixed() ? host.clientHeight / zoom : heightInFlow(shape, level, row);
    const height = networkHeight + (phonePlane ? PHONE_PLANE + 26 : 0);
    host.style.height = isFixed() ? "" : `${height}px`;
    super(host, network, shape, choice, height);
    this.isLive = isLive;
    this.phonePlane = phonePlane;
    this.networkHeight = networkHeight;
    this.gapX = Math.min(150, (this.width - shape.widthOfAll(level)) / shape.top);
    this.lossHeight = lossHeight(level);
    this.left = 0;
    this.middle = 0;
    this.cornerTop = 0;
    this.hasCorner = false;
    this.findMiddle();
  }

  /** The height of the first layer's middle, and whether there is a free corner below it. */
  findMiddle() {
    const { shape } = this;
    const tallest = Math.max(...shape.sizes.map((count, l) => (l && l < shape.top ? this.total(l, 14) : 0)));
    const free = this.networkHeight - HEAD - tallest - 30;
    const left = this.width - shape.width(this.level, shape.top) - shape.wireRoom - 24;
    this.hasCorner = isFixed() && !this.isLive && this.level.isCard;
    this.hasCorner &&= shape.top > 1 && free * this.zoom >= CORNER.height && left * this.zoom >= CORNER.width;
    if (this.hasCorner) {
      this.middle = HEAD + tallest / 2;
      this.cornerTop = HEAD + tallest + 24;
    } else {
      const first = this.total(1, 14) / 2;
      const height = this.networkHeight - HEAD;
      this.middle = HEAD + (isFixed() ? Math.max(first, height * 0.38) : height * 0.5);
    }
  }

  /**
   * @param {number} l
   * @param {number} gap
   */
  total(l, gap) {
    const count = this.shape.sizes[l];
    return count * this.heights[l] + (count - 1) * gap;
  }

  draw() {
    const { shape, level } = this;
    let x = Math.max(0, (this.width - shape.widthOfAll(level) - shape.top * this.gapX) / 2);
    this.left = x;
    this.drawInputs(x);
    x += level.input;
    for (let l = 1; l <= shape.top; l++) {
      x += this.gapX;
      this.drawLayer(l, x);
      x += shape.width(level, l);
    }
    if (this.hasCorner) this.makeCorner();
    return this.picture;
  }

  /** @param {number} x */
  drawInputs(x) {
    const { shape, level } = this;
    const count = shape.sizes[0];
    const gap = Math.min(90, Math.max(count > 6 ? 40 : 52, (this.total(1, 14) / count) * 0.6));
    this.ends[0] = [];
    for (let i = 0; i < count; i++) {
      const y = this.middle + (i - (count - 1) / 2) * gap;
      const group = svg("g", {}, this.boxes);
      svg("text", { class: "soft", x: x + level.input / 2, y: y - 18, "text-anchor": "middle" }, group, `x[${i}]`);
      svg("rect", { class: "box", x, y: y - 14, width: level.input, height: 28, rx: 14 }, group);
      this.cell(group, `x:${i}`, x + level.input - 8, y + 4, 40, true);
      this.picture.boxes.set(`0:${i}`, group);
      this.ends[0].push([x + level.input, y]);
    }
  }

  /**
   * @param {number} l
   * @param {number} x
   */
  drawLayer(l, x) {
    const { shape, level } = this;
    const count = shape.sizes[l];
    const isLast = l === shape.top;
    const below = isLast ? this.lossHeight + 26 : 0;
    const foot = isFixed() && this.isLive && !isLast ? FOOT / this.zoom : 0;
    const bottom = this.hasCorner && !isLast ? this.cornerTop - 12 : this.networkHeight - foot;
    const room = bottom - HEAD - count * this.heights[l] - below - 8;
    const gap = count > 1 ? Math.max(level.gap && 5, Math.min(34, room / (count - 1))) : 0;
    const total = this.total(l, gap);
    const planeRoom = isLast ? this.planeSize(total) + 26 : 0;
    let y = this.middle - (total + below) / 2;
    y = Math.max(HEAD, Math.min(y, bottom - total - 4 - below - planeRoom));
    this.drawHead(l, x, y);
    this.ends[l] = [];
    for (let j = 0; j < count; j++) {
      if (level.isCard) this.drawCard(l, j, x, y);
      else this.drawTile(l, j, x, y);
      y += this.heights[l] + gap;
    }
    if (isLast) this.drawLoss(x, y - gap + 26);
  }

  /**
   * The large plane's size under the loss; 0 where there is no room for one.
   * @param {number} total height of the output's cards
   */
  planeSize(total) {
    if (!this.shape.hasPlane || this.phonePlane) return 0;
    const room = this.networkHeight - HEAD - total - this.lossHeight - 60;
    const size = Math.min(MOST_PLANE, this.shape.width(this.level, this.shape.top), room);
    return size < LEAST_PLANE ? 0 : size;
  }

  /**
   * @param {number} l
   * @param {number} x
   * @param {number} y
   */
  drawHead(l, x, y) {
    const { level, network, picture } = this;
    const width = this.shape.width(level, l);
    const name = this.clipped(network.names[l], level.isCard ? 10 : 8);
    const isLeft = level.body > 0;
    const anchor = isLeft ? "start" : "end";
    svg("text", { class: "head", x: isLeft ? x + 2 : x + width, y: y - 8, "text-anchor": anchor }, picture.root, name);
    if (!level.isCard) return;
    const port = x + 9 + level.port;
    const heads = /** @type {[number, string][]} */ ([[port, "dL/dw"], [x + width - 4, network.acts[l]]]);
    if (!level.isShort) heads.push([port - 57, "w"]);
    for (const [right, text] of heads) {
      svg("text", { class: "head", x: right, y: y - 8, "text-anchor": "end" }, picture.root, text.replace("_", " "));
    }
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  drawLoss(x, y) {
    const { level, shape, network, picture } = this;
    const cardWidth = shape.width(level, shape.top);
    const width = level.isCard ? cardWidth : level.body ? Math.min(158, cardWidth) : 124;
    const left = Math.min(x, this.width - width - 1 - shape.wireRoom);
    const group = this.box("loss");
    svg("rect", { class: "box", x: left, y, width, height: this.lossHeight, rx: 9 }, group);
    svg("text", { class: "name", x: left + 10, y: y + 22 }, group, "loss L");
    this.cell(group, "L", left + width - 10, y + 23, 60, false);
    if (level.isCard) svg("text", { class: "soft", x: left + 62, y: y + 22 }, group, this.lossFormula());
    if (shape.numOutputs === 1) {
      svg("text", { class: "soft", x: left + 10, y: y + 43 }, group, "label y");
      this.cell(group, "y:0", left + width - 12, y + 43, 40, true);
    } else {
      svg("text", { class: "soft", x: left + 10, y: y + 43 }, group, level.isCard ? "of all outputs" : "of all");
    }
    this.ends[shape.top].forEach((end, o) => this.wire(o, end, x, left + width, y));
    if (shape.hasPlane) this.drawPlane(x, y + this.lossHeight + 24, left, network.numOutputs);
    return picture;
  }

  lossFormula() {
    const { loss, numOutputs } = this.network;
    if (loss.name === "mse" && numOutputs > 1) return "= Σ (a − y)²";
    if (loss.name === "mse" && loss.scale !== 1) return `= ${loss.scale} (a − y)²`;
    return LOSSES[loss.name] ?? "";
  }

  /**
   * From an output to the loss: down from a single card, around the right side from several.
   * @param {number} o
   * @param {[number, number]} end
   * @param {number} x
   * @param {number} right of the loss's box
   * @param {number} y
   */
  wire(o, end, x, right, y) {
    const { level, shape, picture } = this;
    const [endX, endY] = end;
    let d = `M${endX} ${endY}H${endX + 9}V${y + 14 + o * 3}H${right}`;
    if (shape.numOutputs === 1) {
      const down = level.isCard ? x + shape.width(level, shape.top) - 34 : x + level.port + level.tile / 2;
      const from = level.isCard ? endY + this.heights[shape.top] / 2 : endY + level.tile / 2 + (level.body ? 0 : 18);
      d = `M${down} ${from}L${down} ${y}`;
    }
    svg("path", { class: "wire", d }, this.edges);
    picture.wires.push({ d, element: svg("path", { d, fill: "none" }, this.edges) });
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} lossLeft
   * @param {number} numOutputs
   */
  drawPlane(x, y, lossLeft, numOutputs) {
    const { level, shape, picture } = this;
    const size = this.phonePlane || this.planeSize(this.ends[shape.top].length ? y - 24 - this.lossHeight - 26 - HEAD : 0);
    const room = this.networkHeight - y - 4;
    const fitted = this.phonePlane || Math.min(size, room);
    if (fitted < LEAST_PLANE) return;
    const cardWidth = shape.width(level, shape.top);
    const left = this.phonePlane ? (this.width - fitted) / 2 : level.isCard ? x + cardWidth - fitted - 1 : lossLeft;
    const top = this.phonePlane ? this.networkHeight + 20 : y;
    const isLine = shape.sizes[0] === 1;
    const words = `${fitted > 150 || isLine ? "answers for " : ""}${isLine ? "x[0] →" : "x[0] →, x[1] ↑"}`;
    const name = numOutputs > 1 ? words.replace("answers", "classes") : words;
    svg("text", { class: "head", x: left, y: top - 6 }, picture.root, name);
    const frame = { x: left - 1, y: top - 1, width: fitted + 2, height: fitted + 2, rx: 5 };
    svg("rect", { ...frame, fill: "none", stroke: "var(--rim)" }, picture.root);
    const canvas = this.canvas("big", left, top, fitted, 48);
    const marks = svg("svg", { x: left, y: top, width: fitted, height: fitted, "pointer-events": "none" }, picture.over);
    picture.plane = { canvas, marks, size: fitted };
  }

  makeCorner() {
    const { zoom, shape, level } = this;
    const right = this.width - shape.width(level, shape.top) - shape.wireRoom - 16 - this.left;
    const corner = html("div", { class: "corner" }, this.host);
    Object.assign(corner.style, {
      left: "0px",
      top: `${this.cornerTop * zoom}px`,
      width: `${Math.min(right * zoom, 560)}px`,
      height: `${(this.networkHeight - this.cornerTop) * zoom - 4}px`,
    });
    this.picture.corner = corner;
  }

}

/** @param {Level} level */
function lossHeight(level) {
  return level.isCard ? 58 : 52;
}

/**
 * How high the network is where the page scrolls.
 * @param {import("./levels.js").Shape} shape
 * @param {Level} level
 * @param {number} row
 */
function heightInFlow(shape, level, row) {
  const layers = shape.sizes.map((count, l) => {
    if (l === 0) return count * 52;
    const below = l === shape.top ? lossHeight(level) + 30 + (isPhone() || !shape.hasPlane ? 0 : 190) : 0;
    return count * shape.height(level, l, row) + (count - 1) * 14 + below;
  });
  return Math.max(...layers) + HEAD + 16;
}
