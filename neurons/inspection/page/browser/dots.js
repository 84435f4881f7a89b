// A larger network: a dot per neuron, which gets the colour of its activation. Inputs that are an image are shown as one.
import { html, isFixed, svg } from "./dom.js";
import { HEAD } from "./levels.js";
import { newPicture } from "./drawing.js";

const MOST_EDGES = 600; // lines between two layers; more would not be a picture
const TOP = HEAD + 11; // a number stands above each neuron
const LOSS = { width: 112, height: 58 };
const ROOM_FOR_NAMES = { wide: 92, narrow: 74 }; // right of the outputs
const HEIGHT = { flow: 380, phone: 330 };

/** Draws the whole network, from left to right. */
export class Dots {
  /**
   * @param {HTMLElement} host
   * @param {import("./network.js").Network} network
   * @param {PageData["image"]} image
   * @param {boolean} isLive
   */
  constructor(host, network, image, isLive) {
    this.host = host;
    this.network = network;
    this.image = image;
    this.width = host.clientWidth;
    this.isNarrow = this.width < 520;
    const foot = isFixed() && isLive ? 34 : 0;
    this.height = isFixed() ? host.clientHeight : this.isNarrow ? HEIGHT.phone : HEIGHT.flow;
    host.style.height = isFixed() ? "" : `${this.height}px`;
    this.span = this.height - TOP - 12 - foot;
    this.middle = TOP + this.span / 2;
    this.picture = newPicture(host, network, "dots", 1, this.width, this.height);
    this.edges = svg("g", {}, this.picture.root);
    this.edges.append(this.picture.halo, this.picture.path);
    this.boxes = svg("g", {}, this.picture.root);
    /** The middle and the radius of each neuron. @type {[number, number, number][][]} */
    this.ends = [];
  }

  draw() {
    const { network, image } = this;
    const loss = this.isNarrow ? 84 : LOSS.width;
    const names = this.isNarrow ? ROOM_FOR_NAMES.narrow : ROOM_FOR_NAMES.wide;
    const first = image ? this.drawImage() : 34;
    const last = this.width - loss - names - (this.isNarrow ? 14 : 44);
    network.sizes.forEach((count, l) => {
      if (l === 0 && image) return;
      const begin = image ? first + 30 : first;
      const steps = image ? network.top - 1 : network.top;
      const at = image ? l - 1 : l;
      const x = steps ? begin + ((last - begin) * at) / steps : (begin + last) / 2;
      this.drawLayer(l, count, x);
    });
    for (let l = image ? 2 : 1; l <= network.top; l++) this.drawEdges(l);
    this.drawLoss(this.width - loss - 1, loss);
    return this.picture;
  }

