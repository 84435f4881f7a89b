// Step by step: going from line to line.
import { AFTER, PHASES } from "./walk.js";
import { announce, byId, isFixed } from "./dom.js";
import { app, compute, computeKnown, refresh } from "./app.js";
import { stop, start } from "./play.js";
import { travel } from "./flow.js";
import { lineInWords } from "./words.js";
import { long } from "./numbers.js";
import { listed, labelName } from "./names.js";
import { wayOf } from "./picture.js";

const PAUSE = { slow: 2600, normal: 1400, fast: 420 }; // milliseconds between two lines

/** @param {WalkEvent} event */
function isVisible(event) {
  return event.calculates || app.everyLine;
}

/** How many lines there are to see, and at which of them we are. */
export function placeInWalk() {
  let [count, at] = [0, 0];
  app.events.forEach((event, k) => {
    if (!isVisible(event)) return;
    count += 1;
    if (k <= app.line) at += 1;
  });
  return { at, count };
}

/**
 * @param {number} line
 * @param {boolean} isQuiet without what travels
 */
export function goToLine(line, isQuiet = false) {
  const isForward = line > app.line;
  app.line = Math.max(0, Math.min(app.events.length - 1, line));
  computeKnown();
  refresh();
  const way = wayOf(app.events[app.line]);
  travel(way && isForward && !isQuiet ? [way] : []);
  announce(lineAloud());
}

/** What the line does, its numbers and why: for those who listen, with the minus signs of the sentences. */
export function lineAloud() {
  const [what, why] = sentencesOf(app.line);
  const event = app.events[app.line];
  const numbers = event.fn < 0 ? "" : (byId("numbers")?.textContent ?? "").trim().replace(/-/g, "−");
  return `${what} ${numbers ? `${numbers}. ` : ""}${why}`;
}

export function nextLine() {
  const line = app.events.findIndex((event, k) => k > app.line && isVisible(event));
  if (line < 0) stop();
  else goToLine(line);
}

export function previousLine() {
  const line = app.events.findLastIndex((event, k) => k < app.line && isVisible(event));
  if (line >= 0) goToLine(line);
}

/** To the last calculation of the next neuron: its numbers are all there then, and what travels, travels at once. */
export function nextNeuron() {
  const { events } = app;
  const first = events.findIndex((event, k) => k > app.line && event.calculates);
  if (first < 0) return stop();
  const { phase, layer, neuron } = events[first];
  let last = first;
  const ways = [];
  for (let k = first; k < events.length; k++) {
    const event = events[k];
    if (event.phase !== phase || event.layer !== layer || event.neuron !== neuron) break;
    if (!event.calculates) continue;
    last = k;
    const way = wayOf(event);
    if (way) ways.push(way);
  }
  goToLine(last, true);
  travel(ways);
}

/** @param {number} phase */
export function goToPhase(phase) {
  goToLine(app.events.findIndex((event) => event.phase === phase && event.calculates));
}

export function nextPhase() {
  const phase = app.events[app.line].phase + 1;
  if (phase < PHASES.length) goToPhase(phase);
}

export function playLines() {
  if (stop()) return;
  if (app.line >= app.events.length - 1) goToLine(0);
  const tick = () => {
    if (app.line >= app.events.length - 1) {
      stop();
      return 0;
    }
    nextLine();
    return PAUSE[app.pace];
  };
  start(tick, 100);
}

/** The example that comes next, with the weights that this step has made. */
export function nextExample() {
  const { plan, run } = app;
  if (app.step < run.done) app.step += 1;
  const next = plan.order.length ? plan.batchAt(app.step)[0] : (Number(app.shown) + 1) % plan.examples.length;
  app.shown = next;
  app.follows = true;
  app.line = 0;
  compute();
  refresh();
  announce(lineAloud());
}

/**
 * What a line does and why it matters, in words.
 * @param {number} line
 * @returns {[string, string]}
 */
export function sentencesOf(line) {
  const event = app.events[line];
  const { network, moment, data } = app;
  if (event.fn < 0 && event.phase === AFTER) return afterInWords();
  if (event.fn < 0) return startInWords();
  const [what, why] = lineInWords(event, network, moment, data.optimiser.name);
  if (what !== "") return [what, why];
  for (let k = line - 1; k > 0; k--) { // a line that calculates nothing: what the neuron did last
    const before = app.events[k];
    if (before.layer !== event.layer || before.neuron !== event.neuron || before.phase !== event.phase) break;
    if (before.calculates) return [lineInWords(before, network, moment, data.optimiser.name)[0], ""];
  }
  const who = event.layer > 0 && event.neuron >= 0 ? network.neuronName(event.layer, event.neuron) : "This line";
  return event.layer > 0 && event.neuron >= 0 ? [`${who} begins.`, ""] : [`${who} prepares what comes next.`, ""];
}

/** @returns {[string, string]} */
function startInWords() {
  const { example } = app.moment;
  const { network, data } = app;
  const gets = example.x.length > 6 ? `an image of ${example.x.length} numbers` : listed(example.x);
  const label = labelName(example.y, network.classes);
  const given = `The network gets ${gets}. It should answer ${label}.`;
  const batch = data.training.batchSize;
  const isBatch = batch > 1 ? ` Training takes the mean of ${batch} examples for each step; here it is one.` : "";
  const how = isFixed() ? "Press Next (or the → key)" : "Press Next";
  if (data.frozen) return [given, data.frozen.text];
  return [given, `${how} and watch it calculate, one line at a time.${isBatch}`];
}

/** @returns {[string, string]} */
function afterInWords() {
  const { network, moment } = app;
  const before = network.value("L", moment);
  const after = network.engine.loss(moment.next, moment.example.x, moment.example.y);
  const more = "That is what one step of learning does. Training is this, over and over, with every example.";
  return [
    `The same example again: the loss was ${long(before)}, now it is ${long(after)}.`,
    after < before ? more : after === before ? "Nothing moved: every gradient is 0." : "This step was too long: try a smaller learning rate.",
  ];
}
