// The picture of the network: built for one size of the page, then refreshed with the numbers of each moment.
import { announce, byId, isCalm, isFixed, isPhone, put } from "./dom.js";
import { app, exampleShown, parametersShown, valueNow, valueOf } from "./app.js";
import { Cards } from "./cards.js";
import { Dots } from "./dots.js";
import { Planes } from "./planes.js";
import { Shape, chooseLevel } from "./levels.js";
import { cellOf } from "./walk.js";
import { long, short, signClass } from "./numbers.js";
import { inShort, nameOf } from "./names.js";
import { partsOf } from "./network.js";
import { rangeOf, readColours, shade, shadeAsText } from "./colours.js";

const MANY_EDGES = 80; // thinner, so that one sees the strong ones
const SIGNED = /^(w|g|da|ds|dz)/;

export const view = {
  /** @type {Picture} */
  picture: /** @type {any} */ (null),
  /** @type {Planes} */
  planes: /** @type {any} */ (null),
  builtFor: "",
};

/** What the picture depends on beside the numbers. */
export function sizeNow() {
  const { clientWidth, clientHeight } = byId("picture");
  return `${innerWidth}x${innerHeight}x${clientWidth}x${isFixed() ? clientHeight : 0}`; // a page that scrolls makes the height
}

/** What the planes show never changes: once, before anything is drawn. */
export function preparePlanes() {
  view.planes = new Planes(app.plan.examples, app.network, app.data.frozen !== undefined);
  readColours();
}

export function buildPicture() {
  const { network, data } = app;
  const host = byId("picture");
  const focus = view.picture?.focus;
  host.textContent = "";
  host.style.height = "";
  readColours();
  const isLive = app.mode === "live";
  const shape = new Shape(network.sizes, network.loss.name, view.planes.isDrawn, view.planes.isShown);
  const room = { width: host.clientWidth, height: host.clientHeight, isFixed: isFixed(), isPhone: isPhone() };
  const choice = data.image ? null : chooseLevel(shape, { ...room, isLarge: app.isLarge, isLive });
  view.picture = choice
    ? new Cards(host, network, shape, choice, isLive).draw()
    : new Dots(host, network, data.image, isLive).draw();
  const { picture } = view;
  picture.focus = picture.cells.has(focus) ? focus : (picture.cells.keys().next().value ?? "");
  view.builtFor = sizeNow();
}

/** Whether the picture shows all numbers of a neuron; else the side does, for one neuron. */
export function showsEverything() {
  return view.picture.cells.has("g:1:0:0");
}

/** The number of a cell as the picture writes it. */
function cellText(/** @type {string} */ key) {
  const value = valueOf(key.replace("text:", ""));
  return /^[xy]:/.test(key) && value !== undefined ? inShort(value) : short(value);
}

export function refreshPicture() {
  const { picture, planes } = view;
  const isStep = app.mode === "step";
  const event = isStep ? app.events[app.line] : null;
  refreshCells(event && event.result !== "" ? cellOf(event.result) : "");
  const parameters = parametersShown();
  refreshEdges(parameters, event);
  for (const [name, box] of picture.boxes) {
    const isLoss = name === "loss" && event?.phase === 1 && event.fn >= 0;
    box.classList.toggle("active", isLoss || (event !== null && event.layer > 0 && name === `${event.layer}:${event.neuron}`));
  }
  const way = event ? wayOf(event) : null;
  picture.halo.setAttribute("d", way ? way.line.d : "");
  picture.path.setAttribute("d", app.selected ? pathToLoss(app.selected) : "");
  if (planes.isDrawn) planes.paintTiles(picture.tiles, parameters);
  else for (const { l, j, canvas } of picture.tiles) canvas.style.background = colourOf(`a:${l}:${j}`);

  if (picture.plane) planes.paintPlane(picture.plane, parameters, exampleShown());
  if (picture.image) paintImage(picture.image.canvas);
  refreshDots();
}

/** @param {string} fresh the key of the cell that this line calculates */
function refreshCells(fresh) {
  const { picture } = view;
  const isStep = app.mode === "step";
  for (const { group, text, key, canChange } of picture.cells.values()) {
    const value = valueOf(key);
    put(text, cellText(key));
    const sign = SIGNED.test(key) && value ? signClass(value) : "";
    const edit = canChange && !isStep;
    const classes = ["cell", edit && "edit", sign, key === fresh && "fresh", app.selected === key && "selected"];
    group.setAttribute("class", classes.filter(Boolean).join(" "));
    if (!group.hasAttribute("role")) continue;
    group.setAttribute("tabindex", key === picture.focus ? "0" : "-1");
    const words = value === undefined ? "not calculated yet" : long(value);
    group.setAttribute("aria-label", `${nameOf(key, app.network)}: ${words}${edit ? ". Plus and minus change it." : ""}`);
  }
}

/**
 * @param {Float64Array} parameters
 * @param {WalkEvent | null} event
 */
