// The time line of the whole training: the loss, a strip of colour per example, what the user changed.
import { announce, byId, follow, html, isPhone, svg } from "./dom.js";
import { app, canTrain } from "./app.js";
import { goToSolved, goToStep } from "./live.js";
import { exampleName, labelName } from "./names.js";
import { long, short } from "./numbers.js";
import { partsOf } from "./network.js";
import { shade, shadeClass } from "./colours.js";
import { stop } from "./play.js";
import { view } from "./picture.js";

const STRIP = 12; // pixels, a row of answers
const START_OF_TIME = 54;
const END_OF_LABELS = START_OF_TIME - 10; // the handle stands between
const ROOM_FOR_CURVES = 140; // for the names of the curves

/** @typedef {import("./run.js").Run | import("./checkpoints.js").Checkpoints} AnyRun */

const time = {
  /** @type {SVGSVGElement | null} */
  root: null,
  /** @type {SVGGElement} */
  back: /** @type {any} */ (null),
  /** @type {SVGGElement} the line through now, behind the words that it crosses */
  line: /** @type {any} */ (null),
  /** @type {SVGGElement} */
  flag: /** @type {any} */ (null),
  /** @type {SVGGElement} */
  handle: /** @type {any} */ (null),
  /** @type {HTMLCanvasElement} */
  strip: /** @type {any} */ (null),
  width: 0,
  height: 0,
  right: 0,
  curve: 0,
  rows: 0,
  top: 1,
  drawn: "",
  /** @type {AnyRun | null} */
  drawnRun: null,
};

export function buildTimeline() {
  const host = byId("time");
  host.textContent = "";
  time.root = null;
  time.drawn = "";
  if (app.mode !== "live") return;
  const { numRows } = app.plan;
  const names = isPhone() ? 12 : ROOM_FOR_CURVES;
  time.width = host.clientWidth;
  time.right = time.width - names;
  time.curve = isPhone() ? 44 : innerHeight < 740 ? 46 : 68;
  time.rows = numRows * STRIP;
  time.height = 10 + time.curve + 6 + time.rows + 20;
  const size = { width: Math.max(1, Math.round(time.right - START_OF_TIME)), height: Math.max(1, time.rows) };
  time.strip = html("canvas", { ...size, "aria-hidden": "true" }, host);
  Object.assign(time.strip.style, { left: `${START_OF_TIME}px`, top: `${16 + time.curve}px` });
  const attributes = { width: time.width, height: time.height, role: "slider", tabindex: 0, "aria-valuemin": 0 };
  const root = svg("svg", { ...attributes, "aria-label": "Time: every step of the training" }, host);
  time.root = root;
  for (const layer of /** @type {const} */ (["back", "line", "flag", "handle"])) time[layer] = svg("g", {}, root);
  root.addEventListener("pointerdown", dragTime);
  root.addEventListener("keydown", moveTime);
  refreshTimeline();
}

/** @param {PointerEvent} event */
function dragTime(event) {
  const root = /** @type {SVGSVGElement} */ (time.root);
  root.focus({ preventScroll: true });
  stop();
  const { left } = root.getBoundingClientRect();
  const move = (/** @type {PointerEvent} */ at) => goToStep(((at.clientX - left - START_OF_TIME) / (time.right - START_OF_TIME)) * app.run.numSteps);
  move(event);
  follow(event, move);
}

/** @param {KeyboardEvent} event */
function moveTime(event) {
  const many = canTrain() ? app.plan.perEpoch : 1;
  const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: many, PageDown: -many }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (by) {
    stop();
    goToStep(app.step + by * (event.shiftKey ? many : 1));
  } else if (event.key === "Home") goToStep(0);
  else if (event.key === "End") goToStep(app.run.numSteps);
  else return;
  event.preventDefault();
  event.stopPropagation();
  announce(placeInWords(), 400);
}

/** @param {number} step */
function placeOf(step) {
  return START_OF_TIME + ((time.right - START_OF_TIME) * step) / Math.max(1, app.run.numSteps);
}

/** @param {number} loss */
function heightOf(loss) {
  return 10 + time.curve * (1 - Math.max(0, Math.min(1, loss / time.top)));
}

export function refreshTimeline() {
  if (!time.root) return;
  const { run, original, selected, step } = app;
  const drawn = `${run.done}/${original.done}/${run.numSteps}/${selected}`;
  if (time.drawn !== drawn || time.drawnRun !== run) {
    time.drawn = drawn;
    time.drawnRun = run;
    drawBack();
  }
  time.line.textContent = time.handle.textContent = "";
  const at = placeOf(step);
  svg("line", { x1: at, x2: at, y1: 6, y2: time.height - 18, stroke: "var(--ink)", "stroke-width": 2 }, time.line);
  const circle = { cx: at, cy: heightOf(lossAt(run, step)), r: 7, fill: "var(--accent)", stroke: "var(--card)", "stroke-width": 2 };
  svg("circle", circle, time.handle);
  time.root.setAttribute("aria-valuemax", String(run.numSteps));
  time.root.setAttribute("aria-valuenow", String(step));
  time.root.setAttribute("aria-valuetext", placeInWords());
}

