// Curves: an activation function with its slope, the loss, the loss along one weight. The engine computes every point.
import { svg } from "./dom.js";
import { app, exampleShown, meanLoss } from "./app.js";
import { short } from "./numbers.js";

const POINTS = 80;
const LEFT = 40; // for the numbers of the axis
const BOTTOM = 20;
const REACH = 4; // how far to each side of a weight the loss is drawn
const WORK_FOR_MEAN = 3e7; // products; beyond, the mean of all examples is left out

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{low: number, high: number}} Range */

/** A frame with axes, which turns numbers into places. */
class Chart {
  /**
   * @param {Element} host
   * @param {{width: number, height: number, label: string}} size
   * @param {Range} across
   * @param {Range} up
   */
  constructor(host, { width, height, label }, across, up) {
    this.width = width;
    this.height = height;
    this.across = across;
    this.up = up;
    this.root = svg("svg", { width, height, role: "img", "aria-label": label }, host);
    svg("path", { class: "wire", d: `M${LEFT} 8V${height - BOTTOM}H${width - 8}` }, this.root);
    this.text(LEFT - 5, 17, "end", tick(up.high));
    this.text(LEFT - 5, height - BOTTOM, "end", tick(up.low));
  }

  /** @param {number} value */
  x(value) {
    return LEFT + ((this.width - LEFT - 10) * (value - this.across.low)) / (this.across.high - this.across.low);
  }

  /** @param {number} value */
  y(value) {
    const part = (value - this.up.low) / (this.up.high - this.up.low);
    return 8 + (this.height - BOTTOM - 8) * (1 - Math.max(-0.1, Math.min(1.05, part)));
  }

  /**
   * The value at a place across.
   * @param {number} place
   */
  valueAt(place) {
    const part = (place - LEFT) / (this.width - LEFT - 10);
    return this.across.low + (this.across.high - this.across.low) * part;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} anchor
   * @param {string} text
   */
  text(x, y, anchor, text) {
    svg("text", { class: "soft", x, y, "text-anchor": anchor }, this.root, text);
  }

  /**
   * @param {number[]} values
   * @param {string} name what stands in the middle
   */
  marks(values, name) {
    for (const value of values) this.text(this.x(value), this.height - 5, "middle", tick(value));
    if (name) this.text(this.x((this.across.low + this.across.high) / 2), this.height - 5, "middle", name);
  }

  /**
   * @param {Point[]} points
   * @param {string} kind "line" or "dashes"
   */
  line(points, kind = "line") {
    const d = points.map(({ x, y }, q) => `${q ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`).join("");
    svg("path", { class: `curve ${kind}`, d }, this.root);
  }

  /**
   * A short line with the slope of the curve at a point.
   * @param {Point} at
   * @param {number} slope
   */
  tangent({ x, y }, slope) {
    const across = (this.across.high - this.across.low) / 5;
    const up = (this.up.high - this.up.low) / 3 / Math.max(1e-9, Math.abs(slope));
    const reach = Math.min(across, up);
    const [x1, x2] = [x - reach, x + reach].map((value) => this.x(value));
    const [y1, y2] = [y - slope * reach, y + slope * reach].map((value) => this.y(value));
    svg("line", { class: "tangent", x1, x2, y1, y2 }, this.root);
  }

  /**
   * @param {Point} at
   * @param {boolean} isHollow
   */
  dot({ x, y }, isHollow = false) {
    const attributes = { cx: this.x(x), cy: this.y(y), r: 5.5, class: isHollow ? "dot hollow" : "dot" };
    svg("circle", attributes, this.root);
  }
}

/**
 * A number at an axis: short enough for its place.
 * @param {number} value
 */
function tick(value) {
  const size = Math.abs(value);
  if (size >= 1000) return short(value);
  return String(Number(value.toFixed(size >= 10 ? 0 : size >= 0.1 || value === 0 ? 2 : 3))).replace("-", "−");
}

/**
 * Evenly spread values.
 * @param {Range} range
 */
function spread({ low, high }) {
  return Array.from({ length: POINTS + 1 }, (_, q) => low + ((high - low) * q) / POINTS);
}

/**
 * Move one parameter through a range, all else as it is; `look` sees the weights with each value.
 * @template Seen
 * @param {number} k
 * @param {number[]} values
 * @param {(parameters: Float64Array, value: number) => Seen} look
 */
function along(k, values, look) {
  const parameters = app.moment.parameters.slice();
  return values.map((value) => {
    parameters[k] = value;
    return look(parameters, value);
  });
}

/**
 * Range of some points, with room above and below.
 * @param {Point[]} points
 * @param {number} least
 * @returns {Range}
 */
function around(points, least) {
  const heights = points.map(({ y }) => y).filter(Number.isFinite);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const room = Math.max(least, (high - low) * 0.14);
  return { low: low - room, high: high + room };
}

/**
 * An activation function, through a neuron whose bias moves: a over z, with the tangent at the neuron's own z.
 * @param {Element} host
 * @param {{width: number, height: number}} size
 * @param {number} l
 * @param {number} j
 * @param {boolean} withSlope
 */
