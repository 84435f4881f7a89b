// Why: the panel that explains the chosen number. While its slider is held it is patched, not rebuilt.
import { announce, byId, button, follow, html, isFixed, svg } from "./dom.js";
import { app, refresh, valueNow, valueOf } from "./app.js";
import { AFTER, cellOf } from "./walk.js";
import { change, endChange } from "./changes.js";
import { goToStep } from "./live.js";
import { drawChain } from "./chain.js";
import { drawActivation, drawSlice } from "./curves.js";
import { drawRunningLine } from "./line.js";
import { drawSidePlane } from "./ring.js";
import { explanationOf, linkWeights } from "./explain.js";
import { exampleInWords, nameOf } from "./names.js";
import { focusCell, neuronChosen, showsEverything, view } from "./picture.js";
import { goToLine } from "./steps.js";
import { long, typed } from "./numbers.js";
import { drawNeuron } from "./neuron.js";
import { partsOf } from "./network.js";

const SLIDER = { low: -10, high: 10 };
const SLICE_HEIGHT = 86;
const SIDE_PLANE = 210;
const LEAST_SIDE_PLANE = 150;
const PADDING = 10; // of the panel
const ABOVE_PLANE = 170; // the question and the plane's name

/** The middle of the slice drawn, which stays while its weight moves a little. */
const slice = { key: "", middle: 0 };

/**
 * Choose the number that is explained.
 * @param {string | null} key
 */
export function choose(key) {
  app.selected = key;
  if (key && view.picture.cells.has(key)) view.picture.focus = key;
  refresh();
  if (key === null) return;
  const value = valueOf(key);
  const verdict = byId("why").querySelector(".verdict")?.textContent ?? "";
  announce(`Why: ${nameOf(key, app.network)} is ${value === undefined ? "not calculated yet" : long(value)}. ${verdict}`);
}

export function refreshWhy() {
  const box = byId("why");
  const key = app.selected;
  const held = box.dataset.key === key ? box.querySelector(".slider") : null;
  const isHeld = held !== null && held.contains(document.activeElement);
  const body = html("div", {});
  if (key === null) showNothingChosen(body);
  else explain(body, key);
  if (isHeld && held && key) {
    updateSlider(held, key);
    for (const part of [...box.children]) if (part !== held) part.remove();
    const before = [...body.children].filter((part) => part.matches("h2, .close"));
    held.before(...before);
    body.querySelector(".slider")?.remove();
    box.append(...body.childNodes);
  } else {
    const focused = box.contains(document.activeElement) ? document.activeElement?.textContent : null;
    box.replaceChildren(...body.childNodes);
    box.dataset.key = key ?? "";
    if (focused) keepFocus(box, focused, key);
  }
  markMore();
}

/** Whether the panel goes on below what one sees of it: its lower edge says so. */
export function markMore() {
  const box = byId("why");
  box.classList.toggle("more", box.scrollHeight - box.scrollTop - box.clientHeight > PADDING);
}

/**
 * A button inside was pressed, and the panel is another one now: keep the focus inside.
 * @param {HTMLElement} box
 * @param {string} text
 * @param {string | null} key
 */
function keepFocus(box, text, key) {
  const buttons = [...box.querySelectorAll("button")];
  const next = buttons.find((one) => one.textContent === text) ?? buttons[0];
  if (key === null) focusCell(view.picture.focus);
  else next?.focus({ preventScroll: true });
}

/** @param {HTMLElement} box */
function showNothingChosen(box) {
  const isStep = app.mode === "step";
  const chosen = showsEverything() ? null : neuronChosen();
  if (chosen) drawNeuron(box, chosen.l, chosen.j, choose);
  if (isStep && !view.picture.corner && drawRunningLine(box)) return;
  html("h2", { id: "why-title" }, box, "Why?");
  const isAll = showsEverything();
  const ask = isAll
    ? "Choose any number in the network: where does it come from"
    : "Choose a neuron in the network: what are its numbers, and where do they come from";
  const more = `, and what would happen to the loss if ${isAll ? "it" : "one of them"} were larger`;
  html("p", { class: "quiet" }, box, `${ask}${isStep ? "" : more}?`);
  if (view.planes.isShown && !view.picture.plane) {
    const most = isFixed() ? byId("why").clientHeight - ABOVE_PLANE : SIDE_PLANE;
    drawSidePlane(box, Math.max(LEAST_SIDE_PLANE, Math.min(SIDE_PLANE, widthOf(), most)));
  }
  if (!chosen) drawLegend(box);
}

