// The network with its numbers: a neuron as a card, or, where room is short, as a tile with its weights beside it.
import { html, isFixed, isPhone, svg } from "./dom.js";
import { CARD_PADDING, HEAD } from "./levels.js";
import { newPicture } from "./drawing.js";

const LABELS = /** @type {Record<string, string>} */ ({ z: "z", a: "a", da: "dL/da", dz: "dL/dz", p: "p", y: "y" });
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
export class Cards {
  /**
   * @param {HTMLElement} host
   * @param {import("./network.js").Network} network
   * @param {import("./levels.js").Shape} shape
   * @param {{level: Level, zoom: number, row: number}} choice
   * @param {boolean} isLive
   */
  constructor(host, network, shape, choice, isLive) {
    this.host = host;
    this.network = network;
    this.shape = shape;
    this.level = choice.level;
    this.zoom = choice.zoom;
    this.row = choice.row;
    this.isLive = isLive;
    const { level, row } = this;
    this.width = host.clientWidth / choice.zoom;
    this.gapX = Math.min(150, (this.width - shape.widthOfAll(level)) / shape.top);
    this.lossHeight = level.isCard ? 58 : 52;
    this.heights = shape.sizes.map((count, l) => (l ? shape.height(level, l, row) : 0));
    this.phonePlane = isPhone() && shape.hasPlane && isLive ? PHONE_PLANE : 0;
    this.networkHeight = isFixed() ? host.clientHeight / choice.zoom : this.heightInFlow();
    this.height = this.networkHeight + (this.phonePlane ? PHONE_PLANE + 26 : 0);
    host.style.height = isFixed() ? "" : `${this.height}px`;
    this.picture = newPicture(host, network, level.name, this.zoom, this.width, this.height);
    this.edges = svg("g", {}, this.picture.root);
    this.edges.append(this.picture.halo, this.picture.path);
    this.boxes = svg("g", {}, this.picture.root);
    /** Where the lines of each layer's neurons begin. @type {[number, number][][]} */
    this.ends = [];
    this.left = 0;
    this.middle = 0;
    this.cornerTop = 0;
    this.hasCorner = false;
    this.findMiddle();
  }

  /** How high the network is where the page scrolls. */
  heightInFlow() {
    const { shape } = this;
    const layers = this.heights.map((height, l) => {
      const count = shape.sizes[l];
      if (l === 0) return count * 52;
      const below = l === shape.top ? this.lossHeight + 30 + (isPhone() || !shape.hasPlane ? 0 : 190) : 0;
      return count * height + (count - 1) * 14 + below;
    });
    return Math.max(...layers) + HEAD + 16;
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
    const foot = isFixed() && this.isLive && !isLast ? 40 / this.zoom : 0;
    const bottom = this.hasCorner && !isLast ? this.cornerTop - 12 : this.networkHeight - foot;
    const room = bottom - HEAD - count * this.heights[l] - below - 8;
    const gap = count > 1 ? Math.max(5, Math.min(34, room / (count - 1))) : 0;
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
    if (!level.isShort) heads.push([port - 56, "w"]);
    for (const [right, text] of heads) {
      svg("text", { class: "head", x: right, y: y - 8, "text-anchor": "end" }, picture.root, text.replace("_", " "));
    }
  }