/** Where we are, for those who listen. */
function placeInWords() {
  const { run, step, plan } = app;
  const right = run.right ? `, ${run.right[step]} of ${plan.examples.length} right` : "";
  return `step ${step} of ${run.numSteps}, loss during this epoch ${long(lossAt(run, step))}${right}`;
}

/**
 * History's loss of the epoch that a step lies in.
 * @param {AnyRun} run
 * @param {number} step
 */
function lossAt(run, step) {
  const epochs = epochsOf(run);
  const { checkpoints } = app.data.training;
  if (!epochs.length) return 0;
  if (checkpoints) return epochs[Math.max(0, Math.min(epochs.length, checkpoints[step].epoch) - 1)];
  return epochs[Math.min(epochs.length - 1, Math.floor(step / app.plan.perEpoch))];
}

/**
 * The losses of the epochs that are through: Python's own for the training as it was.
 * @param {AnyRun} run
 */
function epochsOf(run) {
  return canTrain() ? run.means.subarray(0, Math.floor(run.done / app.plan.perEpoch)) : run.means;
}

function drawBack() {
  const { back, curve, right, height } = time;
  const { run, original, plan } = app;
  back.textContent = time.flag.textContent = "";
  const highest = Math.max(1e-9, ...epochsOf(original), ...epochsOf(run).map((loss) => (loss < 1e6 ? loss : 0)));
  time.top = Math.min(highest, Math.max(...epochsOf(original), 1e-9) * 3) * 1.06;
  svg("path", { class: "wire", d: `M${START_OF_TIME} 10V${10 + curve}H${right}` }, back);
  svg("text", { class: "soft", x: END_OF_LABELS, y: 20, "text-anchor": "end" }, back, short(Math.round(time.top * 100) / 100));
  svg("text", { class: "soft", x: END_OF_LABELS, y: 10 + curve, "text-anchor": "end" }, back, "0");
  const marks = Math.max(1, Math.min(isPhone() ? 2 : 4, run.numSteps));
  for (let q = 0; q <= marks; q++) {
    const step = Math.round((run.numSteps * q) / marks);
    const anchor = q === 0 ? "start" : q === marks ? "end" : "middle";
    const text = q === marks ? `${canTrain() ? "step" : "checkpoint"} ${step}` : String(step);
    svg("text", { class: "soft", x: placeOf(step), y: height - 5, "text-anchor": anchor }, back, text);
  }
  if (run !== original) drawLossOverTime(original, "original");
  drawLossOverTime(run, "loss");
  drawNames();
  plan.rowExamples.forEach((number, k) => {
    const example = plan.examples[number];
    const name = app.data.image ? labelName(example.y, app.network.classes) : exampleName(example, number).replace(/ {2}/g, " ");
    const style = "font-size:10px";
    const place = { class: "soft", x: END_OF_LABELS, y: 16 + curve + k * STRIP + 9, "text-anchor": "end", style };
    svg("text", place, back, name.length > 6 ? `${name.slice(0, 5)}…` : name);
  });
  drawChosenWeight();
  drawSolved();
  drawChanges();
  paintStrips();
}

/**
 * One point per epoch: the mean before each step, as History has it.
 * @param {AnyRun} run
 * @param {string} kind
 */
function drawLossOverTime(run, kind) {
  const epochs = epochsOf(run);
  if (!epochs.length) return;
  const { checkpoints } = app.data.training;
  const every = Math.max(1, Math.floor(epochs.length / (time.right - START_OF_TIME)));
  let d = "";
  for (let epoch = 0; epoch < epochs.length; epoch += every) {
    const step = checkpoints ? ((epoch + 1) / epochs.length) * run.numSteps : (epoch + 0.5) * app.plan.perEpoch;
    d += `${d ? "L" : "M"}${placeOf(Math.min(step, run.numSteps)).toFixed(1)} ${heightOf(epochs[epoch]).toFixed(1)}`;
  }
  if (epochs.length === 1) d += "h.01"; // a dot
  svg("path", { class: `curve ${kind}`, d }, time.back);
}

function drawNames() {
  if (isPhone()) return;
  const { back, right, curve, rows } = time;
  const changed = app.run !== app.original;
  const names = [["— loss per epoch", "", 24]];
  if (changed) names.push(["- - original", "soft", 40]);
  if (rows) names.push(["answers", "soft", 16 + curve + rows / 2 + 4]);
  for (const [text, kind, at] of names) svg("text", { class: kind, x: right + 8, y: at }, back, String(text));
}

