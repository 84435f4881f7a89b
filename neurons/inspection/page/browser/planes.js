// What a neuron or the whole network answers for all inputs: a plane of colours for two inputs, a curve for one.
import { svg } from "./dom.js";
import { NUM_CLASS_COLOURS, rangeOf, shade, shadeClass } from "./colours.js";
import { inShort } from "./names.js";
import { largestIndex } from "./network.js";

const MARGIN = 0.3; // around the examples, of their range
const MANY = 24; // points; more are drawn smaller

/** The part of the inputs that the planes show. */
export class Planes {
  /**
   * @param {Example[]} examples
   * @param {import("./network.js").Network} network
   * @param {boolean} isFrozen there is no engine that could answer
   */
  constructor(examples, network, isFrozen) {
    this.network = network;
    this.examples = examples;
    this.isFrozen = isFrozen;
    /** @type {[number, number][]} */
    this.ranges = [0, 1].map((i) => rangeAround(examples.map(({ x }) => x[i] ?? 0)));
    this.labels = rangeAround(examples.flatMap(({ y }) => Array.from(y)));
    this.variables = network.newVariables();
    this.point = new Float64Array(network.numInputs);
  }

  /** Whether a neuron's answers for all inputs can be drawn. */
  get isDrawn() {
    return this.network.numInputs <= 2 && !this.isFrozen;
  }

  /** Whether the network's can: one or two inputs, and outputs that colours can tell apart. */
  get isShown() {
    const { numInputs, numOutputs, classes } = this.network;
    if (!this.isDrawn) return false;
    if (numInputs === 2) return numOutputs === 1 || (classes !== null && numOutputs <= NUM_CLASS_COLOURS);
    return numOutputs === 1;
  }

  /**
   * @param {number} i
   * @param {number} part from 0 to 1
   */
  at(i, part) {
    const [low, high] = this.ranges[i];
    return low + (high - low) * part;
  }

  /**
   * @param {number} i
   * @param {number} value
   */
  part(i, value) {
    const [low, high] = this.ranges[i];
    return (value - low) / (high - low);
  }

