// The dock's first row: what can be done, and where we are.
import { AFTER, PHASES } from "./walk.js";
import { app, canTrain, isMeanQuick, meanLoss, refresh } from "./app.js";
import { button, byId, html, isPhone, put } from "./dom.js";
import { setLearningRate, undo } from "./changes.js";
import { oneEpoch, oneExample, paceChanged, rightInWords, train } from "./live.js";
import { goToPhase, nextLine, nextNeuron, placeInWalk, playLines, previousLine } from "./steps.js";
import { isPlaying } from "./play.js";
import { short, typed } from "./numbers.js";

/** The buttons that are there now, by name. @type {Record<string, HTMLElement>} */
let buttons = {};

export function buildBar() {
  const bar = byId("bar");
  bar.textContent = "";
  buttons = {};
  if (app.mode === "step") buildStepBar(bar);
  else buildLiveBar(bar);
  buttons.where = html("span", { class: "where" }, bar);
  buildPhases();
  buildEdgeChoice();
  refreshBar();
}

/**
 * @param {HTMLElement} bar
 * @param {string} name
 * @param {string} text
 * @param {() => void} action
 * @param {string} key the key that does the same
 */
function add(bar, name, text, action, key) {
  buttons[name] = button(bar, text, action, { title: `key: ${key}` });
  return buttons[name];
}

/** @param {HTMLElement} bar */
function buildStepBar(bar) {
  const phone = isPhone();
  add(bar, "previous", phone ? "‹" : "‹ Previous", previousLine, "←").setAttribute("aria-label", "Previous");
  add(bar, "next", "Next ›", nextLine, "→").classList.add("main");
  add(bar, "neuron", phone ? "Neuron »" : "Next neuron »", nextNeuron, "n");
  add(bar, "play", "Play", playLines, "space").classList.add("play");
  if (!phone) buildPace(bar);
  const label = html("label", { class: "every", title: "also stop at lines that calculate nothing: loops, returns" }, bar);
  const box = html("input", { type: "checkbox" }, label);
  box.checked = app.everyLine;
  label.append(" every line");
  box.addEventListener("change", () => {
    app.everyLine = box.checked;
    if (!app.everyLine && !app.events[app.line].calculates) nextLine();
    refreshBar();
  });
}

/** @param {HTMLElement} bar */
function buildLiveBar(bar) {
  if (canTrain()) {
    add(bar, "one", "One example", oneExample, "e");
    add(bar, "epoch", "One epoch", oneEpoch, "shift →");
  }
  add(bar, "play", canTrain() ? "Train" : "Play", train, "space").classList.add("main");
  if (canTrain()) buildRate(bar);
  buttons.undo = button(bar, "Undo my changes", undo, { title: "key: u" });
  if (!isPhone() && innerWidth >= 1150) buildPace(bar);
}

/** @param {HTMLElement} bar */
function buildRate(bar) {
  const label = html("label", {}, bar, isPhone() ? "rate " : "learning rate ");
  const field = html("input", { class: "rate", type: "text", inputmode: "decimal", id: "rate" }, label);
  field.value = String(app.run.rateAt(app.step));
  field.addEventListener("change", () => {
    const rate = typed(field.value);
    if (rate > 0 && rate <= 100) setLearningRate(rate);
    else field.value = String(app.run.rateAt(app.step));
  });
  buttons.rate = field;
}

/** @param {HTMLElement} bar */
function buildPace(bar) {
  const label = html("label", {}, bar, "pace ");
  const choice = html("select", { "aria-label": "Pace" }, label);
  for (const pace of /** @type {const} */ (["slow", "normal", "fast"])) {
    html("option", { value: pace }, choice, pace).selected = pace === app.pace;
  }
  choice.addEventListener("change", () => {
    app.pace = /** @type {"slow" | "normal" | "fast"} */ (choice.value);
    paceChanged();
  });
}