/** The weight that is explained, over time. */
function drawChosenWeight() {
  const { selected, network, run } = app;
  if (!selected || !/^[wg]:/.test(selected) || !("stride" in run)) return;
  const [, l, j, i] = partsOf(selected);
  const k = network.at(l, j, i);
  const size = network.numParameters;
  const numKept = Math.floor(run.done / run.stride) + 1;
  const value = (/** @type {number} */ at) => run.kept[at * size + k];
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < numKept; at++) [low, high] = [Math.min(low, value(at)), Math.max(high, value(at))];
  const height = (/** @type {number} */ v) => 14 + (time.curve - 8) * (1 - (v - low) / (high - low || 1));
  const every = Math.max(1, Math.floor(numKept / (time.right - START_OF_TIME)));
  let d = "";
  for (let at = 0; at < numKept; at += every) {
    d += `${d ? "L" : "M"}${placeOf(at * run.stride).toFixed(1)} ${height(value(at)).toFixed(1)}`;
  }
  svg("path", { class: "curve weight", d }, time.back);
  const { step } = run.largestChange(k);
  if (step) svg("circle", { cx: placeOf(step), cy: height(value(step / run.stride)), r: 4, fill: "var(--accent)" }, time.back);
  if (isPhone()) return;
  const name = network.parameterName(l, j, i);
  const text = `— ${name.length > 16 ? `…${name.slice(-15)}` : name}`;
  svg("text", { class: "of-weight", x: time.right + 8, y: app.run === app.original ? 42 : 56 }, time.back, text);
}

function drawSolved() {
  const { run, plan } = app;
  const { back, curve, rows, right } = time;
  if (run.done < run.numSteps || (!run.right && run.solved < 0)) return;
  if (run.solved < 0) {
    if (!isPhone()) svg("text", { class: "soft", x: right + 8, y: time.height - 5 }, back, "not solved");
    return;
  }
  const at = placeOf(run.solved);
  svg("line", { x1: at, x2: at, y1: 10, y2: 16 + curve + rows, stroke: "var(--accent)", "stroke-width": 1.5 }, back);
  const flag = svg("g", { style: "cursor:pointer" }, time.flag);
  const label = `all ${plan.examples.length} right from step ${run.solved}`;
  const width = label.length * 7.3 + 14;
  const left = Math.max(START_OF_TIME, Math.min(at, right - width));
  svg("rect", { x: left, y: 8, width, height: 20, fill: "var(--wash)", stroke: "var(--accent)", rx: 3 }, flag);
  svg("text", { x: left + 7, y: 22, style: "fill:var(--accent);font-weight:700" }, flag, label);
  flag.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    goToSolved();
  });
}

/** A diamond for each change by hand. */
function drawChanges() {
  for (const { step, text } of app.run.changes) {
    const d = `M${placeOf(step)} ${heightOf(lossAt(app.run, step)) - 8}l7 8l-7 8l-7 -8z`;
    const diamond = svg("path", { d, fill: "var(--now-edge)", stroke: "var(--card)", "stroke-width": 1.5 }, time.back);
    svg("title", {}, diamond, text);
  }
}

/** What each example was answered, over time; over one epoch, as single steps make stripes. */
function paintStrips() {
  const { run, plan, network } = app;
  const context = /** @type {CanvasRenderingContext2D} */ (time.strip.getContext("2d"));
  const { width, height } = time.strip;
  const image = context.createImageData(width, height);
  const { numOutputs } = network;
  const perSample = plan.numRows * numOutputs;
  const last = Math.floor(run.done / run.rowStride);
  const many = canTrain() ? Math.max(1, Math.min(8, Math.floor(plan.perEpoch / run.rowStride))) : 1;
  for (let k = 0; k < plan.numRows; k++) {
    const isOf = plan.examples[plan.rowExamples[k]].y;
    for (let column = 0; column < width; column++) {
      const at = Math.floor(((run.numSteps / run.rowStride) * column) / Math.max(1, width - 1));
      const from = Math.max(0, Math.min(at, last - many + 1));
      if (at > last) break;
      let sum = 0;
      const rightOutput = numOutputs > 1 ? Array.from(isOf).indexOf(Math.max(...Array.from(isOf))) : 0;
      const count = Math.min(many, last - from + 1);
      for (let q = 0; q < count; q++) sum += run.rows[(from + q) * perSample + k * numOutputs + rightOutput] / count;
      for (let row = 0; row < STRIP - 1; row++) {
        const pixel = ((k * STRIP + row) * width + column) * 4;
        if (numOutputs > 1) shadeClass(rightOutput, sum, image.data, pixel);
        else shade(view.planes.signed(sum), image.data, pixel);
      }
    }
  }
  context.putImageData(image, 0, 0);
}