  /** The inputs as an image; returns its right edge. */
  drawImage() {
    const { width, height } = /** @type {{width: number, height: number}} */ (this.image);
    const size = Math.min(this.isNarrow ? 96 : 190, this.width * 0.26, this.span - 40);
    const [left, top] = [2, this.middle - size / 2];
    const canvas = html("canvas", { class: "big image", width, height, "aria-hidden": "true" }, this.host);
    Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${size}px`, height: `${size}px` });
    svg("text", { class: "head", x: left, y: top - 8 }, this.picture.root, `${width} × ${height} inputs`);
    const frame = { x: left - 1, y: top - 1, width: size + 2, height: size + 2, rx: 5 };
    svg("rect", { ...frame, fill: "none", stroke: "var(--rim)" }, this.picture.root);
    this.picture.image = { canvas };
    this.imageEdge = [left + size, top, size];
    return left + size;
  }

  /**
   * @param {number} l
   * @param {number} count
   * @param {number} x
   */
  drawLayer(l, count, x) {
    const { network, picture } = this;
    const pitch = Math.min(58, this.span / count);
    const radius = Math.min(17, pitch * 0.42);
    this.ends[l] = [];
    const head = l ? network.names[l] : "inputs";
    const short = head.length > 12 ? `${head.slice(0, 11)}…` : head;
    const y = this.isNarrow && l % 2 === 0 ? 10 : 22; // side by side they would meet
    svg("text", { class: "head", x, y, "text-anchor": "middle" }, picture.root, short);
    for (let j = 0; j < count; j++) {
      const middle = this.middle + (j - (count - 1) / 2) * pitch;
      this.ends[l].push([x, middle, radius]);
      this.drawNeuron(l, j, x, middle, radius, pitch);
    }
    if (l === 1 && this.imageEdge) this.drawFunnel();
  }

  /** From the image to the first layer: too many lines to draw each. */
  drawFunnel() {
    const [x, top, size] = /** @type {number[]} */ (this.imageEdge);
    const [first, last] = [this.ends[1][0], this.ends[1][this.ends[1].length - 1]];
    const to = first[0] - first[2] - 4;
    const d = `M${x + 2} ${top}L${to} ${first[1] - first[2]}V${last[1] + last[2]}L${x + 2} ${top + size}Z`;
    svg("path", { d, class: "funnel" }, this.edges);
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {number} pitch
   */
  drawNeuron(l, j, x, y, radius, pitch) {
    const { network, picture } = this;
    const group = svg("g", {}, this.boxes);
    const key = l ? `a:${l}:${j}` : `x:${j}`;
    picture.boxes.set(`${l}:${j}`, group);
    const square = { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
    const shape = l
      ? svg("circle", { class: "box", cx: x, cy: y, r: radius }, group)
      : svg("rect", { class: "box", ...square, rx: 3 }, group);
    picture.dots.push({ shape, key });
    const isOutput = l === network.top;
    if (isOutput) this.drawAnswer(group, j, x + radius + 7, y);
    const cell = svg("g", { class: "cell", role: "button", tabindex: -1, "data-key": key }, group);
    svg("rect", { ...square, style: `rx:${l ? radius : 3}px` }, cell);
    const style = pitch < 34 || isOutput ? "display:none" : "";
    const text = svg("text", { x, y: y - radius - 3, "text-anchor": "middle", class: "haloed", style }, cell);
    picture.cells.set(key, { key, group: cell, text, canChange: l === 0, x, y });
  }

  /**
   * Right of an output: its class, what it says, and the label.
   * @param {SVGGElement} group
   * @param {number} o
   * @param {number} x
   * @param {number} y
   */
  drawAnswer(group, o, x, y) {
    const { network } = this;
    const key = network.loss.name === "mse" ? `a:${network.top}:${o}` : `p:${o}`;
    const names = network.classes?.names;
    const isTight = this.isNarrow || (network.numOutputs > 1 && this.span / network.numOutputs < 30);
    if (names) svg("text", { class: "name", x, y: y + 4 }, group, names[o].slice(0, 8));
    const left = x + (names ? Math.max(...names.map((name) => Math.min(8, name.length))) * 7.4 + 5 : 0);
    if (key.startsWith("p")) {
      const cell = svg("g", { class: "cell", role: "button", tabindex: -1, "data-key": key }, group);
      svg("rect", { x: left - 2, y: y - 9, width: 50, height: 17 }, cell);
      const text = svg("text", { x: left, y: y + 4 }, cell);
      this.picture.cells.set(key, { key, group: cell, text, canChange: false, x: left + 22, y });
    } else {
      const text = svg("text", { x: left, y: y + 4 }, group);
      this.picture.cells.set(`text:${key}`, { key, group, text, canChange: false, x: left, y });
    }
    if (isTight) return;
    svg("text", { class: "soft", x, y: y + 19 }, group, "y");
    const label = svg("g", { class: "cell", role: "button", tabindex: -1, "data-key": `y:${o}` }, group);
    svg("rect", { x: x + 12, y: y + 8, width: 34, height: 14 }, label);
    svg("line", { class: "under", x1: x + 14, x2: x + 44, y1: y + 22, y2: y + 22 }, label);
    const text = svg("text", { x: x + 14, y: y + 19 }, label);
    this.picture.cells.set(`y:${o}`, { key: `y:${o}`, group: label, text, canChange: true, x: x + 28, y: y + 15 });
  }

  /** @param {number} l */
  drawEdges(l) {
    const { network, picture } = this;
    const isDrawn = network.sizes[l] * network.sizes[l - 1] <= MOST_EDGES;
    for (let j = 0; isDrawn && j < network.sizes[l]; j++) {
      for (let i = 0; i < network.sizes[l - 1]; i++) {
        const [fromX, fromY, fromRadius] = this.ends[l - 1][i];
        const [x, y, radius] = this.ends[l][j];
        const middle = (fromX + x) / 2;
        const d = `M${fromX + fromRadius} ${fromY}C${middle} ${fromY} ${middle} ${y} ${x - radius} ${y}`;
        picture.edges.push({ l, j, i, d, element: svg("path", { class: "edge", d }, this.edges) });
      }
    }
  }

  /**
   * @param {number} x
   * @param {number} width
   */
  drawLoss(x, width) {
    const { network, picture } = this;
    const y = this.middle - LOSS.height / 2;
    const group = svg("g", {}, this.boxes);
    picture.boxes.set("loss", group);
    svg("rect", { class: "box", x, y, width, height: LOSS.height, rx: 9 }, group);
    svg("text", { class: "name", x: x + 10, y: y + 20 }, group, "loss L");
    const cell = svg("g", { class: "cell", role: "button", tabindex: -1, "data-key": "L" }, group);
    svg("rect", { x: x + width - 74, y: y + 29, width: 68, height: 21 }, cell);
    const text = svg("text", { class: "big", x: x + width - 9, y: y + 46, "text-anchor": "end" }, cell);
    picture.cells.set("L", { key: "L", group: cell, text, canChange: false, x: x + width / 2, y: y + 40 });
    const names = this.isNarrow ? ROOM_FOR_NAMES.narrow : ROOM_FOR_NAMES.wide;
    for (const [fromX, fromY, radius] of this.ends[network.top]) {
      const from = fromX + radius + names;
      const d = `M${from} ${fromY}L${x} ${this.middle + (fromY - this.middle) * 0.08}`;
      svg("path", { class: "wire", d }, this.edges);
      picture.wires.push({ d, element: svg("path", { d, fill: "none" }, this.edges) });
    }
  }
}
