// One neuron at the side, where the picture has no room for its numbers: a table, or three images for many weights.
import { app, valueNow, valueOf } from "./app.js";
import { button, html } from "./dom.js";
import { nameOf } from "./names.js";
import { paintNumbers } from "./picture.js";
import { short } from "./numbers.js";

const MOST_ROWS = 12; // weights; of more, the strongest
const BODY = /** @type {[string, string][]} */ ([["z", "z"], ["a", "a"], ["da", "dL/da"], ["ds", "da/dz"], ["dz", "dL/dz"]]);

/**
 * @param {HTMLElement} box
 * @param {number} l
 * @param {number} j
 * @param {(key: string) => void} choose
 */
export function drawNeuron(box, l, j, choose) {
  html("h2", {}, box, app.network.neuronName(l, j));
  if (l === 1 && app.data.image) drawImages(box, j);
  drawTable(box, l, j, choose);
}

/**
 * @param {HTMLElement} box
 * @param {number} l
 * @param {number} j
 * @param {(key: string) => void} choose
 */
function drawTable(box, l, j, choose) {
  const { network } = app;
  const weights = l === 1 && app.data.image ? strongest(l, j).slice(0, 4) : strongest(l, j);
  const rows = [...weights, network.sizes[l - 1]];
  const table = html("table", { class: "neuron" }, box);
  const head = html("tr", {}, table);
  html("td", {}, head);
  for (const name of ["w", "dL/dw"]) html("th", { scope: "col" }, head, name);
  for (let q = 0; q < 2; q++) html("td", {}, head);
  const event = app.mode === "step" ? app.events[app.line] : null;
  for (let r = 0; r < Math.max(rows.length, BODY.length); r++) {
    const row = html("tr", {}, table);
    const cell = (/** @type {string} */ key) => {
      const value = valueOf(key);
      const place = html("td", { class: event?.result === key ? "fresh" : "" }, row);
      if (value === undefined) return;
      const name = `${nameOf(key, network)}: ${short(value)}. Why?`;
      button(place, short(value), () => choose(key), { class: "plain", "aria-label": name });
    };
    const i = rows[r];
    html("td", {}, row, i === undefined ? "" : i === network.sizes[l - 1] ? "b" : `w[${i}]`);
    if (i === undefined) for (let q = 0; q < 2; q++) html("td", {}, row);
    else for (const what of ["w", "g"]) cell(`${what}:${l}:${j}:${i}`);
    html("td", {}, row, BODY[r]?.[1] ?? "");
    if (BODY[r]) cell(`${BODY[r][0]}:${l}:${j}`);
    else html("td", {}, row);
  }
  if (rows.length - 1 < network.sizes[l - 1]) {
    const all = network.sizes[l - 1];
    html("p", { class: "quiet small" }, box, `Of its ${all} weights, those with the largest input × weight.`);
  }
}

/**
 * The weights to show: all of a few, of many those whose products are the largest.
 * @param {number} l
 * @param {number} j
 */
function strongest(l, j) {
  const all = Array.from({ length: app.network.sizes[l - 1] }, (_, i) => i);
  if (all.length <= MOST_ROWS) return all;
  const product = (/** @type {number} */ i) => Math.abs(valueNow(`w:${l}:${j}:${i}`) * valueNow(`a:${l - 1}:${i}`));
  const products = all.map(product);
  return all.sort((a, b) => products[b] - products[a]).slice(0, MOST_ROWS - 4).sort((a, b) => a - b);
}

/**
 * The weights of a neuron that sees an image, as images: the weights, each times its input, and the gradients.
 * @param {HTMLElement} box
 * @param {number} j
 */
function drawImages(box, j) {
  const { network, data, moment } = app;
  const { width, height } = /** @type {{width: number, height: number}} */ (data.image);
  const start = network.at(1, j, 0);
  const weights = moment.parameters.subarray(start, start + network.numInputs);
  const products = weights.map((weight, i) => weight * moment.example.x[i]);
  const isKnown = valueOf(`dz:1:${j}`) !== undefined;
  const error = isKnown ? valueNow(`dz:1:${j}`) : 0;
  const gradients = Float64Array.from(moment.example.x, (input) => input * error);
  const row = html("div", { class: "images" }, box);
  const images = /** @type {[string, Float64Array][]} */ ([
    ["weights", weights],
    ["input × weight", products],
    ["dL/dw", gradients],
  ]);
  for (const [name, numbers] of images) {
    const figure = html("figure", {}, row);
    const canvas = html("canvas", { width, height, role: "img" }, figure);
    canvas.setAttribute("aria-label", `${name} of ${network.neuronName(1, j)} as an image: orange above 0, blue below`);
    paintNumbers(canvas, numbers, numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
    html("figcaption", {}, figure, name === "dL/dw" && !isKnown ? "dL/dw: not yet" : name);
  }
}