function buildPhases() {
  const row = byId("phases");
  row.textContent = "";
  if (app.mode !== "step") return;
  PHASES.forEach(([name, words], phase) => {
    const count = app.events.filter((event) => event.phase === phase && event.calculates).length;
    const one = button(row, "", () => goToPhase(phase));
    one.style.flex = isPhone() ? "1 1 auto" : `${Math.sqrt(count)} 1 auto`;
    html("b", {}, one, isPhone() ? name : `${phase + 1} ${name}`);
    html("span", {}, one, words);
    html("i", {}, one);
  });
}

function buildEdgeChoice() {
  const row = byId("edges");
  row.textContent = "";
  const kinds = /** @type {["weights" | "forward" | "back", string][]} */ ([
    ["weights", "weights"],
    ["forward", "forward: a × w"],
    ["back", "back: dL/dz × w"],
  ]);
  for (const [kind, text] of kinds) {
    const isChosen = app.edges === kind;
    const choose = () => {
      app.edges = kind;
      for (const other of row.children) {
        other.setAttribute("aria-checked", String(other === one));
        other.setAttribute("tabindex", other === one ? "0" : "-1");
      }
      refresh();
    };
    const one = button(row, text, choose, { role: "radio", "aria-checked": isChosen, tabindex: isChosen ? 0 : -1 });
  }
}

export function refreshBar() {
  if (app.mode === "step") refreshStepBar();
  else refreshLiveBar();
}

function refreshStepBar() {
  const { at, count } = placeInWalk();
  const where = buttons.where;
  if (!where || !buttons.next) return;
  where.textContent = innerWidth < 1000 || !canTrain() ? "" : `training step ${app.step + 1} · `;
  where.append("line ");
  html("b", {}, where, String(at));
  where.append(` of ${count}`);
  buttons.previous.setAttribute("aria-disabled", String(app.line === 0));
  for (const name of ["next", "neuron"]) buttons[name].setAttribute("aria-disabled", String(app.line >= app.events.length - 1));
  put(buttons.play, isPlaying() ? "Pause" : "Play");
  [...byId("phases").children].forEach((one, phase) => {
    const lines = app.events.flatMap((event, k) => (event.phase === phase ? [k] : []));
    const done = lines.filter((k) => k <= app.line).length;
    if (app.events[app.line].phase === phase) one.setAttribute("aria-current", "step");
    else one.removeAttribute("aria-current");
    const progress = /** @type {HTMLElement} */ (one.querySelector("i"));
    progress.style.width = `${lines.length ? (done / lines.length) * 100 : phase === AFTER ? 0 : 100}%`;
  });
}

function refreshLiveBar() {
  const { run } = app;
  const where = buttons.where;
  if (!where || !buttons.undo) return;
  put(buttons.play, isPlaying() ? "Pause" : canTrain() ? "Train" : "Play");
  buttons.undo.hidden = run === app.original;
  const rate = /** @type {HTMLInputElement | undefined} */ (buttons.rate);
  if (rate && document.activeElement !== rate) rate.value = String(run.rateAt(app.step));
  where.textContent = "";
  let last = html("span", {}, where, canTrain() ? "step " : "checkpoint ");
  html("b", {}, last, String(app.step));
  for (const text of placeInTraining()) {
    last.append(" ·");
    where.append(" ");
    last = html("span", {}, where, text);
  }
}

/** The epoch, the mean loss now, or where that takes long the epoch's, and how many are right. */
function placeInTraining() {
  const { run, plan, data } = app;
  const { checkpoints } = data.training;
  if (checkpoints) return [`epoch ${checkpoints[app.step].epoch}`];
  const epoch = Math.floor(app.step / plan.perEpoch);
  const words = isPhone() ? [] : [`epoch ${epoch}`];
  const last = Math.min(epoch, Math.floor(run.done / plan.perEpoch) - 1);
  if (isMeanQuick()) words.push(`mean loss ${short(meanLoss(app.moment.parameters))}`);
  else if (last >= 0) words.push(`loss during epoch ${last}: ${short(run.means[last])}`);
  const right = rightInWords().replace(" answers are right.", " right");
  if (right) words.push(right);
  return words;
}
