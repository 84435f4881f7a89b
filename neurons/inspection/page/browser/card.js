// One neuron with its numbers: a card, or, where room is short, a tile with its weights beside it.
import { CARD_PADDING } from "./levels.js";
import { html, svg } from "./dom.js";
import { newPicture } from "./drawing.js";

const LABELS = /** @type {Record<string, string>} */ ({ z: "z", a: "a", da: "dL/da", dz: "dL/dz", p: "p", y: "y" });

/** Draws neurons, their numbers and the lines between them. */
export class NeuronCards {
  /**
   * @param {HTMLElement} host
   * @param {import("./network.js").Network} network
   * @param {import("./levels.js").Shape} shape
   * @param {{level: import("./levels.js").Level, zoom: number, row: number}} choice
   * @param {number} height of the whole picture before the zoom
   */
  constructor(host, network, shape, { level, zoom, row }, height) {
    this.host = host;
    this.network = network;
    this.shape = shape;
    this.level = level;
    this.zoom = zoom;
    this.row = row;
    this.width = host.clientWidth / zoom;
    this.height = height;
    this.heights = shape.sizes.map((_, l) => (l ? shape.height(level, l, row) : 0));
    this.picture = newPicture(host, network, level.name, zoom, this.width, height);
    this.edges = svg("g", {}, this.picture.root);
    this.edges.append(this.picture.halo, this.picture.path);
    this.boxes = svg("g", {}, this.picture.root);
    /** Where the lines of each layer's neurons begin. @type {[number, number][][]} */
    this.ends = [];
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
    svg("text", { class: "name", x: x + 9, y: line(0) }, group, this.clipped(network.neuronName(l, j), Math.floor(level.port / 7.4)));
    for (let i = 0; i <= numInputs; i++) {
      const name = i === numInputs ? "b" : level.isShort ? String(i) : `w[${i}]`;
      svg("text", { class: "soft", x: x + (level.isShort ? 6 : 9), y: line(i + 1) }, group, name);
      this.cell(group, `w:${l}:${j}:${i}`, port - 57, line(i + 1), 44, true);
      this.cell(group, `g:${l}:${j}:${i}`, port, line(i + 1), 51, false);
    }
    const tile = shape.tileSize(level, l);
    const body = port + 9 + (tile ? tile + 10 : 0);
    shape.bodyRows(l).forEach((what, r) => {
      const key = what === "y" || what === "p" ? `${what}:${j}` : `${what}:${l}:${j}`;
      svg("text", { class: `soft label${level.isShort ? " tight" : ""}`, x: body, y: line(r) }, group, LABELS[what]);
      this.cell(group, key, x + width - (level.isShort ? 6 : 7), line(r), 51, what === "y");
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
      svg("text", { class: "soft label", x: body, y: middle + 19 }, group, "dL/dz");
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

  /**
   * A long name, cut.
   * @param {string} name
   * @param {number} most
   */
  clipped(name, most) {
    return name.length > most ? `${name.slice(0, most - 1)}…` : name;
  }
}
