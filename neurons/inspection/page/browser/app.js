// What the page shows now. Every view reads it, every action changes it and asks for a refresh.
import { FrozenNetwork, withStartAlone } from "./frozen.js";
import { Network } from "./network.js";
import { Plan } from "./plan.js";
import { Run } from "./run.js";
import { Checkpoints } from "./checkpoints.js";
import { Walk, knownAfter } from "./walk.js";

const FIRST_PART = 60; // milliseconds of a training that are computed before the page shows; the rest follows
const PART = 10;
const WORK_PER_CHANGE = 2e6; // products; for more, the mean of all examples is not computed with every change

export const app = {
  /** @type {PageData} */
  data: /** @type {any} */ (null),
  /** @type {Network} */
  network: /** @type {any} */ (null),
  /** @type {Plan} */
  plan: /** @type {any} */ (null),
  /** @type {Walk} */
  walk: /** @type {any} */ (null),
  /** @type {Run | Checkpoints} the training as it was */
  original: /** @type {any} */ (null),
  /** @type {Run | Checkpoints} the training with the user's changes */
  run: /** @type {any} */ (null),

  /** @type {"step" | "live"} */
  mode: "step",
  /** The step of the training that is shown. */
  step: 0,
  /** @type {number | "own"} the example in the network */
  shown: 0,
  /** Whether the example shown is the one that the training takes next. */
  follows: false,
  /** @type {Example | null} an example that the user made */
  own: null,
  /** @type {string | null} the key of the number that Why explains */
  selected: null,
  /** The line of the walk. */
  line: 0,
  everyLine: false,
  /** @type {"weights" | "forward" | "back"} what the lines of the network show */
  edges: "weights",
  /** @type {[string, string] | null} what the last action did, in words */
  note: null,
  /** @type {Held | null} a change under way, as in a drag */
  held: null,
  isLarge: false,
  /** @type {"slow" | "normal" | "fast"} */
  pace: "normal",

  /** @type {Moment} */
  moment: /** @type {any} */ (null),
  /** @type {WalkEvent[]} */
  events: [],
  /** @type {Map<string, number>} the numbers calculated up to the line */
  known: new Map(),
};

/** @typedef {{key: string, from: number, loss: number, mean: number, base: Run | Checkpoints}} Held */

/** @param {PageData} given */
export function begin(given) {
  const data = given.frozen ? withStartAlone(given) : given;
  app.data = data;
  app.network = data.frozen ? new FrozenNetwork(data) : new Network(data, makeEngine(Math));
  app.plan = new Plan(data, app.network);
  app.walk = new Walk(data.walk, app.network);
  app.shown = data.shown;
  app.run = app.original = data.training.checkpoints
    ? new Checkpoints(app.plan, data.training)
    : new Run(app.plan, app.plan.recorded, app.plan.numSteps);
  continueTraining(FIRST_PART);
  if (!app.original.right) app.original.solved = data.training.solved ?? -1; // too many to count here
  compute();
}

/** The example in the network. */
export function exampleShown() {
  if (app.shown === "own" && app.own) return app.own;
  return app.plan.examples[Number(app.shown)];
}

/** Compute the numbers of this moment: one pass of the example shown with the weights of the step shown. */
export function compute() {
  const { network, run } = app;
  const { parameters, state, learningRate } = run.stateAt(app.step);
  const example = exampleShown();
  const variables = network.newVariables();
  network.engine.pass(parameters, example.x, example.y, variables);
  const next = parameters.slice();
  const nextState = state.slice();
  const sums = new Float64Array(network.numParameters);
  network.engine.addGradients(variables, sums);
  network.engine.step(next, sums, 1, learningRate, nextState);
  app.moment = { parameters, example, variables, learningRate, next, state, nextState };
  if (app.mode === "step") {
    app.events = app.walk.eventsAt(app.moment);
    app.line = Math.min(app.line, app.events.length - 1);
    computeKnown();
  }
}

/** After a move to another line. */
export function computeKnown() {
  app.known = knownAfter(app.events, app.line, app.network, app.moment);
}

/**
 * The number with this key now; in Step by step undefined while it is still to be calculated.
 * @param {string} key
 * @returns {number | undefined}
 */
export function valueOf(key) {
  if (app.mode === "live" || /^[xy]:/.test(key)) return valueNow(key);
  if (key.startsWith("p:") && !app.known.has(key)) return app.known.has("L") ? valueNow(key) : undefined; // by the loss
  return app.known.get(key) ?? (key.startsWith("w:") ? valueNow(key) : undefined);
}

/**
 * The number with this key, calculated or not.
 * @param {string} key
 */
export function valueNow(key) {
  return app.network.value(key, app.moment);
}

/**
 * The mean loss of all examples.
 * @param {Float64Array} parameters
 */
export function meanLoss(parameters) {
  if (app.data.frozen) return app.data.frozen.after.mean[parameters === app.moment.next ? 1 : 0];
  let sum = 0;
  for (const { x, y } of app.plan.examples) sum += app.network.engine.loss(parameters, x, y);
  return sum / app.plan.examples.length;
}

/** The weights as they are at this line: in the phase step some have moved already. */
export function parametersShown() {
  const { network, moment } = app;
  if (app.mode === "live") return moment.parameters;
  const parameters = moment.parameters.slice();
  for (const [key, value] of app.known) {
    if (!key.startsWith("w:")) continue;
    const [, l, j, i] = key.split(":").map(Number);
    parameters[network.at(l, j, i)] = value;
  }
  return parameters;
}

/**
 * Go on with the trainings that are not through.
 * @param {number} milliseconds
 */
function continueTraining(milliseconds) {
  if (!app.original.continueFor(milliseconds)) return false;
  return app.run === app.original || app.run.continueFor(milliseconds);
}

let refreshAll = () => {};
let rebuildAll = () => {};
let isWanted = false;
let isTraining = false;

/**
 * @param {() => void} refreshViews
 * @param {() => void} rebuildViews
 */
export function showWith(refreshViews, rebuildViews) {
  refreshAll = refreshViews;
  rebuildAll = rebuildViews;
}

/** Show everything anew, now. */
export function refresh() {
  refreshAll();
  trainOn();
}

/** Draw everything anew, as for another size or mode. */
export function rebuild() {
  rebuildAll();
  trainOn();
}

/** Show everything anew with the next frame. */
export function refreshSoon() {
  if (isWanted) return;
  isWanted = true;
  requestAnimationFrame(() => {
    isWanted = false;
    refresh();
  });
}

/** Compute what is left of the training, a part at a time, so that the page stays quick. */
function trainOn() {
  if (isTraining || (app.original.done === app.original.numSteps && app.run.done === app.run.numSteps)) return;
  isTraining = true;
  setTimeout(() => {
    isTraining = false;
    continueTraining(PART);
    refreshAll();
    trainOn();
  }, 0);
}

/** Whether the training can be redone here; else time goes from checkpoint to checkpoint. */
export function canTrain() {
  return app.run instanceof Run;
}

/** Whether the mean over all examples is quickly computed. */
export function isMeanQuick() {
  return app.plan.examples.length * app.network.numParameters < WORK_PER_CHANGE;
}