  /**
   * The small planes, one per neuron.
   * @param {Tile[]} tiles
   * @param {Float64Array} parameters
   */
  paintTiles(tiles, parameters) {
    if (!tiles.length) return;
    if (this.network.numInputs === 1) return this.paintCurves(tiles, parameters);
    const { network, point, variables } = this;
    const size = tiles[0].canvas.width;
    const contexts = tiles.map(({ canvas }) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
    const images = contexts.map((context) => context.createImageData(size, size));
    const ranges = tiles.map(({ l }) => rangeOf(network.acts[l]));
    const places = tiles.map(({ l, j }) => network.places.a[l][j]);
    for (let row = 0; row < size; row++) {
      point[1] = this.at(1, 1 - (row + 0.5) / size);
      for (let column = 0; column < size; column++) {
        point[0] = this.at(0, (column + 0.5) / size);
        network.engine.forward(parameters, point, variables);
        for (let q = 0; q < places.length; q++) {
          shade((variables[places[q]] - ranges[q][0]) / ranges[q][1], images[q].data, (row * size + column) * 4);
        }
      }
    }
    contexts.forEach((context, q) => context.putImageData(images[q], 0, 0));
  }

  /**
   * With one input: each neuron's activation as a curve.
   * @param {Tile[]} tiles
   * @param {Float64Array} parameters
   */
  paintCurves(tiles, parameters) {
    const { network, point, variables } = this;
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--ink");
    for (const { l, j, canvas } of tiles) {
      const scale = 4;
      const size = 22 * scale;
      canvas.width = canvas.height = size;
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const [middle, half] = rangeOf(network.acts[l]);
      context.strokeStyle = colour;
      context.lineWidth = 3;
      context.beginPath();
      for (let c = 0; c <= size; c++) {
        point[0] = this.at(0, c / size);
        network.engine.forward(parameters, point, variables);
        const value = (variables[network.places.a[l][j]] - middle) / half;
        context.lineTo(c, (size / 2) * (1 - 0.85 * Math.max(-1.1, Math.min(1.1, value))));
      }
      context.stroke();
    }
  }

  /**
   * The large plane, with the examples and a ring around the one shown.
   * @param {NonNullable<Picture["plane"]>} plane
   * @param {Float64Array} parameters
   * @param {Example} shown
   */
  paintPlane(plane, parameters, shown) {
    plane.marks.textContent = "";
    if (this.network.numInputs === 1) return this.paintFunction(plane, parameters, shown);
    const { canvas, marks, size } = plane;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const pixels = canvas.width;
    const image = context.createImageData(pixels, pixels);
    const grid = this.paintAnswers(image, pixels, parameters);
    context.putImageData(image, 0, 0);
    const line = { fill: "none", stroke: "var(--ink)", "stroke-width": 1.6, "stroke-dasharray": "5 3", opacity: 0.75 };
    const boundary = contour(grid, pixels, size);
    svg("path", { d: boundary, ...line }, marks);
    if (boundary === "" && this.network.numOutputs === 1 && this.network.classes) {
      const where = grid[0] > 0 ? "above" : "below";
      const style = `font-size:${Math.min(12, (size - 8) / 7)}px`; // of eleven letters
      [`${where} ${inShort(this.boundary)}`, "everywhere"].forEach((text, q) => {
        svg("text", { class: "haloed", x: size / 2, y: size / 2 - 4 + 15 * q, "text-anchor": "middle", style }, marks, text);
      });
    }
    for (const example of this.examples) this.drawPoint(marks, size, example);
    const [cx, cy] = [this.part(0, shown.x[0]) * size, (1 - this.part(1, shown.x[1])) * size];
    svg("circle", { cx, cy, r: 11, fill: "none", stroke: "var(--ink)", "stroke-width": 2.5 }, marks);
  }

  /**
   * Colour the plane; returns what changes its sign at the boundary.
   * @param {ImageData} image
   * @param {number} pixels
   * @param {Float64Array} parameters
   */
  paintAnswers(image, pixels, parameters) {
    const { network, point } = this;
    const grid = new Float32Array(pixels * pixels);
    for (let row = 0, at = 0; row < pixels; row++) {
      point[1] = this.at(1, 1 - (row + 0.5) / pixels);
      for (let column = 0; column < pixels; column++, at++) {
        point[0] = this.at(0, (column + 0.5) / pixels);
        const answers = network.engine.predict(parameters, point);
        if (answers.length > 1) {
          const best = largestIndex(answers);
          const floor = 1 / answers.length;
          shadeClass(best, Math.max(0.12, (answers[best] - floor) / (1 - floor)), image.data, at * 4);
          grid[at] = 1;
        } else {
          grid[at] = this.signed(answers[0]);
          shade(grid[at], image.data, at * 4);
        }
      }
    }
    return grid;
  }

  /** The answer between the two classes, or between the lowest and the highest label. */
  get boundary() {
    if (this.network.loss.name !== "mse") return 0.5; // a probability
    const [low, high] = this.labels;
    return this.network.classes?.outputBoundary ?? (low + high) / 2;
  }

  /**
   * An answer as a colour from -1 to 1, 0 at the boundary.
   * @param {number} answer
   */
  signed(answer) {
    if (this.network.loss.name !== "mse") return answer * 2 - 1;
    const [low, high] = this.labels;
    const half = ((high - low) / (1 + 2 * MARGIN)) * 0.5;
    return (answer - this.boundary) / half;
  }

  /**
   * @param {SVGSVGElement} marks
   * @param {number} size
   * @param {Example} example
   */
  drawPoint(marks, size, { x, y }) {
    const { network } = this;
    const radius = this.examples.length > MANY ? 3.6 : 6.5;
    const cx = this.part(0, x[0]) * size;
    const cy = (1 - this.part(1, x[1])) * size;
    const edge = { stroke: "var(--card)", "stroke-width": radius > 5 ? 2 : 1 };
    if (network.numOutputs > 1) return drawForm(marks, largestIndex(y), cx, cy, radius, edge);
    const isOne = network.classes ? y[0] > (network.classes.labelBoundary ?? 0.5) : this.signed(y[0]) > 0;
    const square = { x: cx - radius + 0.5, y: cy - radius + 0.5, width: 2 * radius - 1, height: 2 * radius - 1 };
    if (isOne) svg("circle", { cx, cy, r: radius, fill: "var(--plus)", ...edge }, marks);
    else svg("rect", { ...square, fill: "var(--minus)", ...edge }, marks);
  }

  /**
   * One input: the output as a curve over it, with the examples as points.
   * @param {NonNullable<Picture["plane"]>} plane
   * @param {Float64Array} parameters
   * @param {Example} shown
   */
  paintFunction({ marks, size }, parameters, shown) {
    const { network, point } = this;
    const [low, high] = this.labels;
    const height = (/** @type {number} */ value) => (1 - (value - low) / (high - low)) * size;
    let d = "";
    for (let c = 0; c <= size; c += 2) {
      point[0] = this.at(0, c / size);
      const y = height(network.engine.predict(parameters, point)[0]);
      d += `${c ? "L" : "M"}${c} ${Math.max(-2, Math.min(size + 2, y)).toFixed(1)}`;
    }
    const radius = this.examples.length > MANY ? 3 : 5;
    for (const { x, y } of this.examples) {
      svg("circle", { cx: this.part(0, x[0]) * size, cy: height(y[0]), r: radius, fill: "var(--minus)" }, marks);
    }
    svg("path", { d, fill: "none", stroke: "var(--plus)", "stroke-width": 2.5 }, marks);
    const cx = this.part(0, shown.x[0]) * size;
    const answer = network.engine.predict(parameters, shown.x)[0];
    const link = { stroke: "var(--ink)", "stroke-width": 1.5, "stroke-dasharray": "3 3" };
    svg("line", { x1: cx, x2: cx, y1: height(answer), y2: height(shown.y[0]), ...link }, marks);
    svg("circle", { cx, cy: height(answer), r: 9, fill: "none", stroke: "var(--ink)", "stroke-width": 2.5 }, marks);
  }
}

/**
 * @param {number[]} values
 * @returns {[number, number]}
 */
function rangeAround(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return [low - 1, low + 1];
  const margin = (high - low) * MARGIN;
  return [low - margin, high + margin];
}

/**
 * A point whose form says its class.
 * @param {SVGSVGElement} marks
 * @param {number} classIndex
 * @param {number} cx
 * @param {number} cy
 * @param {number} r
 * @param {Record<string, string | number>} edge
 */
function drawForm(marks, classIndex, cx, cy, r, edge) {
  const fill = `var(--class-${classIndex % NUM_CLASS_COLOURS})`;
  const corners = [0, 4, 3, 4, 5, 6][classIndex % NUM_CLASS_COLOURS]; // a circle, a square, a triangle, a diamond, ...
  if (corners === 0) {
    svg("circle", { cx, cy, r, fill, ...edge }, marks);
    return;
  }
  const turn = classIndex % NUM_CLASS_COLOURS === 1 ? Math.PI / 4 : 0;
  const points = Array.from({ length: corners }, (_, q) => {
    const angle = turn - Math.PI / 2 + (2 * Math.PI * q) / corners;
    return `${(cx + 1.25 * r * Math.cos(angle)).toFixed(1)},${(cy + 1.25 * r * Math.sin(angle)).toFixed(1)}`;
  });
  svg("polygon", { points: points.join(" "), fill, ...edge }, marks);
}

/**
 * Where a grid of numbers changes its sign, as a path.
 * @param {Float32Array} grid
 * @param {number} n
 * @param {number} size
 */
export function contour(grid, n, size) {
  const cut = (/** @type {number} */ a, /** @type {number} */ b) => a / (a - b);
  const place = (/** @type {number} */ v) => (((v + 0.5) / n) * size).toFixed(1);
  let d = "";
  for (let row = 0; row < n - 1; row++) {
    for (let column = 0; column < n - 1; column++) {
      const [a, b] = [grid[row * n + column], grid[row * n + column + 1]];
      const [e, f] = [grid[(row + 1) * n + column], grid[(row + 1) * n + column + 1]];
      /** @type {[number, number][]} */
      const points = [];
      if (a > 0 !== b > 0) points.push([column + cut(a, b), row]);
      if (b > 0 !== f > 0) points.push([column + 1, row + cut(b, f)]);
      if (e > 0 !== f > 0) points.push([column + cut(e, f), row + 1]);
      if (a > 0 !== e > 0) points.push([column, row + cut(a, e)]);
      for (let q = 0; q + 1 < points.length; q += 2) {
        const [[x1, y1], [x2, y2]] = [points[q], points[q + 1]];
        d += `M${place(x1)} ${place(y1)}L${place(x2)} ${place(y2)}`;
      }
    }
  }
  return d;
}