/** @param {HTMLElement} box */
function drawLegend(box) {
  const legend = html("p", { class: "quiet legend" }, box);
  for (const [name, dashes, text] of [["plus", "none", "above 0"], ["minus", "7 4", "below 0"]]) {
    const sample = svg("svg", { width: 40, height: 10, "aria-hidden": "true" }, legend);
    const stroke = { stroke: `var(--${name})`, "stroke-width": 3, "stroke-dasharray": dashes };
    svg("path", { d: "M0 5h38", ...stroke }, sample);
    legend.append(` ${text}   `);
  }
  legend.append("thicker: larger");
  const { network } = app;
  if (!view.planes.isShown || network.numInputs !== 2) return;
  const squares = view.picture.tiles.length ? "squares: what a neuron answers" : "square: what the network answers";
  let text = `In the coloured ${squares} for all inputs, x[0] to the right, x[1] up. Orange is high, blue is low.`;
  if (network.numOutputs === 1 && network.classes) text += " ● label 1, ■ label 0.";
  html("p", { class: "quiet" }, box, text);
}

/**
 * @param {HTMLElement} box
 * @param {string} key
 */
function explain(box, key) {
  const [what, l, j, i] = partsOf(key);
  const { network } = app;
  const title = html("h2", { id: "why-title" }, box, nameOf(key, network));
  button(box, "Close", closeWhy, { class: "close" });
  if (app.mode === "step" && what !== "w" && valueOf(key) === undefined && app.events[app.line].phase < AFTER) {
    return sayNotYet(box, key, "This number has not been calculated yet.");
  }
  const value = (what === "w" ? valueOf(key) : valueNow(key)) ?? 0;
  const sign = value > 0 ? "plus-text" : value < 0 ? "minus-text" : "";
  html("span", { class: `number ${sign}` }, title, `= ${long(value)}`);
  const isWeight = what === "w" || what === "g";
  const isLive = app.mode === "live";
  if (isLive && (isWeight || what === "x" || what === "y")) drawSlider(box, key.replace(/^g/, "w"));
  if (isWeight && !isLive && valueOf(`g:${l}:${j}:${i}`) === undefined && app.events[app.line].phase < 3) {
    return sayNotYet(box, `g:${l}:${j}:${i}`, "Its gradient has not been calculated yet.");
  }
  const { chain, verdict, more } = explanationOf(key);
  drawChain(box, chain, choose);
  html("p", { class: "verdict" }, box, verdict);
  if (isWeight && isLive) drawSliceOf(box, `w:${l}:${j}:${i}`);
  if (more) html("p", { class: "quiet" }, box, more);
  if (isWeight && isLive) sayChangedMost(box, network.at(l, j, i));
  const isOfNeuron = ["a", "ds", "dz"].includes(what) && l > 0;
  if (isOfNeuron && !showsEverything()) drawNeuron(box, l, j, choose);
  if ((what === "a" || what === "ds") && !app.data.frozen) {
    drawActivation(box, { width: widthOf(), height: 104 }, l, j, true);
  }
  if (isOfNeuron && showsEverything()) linkWeights(box, l, j, choose);
}

/** How wide a curve in the panel can be. */
function widthOf() {
  return Math.max(220, byId("why").clientWidth - 26);
}

function closeWhy() {
  const key = app.selected;
  choose(null);
  if (key) focusCell(key);
}

/**
 * @param {HTMLElement} box
 * @param {string} key
 * @param {string} words
 */
function sayNotYet(box, key, words) {
  html("p", {}, box, words);
  const line = app.events.findLastIndex((event) => event.phase < AFTER && event.calculates && cellOf(event.result) === key);
  if (line >= 0) button(html("p", {}, box), "Go to the line that calculates it", () => goToLine(line));
}