  /**
   * A long name, cut.
   * @param {string} name
   * @param {number} most
   */
  clipped(name, most) {
    return name.length > most ? `${name.slice(0, most - 1)}…` : name;
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} x
   * @param {number} y
   */
  drawCard(l, j, x, y) {
    const { level, row, shape, network } = this;
    const group = this.box(`${l}:${j}`);
    const width = shape.width(level, l);
    const height = this.heights[l];
    const numInputs = shape.sizes[l - 1];
    const port = x + 9 + level.port;
    const line = (/** @type {number} */ r) => y + CARD_PADDING / 2 + (r + 0.75) * row;
    svg("rect", { class: "box", x, y, width, height, rx: 9 }, group);
    const zone = { x: x + 2, y: y + CARD_PADDING / 2 + row, width: level.port + 11, height: row * (numInputs + 1) + 2 };
    svg("rect", { class: "zone", ...zone, rx: 4 }, group);
    svg("text", { class: "name", x: x + 9, y: line(0) }, group, this.clipped(network.neuronName(l, j), 18));
    for (let i = 0; i <= numInputs; i++) {
      const name = i === numInputs ? "b" : level.isShort ? String(i) : `w[${i}]`;
      svg("text", { class: "soft", x: x + 9, y: line(i + 1) }, group, name);
      this.cell(group, `w:${l}:${j}:${i}`, port - 56, line(i + 1), 44, true);
      this.cell(group, `g:${l}:${j}:${i}`, port, line(i + 1), 51, false);
    }
    const tile = shape.tileSize(level, l);
    const body = port + 9 + (tile ? tile + 10 : 0);
    shape.bodyRows(l).forEach((what, r) => {
      const key = what === "y" || what === "p" ? `${what}:${j}` : `${what}:${l}:${j}`;
      svg("text", { class: "soft", x: body, y: line(r) }, group, LABELS[what]);
      this.cell(group, key, x + width - 8, line(r), 51, what === "y");
    });
    if (tile) this.tile(l, j, port + 9, y + (height - tile) / 2, tile);
    this.ends[l].push([x + width, y + height / 2]);
    for (let i = 0; i < numInputs; i++) this.edge(l, j, i, x, line(i + 1) - row * 0.25);
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} x
   * @param {number} y
   */
  drawTile(l, j, x, y) {
    const { level, shape, network } = this;
    const group = this.box(`${l}:${j}`);
    const numInputs = shape.sizes[l - 1];
    const size = level.tile;
    const left = x + level.port;
    const top = level.body ? y + (this.heights[l] - size) / 2 : y + 18 + Math.max(0, numInputs * 14 - size) / 2;
    const middle = top + size / 2;
    svg("rect", { class: "box", x: left - 1, y: top - 1, width: size + 2, height: size + 2, rx: 6 }, group);
    this.tile(l, j, left, top, size);
    for (let i = 0; i < numInputs; i++) {
      const base = middle + (i - (numInputs - 1) / 2) * 14 + 4;
      this.cell(group, `w:${l}:${j}:${i}`, left - 5, base, 44, true);
    }
    const name = this.clipped(network.neuronName(l, j), 13);
    const right = x + shape.width(level, l);
    if (level.body) {
      const body = left + size + 6;
      svg("text", { class: "name", x: body, y: middle - 9 }, group, name);
      svg("text", { class: "soft", x: body, y: middle + 5 }, group, "a");
      this.cell(group, `a:${l}:${j}`, right - 2, middle + 5, 50, false);
      svg("text", { class: "soft", x: body, y: middle + 19 }, group, "dL/dz");
      this.cell(group, `dz:${l}:${j}`, right - 2, middle + 19, 50, false);
      if (l === shape.top && shape.numOutputs > 1) {
        svg("text", { class: "soft", x: body, y: middle + 33 }, group, "y");
        this.cell(group, `y:${j}`, right - 2, middle + 33, 50, true);
      }
    } else {
      const above = Math.min(top, middle - numInputs * 7 - 1) - 5;
      svg("text", { class: "name", x: left + size, y: above, "text-anchor": "end" }, group, name);
      this.cell(group, `a:${l}:${j}`, left + size, top + size + 14, 48, false);
    }
    this.ends[l].push([right + (level.body ? 5 : 0), middle]);
    for (let i = 0; i < numInputs; i++) this.edge(l, j, i, left - 49, middle + (i - (numInputs - 1) / 2) * 14);
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
    const inputs = shape.sizes[0] === 1 ? "x[0]" : "x[0], x[1]";
    const words = fitted > 190 || this.phonePlane ? `the answer for every ${inputs}` : `for every ${inputs}`;
    const name = numOutputs > 1 ? words.replace("the answer", "the class") : words;
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

  /** @param {string} name */
  box(name) {
    const group = svg("g", {}, this.boxes);
    this.picture.boxes.set(name, group);
    return group;
  }

  /**
   * @param {Element} parent
   * @param {string} key
   * @param {number} right
   * @param {number} base
   * @param {number} width
   * @param {boolean} canChange
   */
  cell(parent, key, right, base, width, canChange) {
    const isBig = key === "L";
    const group = svg("g", { class: "cell", role: "button", tabindex: -1, "data-key": key }, parent);
    const height = isBig ? 21 : Math.min(this.level.isCard ? this.row : 14, 16);
    svg("rect", { x: right - width, y: base - (isBig ? 16 : 12), width: width + 3, height }, group);
    const text = svg("text", { x: right, y: base, "text-anchor": "end", class: isBig ? "big" : "" }, group);
    if (canChange) {
      const from = right - Math.min(width, key.startsWith("w") ? 44 : 28);
      svg("line", { class: "under", x1: from, x2: right, y1: base + 3, y2: base + 3 }, group);
    }
    this.picture.cells.set(key, { key, group, text, canChange, x: right - width / 2, y: base });
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} i
   * @param {number} x
   * @param {number} y
   */
  edge(l, j, i, x, y) {
    const [fromX, fromY] = this.ends[l - 1][i];
    const middle = (fromX + x) / 2;
    const d = `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${y} ${x} ${y}`;
    this.picture.edges.push({ l, j, i, d, element: svg("path", { class: "edge", d }, this.edges) });
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} x
   * @param {number} y
   * @param {number} size
   */
  tile(l, j, x, y, size) {
    this.picture.tiles.push({ l, j, canvas: this.canvas("", x, y, size, 22) });
  }

  /**
   * @param {string} name
   * @param {number} x
   * @param {number} y
   * @param {number} size
   * @param {number} pixels
   */
  canvas(name, x, y, size, pixels) {
    const canvas = html("canvas", { class: name, width: pixels, height: pixels, "aria-hidden": "true" }, this.host);
    const { zoom } = this;
    const [left, top, side] = [x, y, size].map((length) => `${length * zoom}px`);
    Object.assign(canvas.style, { left, top, width: side, height: side, pointerEvents: name ? "" : "none" });
    return canvas;
  }
}