function refreshEdges(parameters, event) {
  const { network } = app;
  const { edges } = view.picture;
  const kind = event ? "weights" : app.edges;
  const values = edges.map(({ l, j, i }) => {
    if (kind === "weights") return parameters[network.at(l, j, i)];
    if (kind === "back") return valueNow(`s:${l}:${j}:${i}`);
    return valueNow(`w:${l}:${j}:${i}`) * valueNow(`a:${l - 1}:${i}`);
  });
  const largest = Math.max(kind === "weights" ? 0.5 : 1e-12, ...values.map(Math.abs));
  const least = edges.length > MANY_EDGES ? 0.3 : 1;
  const chosen = view.picture.level === "dots" ? neuronChosen() : null;
  edges.forEach(({ l, j, i, element }, q) => {
    const runs = event && event.layer > 0 && event.phase !== 1 && !(event.layer === l && event.neuron === j);
    const isFar = chosen && !(chosen.l === l && chosen.j === j) && !(chosen.l === l - 1 && chosen.j === i);
    element.setAttribute("class", `edge ${signClass(values[q])}${runs || isFar ? " dim" : ""}`);
    element.setAttribute("stroke-width", (least + 4 * Math.min(1, Math.abs(values[q]) / largest)).toFixed(2));
  });
}

function refreshDots() {
  for (const { shape, key } of view.picture.dots) shape.style.fill = colourOf(key);
}

/**
 * The colour of an input or an activation; of an output, its probability's.
 * @param {string} key
 */
function colourOf(key) {
  const { network } = app;
  const [, l, j] = partsOf(key);
  const isProbability = l === network.top && key.startsWith("a") && network.loss.name.endsWith("cross_entropy");
  const value = valueOf(isProbability ? `p:${j}` : key);
  const [middle, half] = key.startsWith("x") || isProbability ? [0, 1] : rangeOf(network.acts[l]);
  return value === undefined ? "var(--card)" : shadeAsText((value - middle) / half);
}

/** @param {HTMLCanvasElement} canvas */
function paintImage(canvas) {
  const { highest } = app.data.image ?? { highest: 1 };
  paintNumbers(canvas, exampleShown().x, highest);
}

/**
 * Numbers as an image, one pixel each; `most` gets the full colour.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} numbers
 * @param {number} most
 */
export function paintNumbers(canvas, numbers, most) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < numbers.length; i++) shade(numbers[i] / (most || 1), image.data, i * 4);
  context.putImageData(image, 0, 0);
}

/** The neuron that the side shows where the picture has dots only: the chosen or the running one. */
export function neuronChosen() {
  const key = app.selected;
  if (key && /^[a-z]+:\d+:\d+/.test(key) && !key.startsWith("y")) {
    const [, l, j] = partsOf(key);
    return l > 0 ? { l, j } : null;
  }
  const event = app.mode === "step" ? app.events[app.line] : null;
  if (event && event.layer > 0 && event.neuron >= 0 && event.layer <= app.network.top) {
    return { l: event.layer, j: event.neuron };
  }
  return null;
}

/**
 * What travels with a line, and on which line of the picture: an activation forward, or a share of the blame back.
 * @param {WalkEvent} event
 * @returns {{line: {d: string, element: SVGPathElement}, value: number, isBack: boolean} | null}
 */
export function wayOf(event) {
  const { network } = app;
  const { edges, wires } = view.picture;
  const [what, l, j, i] = partsOf(event.result);
  const find = (/** @type {number} */ input) => edges.find((edge) => edge.l === l && edge.j === j && edge.i === input);
  if (what === "z" && i > 0) {
    const line = find(i - 1);
    return line ? { line, value: valueNow(`a:${l - 1}:${i - 1}`), isBack: false } : null;
  }
  if (what === "s") {
    const line = find(i);
    return line ? { line, value: valueNow(event.result), isBack: true } : null;
  }
  if (what === "da" && l === network.top && wires[j]) return { line: wires[j], value: valueNow(event.result), isBack: true };
  if ((what === "e" || (what === "E" && l >= 0)) && wires[l]) {
    return { line: wires[l], value: valueNow(`a:${network.top}:${l}`), isBack: false };
  }
  return null;
}

/**
 * From a weight, or a neuron's number, to the loss: every line on the way.
 * @param {string} key
 */
function pathToLoss(key) {
  const [what, l, j, i] = partsOf(key);
  if (!/^(w|g|a|z|da|ds|dz)$/.test(what) || l < 1) return "";
  const { edges, wires } = view.picture;
  const parts = [];
  if (i >= 0) for (const edge of edges) if (edge.l === l && edge.j === j && edge.i === i) parts.push(edge.d);
  let from = new Set([j]);
  for (let layer = l + 1; layer <= app.network.top; layer++) {
    for (const edge of edges) if (edge.l === layer && from.has(edge.i)) parts.push(edge.d);
    from = new Set(Array.from({ length: app.network.sizes[layer] }, (_, q) => q));
  }
  wires.forEach(({ d }, o) => {
    if (from.has(o)) parts.push(d);
  });
  return parts.join("");
}

/**
 * Give the focus to a number of the picture.
 * @param {string} key
 */
export function focusCell(key) {
  view.picture.cells.get(key)?.group.focus({ preventScroll: isFixed() || isCalm() });
}

/** Say that numbers change in Live only. */
export function sayNumbersAreFixed() {
  put(byId("more"), "You can change numbers in the mode Live.");
  announce("You can change numbers in the mode Live.");
}