export function drawActivation(host, size, l, j, withSlope) {
  const { network, moment } = app;
  const at = { x: network.value(`z:${l}:${j}`, moment), y: network.value(`a:${l}:${j}`, moment) };
  const reach = Math.max(6, Math.abs(at.x) * 1.15);
  const range = { low: -reach, high: reach };
  const k = network.at(l, j, network.sizes[l - 1]);
  const biases = spread(range).map((z) => moment.parameters[k] + z - at.x);
  const variables = network.newVariables();
  const points = along(k, biases, (parameters) => {
    network.engine.forward(parameters, moment.example.x, variables);
    return { x: variables[network.places.z[l][j]], y: variables[network.places.a[l][j]] };
  });
  const label = `The curve of ${network.acts[l]}`;
  const chart = new Chart(host, { ...size, label }, range, around(points, 0.05));
  svg("path", { class: "wire thin", d: `M${chart.x(0)} 8V${size.height - BOTTOM}` }, chart.root);
  chart.line(points);
  if (withSlope) chart.tangent(at, network.value(`ds:${l}:${j}`, moment));
  else {
    const d = `M${chart.x(at.x)} ${size.height - BOTTOM}V${chart.y(at.y)}H${LEFT}`;
    svg("path", { class: "curve guide", d }, chart.root);
  }
  chart.dot(at);
  chart.marks([-Math.floor(reach * 0.8), 0, Math.floor(reach * 0.8)], "");
  chart.text(size.width - 10, size.height - 5, "end", "z");
}

/**
 * The loss over one output, through the output's bias.
 * @param {Element} host
 * @param {{width: number, height: number}} size
 * @param {number} o
 * @param {boolean} withSlope
 */
export function drawLoss(host, size, o, withSlope) {
  const { network, moment } = app;
  const l = network.top;
  const { x, y } = moment.example;
  const at = { x: network.value(`a:${l}:${o}`, moment), y: network.value("L", moment) };
  const z = network.value(`z:${l}:${o}`, moment);
  const reach = network.acts[l] === "identity" ? Math.max(3, Math.abs(z - y[o]) * 1.6) : 9;
  const k = network.at(l, o, network.sizes[l - 1]);
  const centre = network.acts[l] === "identity" ? (network.loss.name === "mse" ? y[o] : z) : 0;
  const biases = spread({ low: centre - reach, high: centre + reach }).map((value) => moment.parameters[k] + value - z);
  const variables = network.newVariables();
  const points = along(k, biases, (parameters) => {
    network.engine.forward(parameters, x, variables);
    return { x: variables[network.places.a[l][o]], y: network.engine.loss(parameters, x, y) };
  });
  const outputs = [...points.map((point) => point.x), at.x];
  const range = { low: Math.min(...outputs), high: Math.max(...outputs) };
  const up = around([...points, at], 0.01);
  const chart = new Chart(host, { ...size, label: "The loss over the output" }, range, { low: Math.min(0, up.low), high: up.high });
  chart.line(points);
  if (withSlope) chart.tangent(at, network.value(`da:${l}:${o}`, moment));
  chart.dot(at);
  const name = network.numOutputs > 1 ? `output ${o}` : "output";
  chart.marks([range.low + (range.high - range.low) * 0.06, range.high - (range.high - range.low) * 0.06], name);
}

/**
 * The loss of this example over one weight, and the step that the weight takes.
 * @param {Element} host
 * @param {{width: number, height: number}} size
 * @param {number} k
 */
export function drawStep(host, size, k) {
  const { network, moment } = app;
  const { x, y } = moment.example;
  const [from, to] = [moment.parameters[k], moment.next[k]];
  const reach = Math.max(0.6, Math.abs(to - from) * 4);
  const lossAt = (/** @type {Float64Array} */ parameters) => network.engine.loss(parameters, x, y);
  const range = { low: from - reach, high: from + reach };
  const points = along(k, spread(range), (parameters, value) => ({ x: value, y: lossAt(parameters) }));
  const [start, end] = along(k, [from, to], (parameters, value) => ({ x: value, y: lossAt(parameters) }));
  const chart = new Chart(host, { ...size, label: "The loss along this weight" }, range, around(points, 0.02));
  chart.line(points);
  const gradients = new Float64Array(network.numParameters);
  network.engine.addGradients(moment.variables, gradients);
  chart.tangent(start, gradients[k]);
  chart.dot(start, true);
  chart.dot(end);
  chart.marks([from - reach * 0.8, from + reach * 0.8], "");
}

/**
 * The loss over one weight, of this example and, where there is time, the mean of all; the chart can be dragged.
 * @param {Element} host
 * @param {{width: number, height: number}} size
 * @param {number} k
 * @param {number} middle
 * @param {string} name
 */
export function drawSlice(host, size, k, middle, name) {
  const { network, moment, plan } = app;
  const { x, y } = exampleShown();
  const range = { low: middle - REACH, high: middle + REACH };
  const values = spread(range);
  const one = along(k, values, (p, value) => ({ x: value, y: network.engine.loss(p, x, y) }));
  const isQuick = plan.examples.length * network.numParameters * POINTS < WORK_FOR_MEAN;
  const all = isQuick ? along(k, values, (p, value) => ({ x: value, y: meanLoss(p) })) : [];
  const up = around([...one, ...all], 0.02);
  if (up.low < up.high * 0.35) up.low = 0;
  const chart = new Chart(host, { ...size, label: `The loss for other values of ${name}` }, range, up);
  chart.root.classList.add("draggable");
  if (isQuick) chart.line(all, "dashes");
  chart.line(one);
  const at = { x: moment.parameters[k], y: network.value("L", moment) };
  const gradients = new Float64Array(network.numParameters);
  network.engine.addGradients(moment.variables, gradients);
  chart.tangent(at, gradients[k]);
  chart.dot(at);
  chart.marks([Math.ceil(range.low), Math.round(middle), Math.floor(range.high)], "");
  return { chart, isQuick };
}
