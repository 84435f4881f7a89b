// Step by step: the line that runs, as a picture.
import { app, valueNow } from "./app.js";
import { byId, html } from "./dom.js";
import { drawActivation, drawLoss, drawStep } from "./curves.js";
import { partsOf } from "./network.js";
import { long } from "./numbers.js";
import { view } from "./picture.js";

/** In the free corner of the stage, where there is one. */
export function refreshCorner() {
  const { corner } = view.picture;
  if (!corner) return;
  corner.textContent = "";
  if (app.mode === "step") drawRunningLine(corner);
}

/**
 * Draw it, where the line has a picture; false where it has none.
 * @param {HTMLElement} box
 */
export function drawRunningLine(box) {
  const event = app.events[app.line];
  const [what, l, j, i] = partsOf(event.result);
  const { network } = app;
  const isCorner = box.classList.contains("corner");
  const size = {
    width: isCorner ? Math.min(420, box.clientWidth - 8) : Math.max(220, byId("why").clientWidth - 26),
    height: isCorner ? Math.min(190, box.clientHeight - 50) : 130,
  };
  if (app.data.frozen && what !== "z") return false; // no engine could draw another point
  const head = (/** @type {string} */ text) => html("h2", isCorner ? {} : { id: "why-title" }, box, text);
  const note = (/** @type {string} */ text) => html("p", { class: "quiet" }, box, text);
  if (what === "a" || what === "ds") {
    const act = network.acts[l];
    head(what === "ds" ? `How steep is ${act} here?` : `${act}: from z to a`);
    drawActivation(box, size, l, j, what === "ds");
    note(what === "ds" ? "The slope of the blue line is da/dz." : "Across: z. Up: a.");
    return true;
  }
  const isBlame = what === "da" && l === network.top;
  if (what === "L" || what === "e" || isBlame) {
    const o = isBlame ? j : Math.max(0, what === "e" ? l : 0);
    head("The loss, for every output");
    drawLoss(box, size, o, isBlame);
    note(isBlame ? "The slope of the blue line is dL/da." : "The further from the label, the larger the loss.");
    return true;
  }
  if (what === "v") {
    head(`L, if only ${network.parameterName(l, j, i)} moves`);
    drawStep(box, size, network.at(l, j, i));
    const gradient = valueNow(`g:${l}:${j}:${i}`);
    note(gradient === 0 ? "L is flat here: the weight stays." : "From the hollow dot, downhill, to the full one.");
    return true;
  }
  if (what === "z" && event.calculates) return drawSum(box, l, j, i, head, note);
  return false;
}

/**
 * The weighted sum as bars, one for each product so far.
 * @param {HTMLElement} box
 * @param {number} l
 * @param {number} j
 * @param {number} count the products so far; -1 with the bias
 * @param {(text: string) => void} head
 * @param {(text: string) => void} note
 */
function drawSum(box, l, j, count, head, note) {
  const { network } = app;
  const numInputs = network.sizes[l - 1];
  if (numInputs > 6) return false;
  head(`The weighted sum of ${network.neuronName(l, j)}`);
  const table = html("div", { class: "sum" }, box);
  const products = Array.from({ length: numInputs }, (_, i) => valueNow(`w:${l}:${j}:${i}`) * valueNow(`a:${l - 1}:${i}`));
  const terms = [...products, valueNow(`w:${l}:${j}:${numInputs}`)];
  const names = [...products.map((_, i) => `w[${i}] × ${l > 1 ? network.neuronName(l - 1, i) : `x[${i}]`}`), "b"];
  const known = count < 0 ? terms.length : count;
  const z = valueNow(count < 0 ? `z:${l}:${j}` : `z:${l}:${j}:${count}`);
  const most = Math.max(1, Math.abs(z), ...terms.map(Math.abs));
  terms.forEach((value, q) => drawTerm(table, names[q], q < known ? value : null, most, ""));
  drawTerm(table, count < 0 ? "z" : "z so far", z, most, "total");
  note("Orange pushes z up, blue pushes it down.");
  return true;
}

/**
 * @param {HTMLElement} table
 * @param {string} name
 * @param {number | null} value
 * @param {number} most
 * @param {string} kind
 */
function drawTerm(table, name, value, most, kind) {
  const row = html("div", { class: `term ${kind}` }, table);
  html("span", {}, row, name);
  const bar = html("span", { class: "signed-bar" }, row);
  if (value !== null) {
    const width = (Math.abs(value) / most) * 50;
    const fill = html("i", { class: value < 0 ? "minus" : "plus" }, bar);
    fill.style.width = `${width}%`;
    fill.style.left = `${value < 0 ? 50 - width : 50}%`;
  }
  html("span", {}, row, value === null ? "" : long(value));
}