/**
 * @param {HTMLElement} box
 * @param {string} key
 */
function drawSlider(box, key) {
  const { network, data } = app;
  const row = html("div", { class: "slider" }, box);
  const name = nameOf(key, network);
  const [low, high] = key.startsWith("w") ? [SLIDER.low, SLIDER.high] : rangeOfData(key, data);
  const range = html("input", { type: "range", min: low, max: high, step: 0.01, "aria-label": name }, row);
  const field = html("input", { type: "text", inputmode: "decimal", "aria-label": `${name}, as a number` }, row);
  range.value = String(valueNow(key));
  field.value = String(Number(valueNow(key).toFixed(4)));
  range.addEventListener("input", () => change(key, Number(range.value), true));
  field.addEventListener("input", () => {
    const value = typed(field.value);
    if (Number.isFinite(value)) change(key, value, true);
  });
  for (const input of [range, field]) input.addEventListener("change", endChange);
}

/**
 * How far an input or a label can be moved.
 * @param {string} key
 * @param {PageData} data
 */
function rangeOfData(key, data) {
  if (data.image) return [0, data.image.highest];
  const [what, i] = partsOf(key);
  const values = app.plan.examples.map((example) => (what === "x" ? example.x : example.y)[i]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.5, (high - low) / 2);
  return [low - room, high + room];
}

/**
 * @param {Element} row
 * @param {string} key
 */
function updateSlider(row, key) {
  const [range, field] = /** @type {HTMLInputElement[]} */ ([...row.querySelectorAll("input")]);
  const value = valueNow(key.replace(/^g/, "w"));
  if (document.activeElement !== range) range.value = String(value);
  if (document.activeElement !== field) field.value = String(Number(value.toFixed(4)));
}

/**
 * @param {HTMLElement} box
 * @param {string} key
 */
function drawSliceOf(box, key) {
  const { network } = app;
  const [, l, j, i] = partsOf(key);
  const value = valueNow(key);
  if (slice.key !== key || Math.abs(value - slice.middle) > 3.8) Object.assign(slice, { key, middle: value });
  const size = { width: widthOf(), height: SLICE_HEIGHT };
  const { chart, isQuick } = drawSlice(box, size, network.at(l, j, i), slice.middle, nameOf(key, network));
  chart.root.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const left = chart.root.getBoundingClientRect().left;
    const move = (/** @type {PointerEvent} */ at) => {
      change(key, Math.round(chart.valueAt(at.clientX - left) * 100) / 100, true);
    };
    follow(event, move, endChange);
  });
  const legend = html("p", { class: "quiet legend small" }, box);
  const words = isQuick ? [["line", "L of this example (slope: the gradient)"], ["dashes", "mean"]] : [["line", "L of this example"]];
  for (const [kind, text] of words) {
    svg("path", { class: `curve ${kind}`, d: "M0 4h22" }, svg("svg", { width: 24, height: 8, "aria-hidden": "true" }, legend));
    legend.append(` ${text}   `);
  }
}

/**
 * @param {HTMLElement} box
 * @param {number} k
 */
function sayChangedMost(box, k) {
  const { plan, run, data } = app;
  const { step, by } = run.largestChange(k);
  if (!step) return;
  if (data.training.checkpoints) {
    const { epoch } = data.training.checkpoints[step];
    const line = html("p", {}, box, `It changed most before epoch ${epoch}'s end, by ${long(by)}. `);
    button(line, "Go there", () => goToStep(step), { class: "link" });
    return;
  }
  const [from] = plan.batchAt(step - 1);
  const learnt = plan.batchSize > 1 ? `a batch of ${plan.batchSize}` : exampleInWords(plan.examples[from], from);
  const line = html("p", {}, box, `It changed most at step ${step}, by ${long(by)}, because of ${learnt}. `);
  button(line, "Go there", () => {
    app.shown = from;
    app.follows = false;
    goToStep(step - 1);
  }, { class: "link" });
}
