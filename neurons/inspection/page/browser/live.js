// Live: changing numbers, and moving through the training. Each change retrains the future.
import { Checkpoints } from "./checkpoints.js";
import { Run } from "./training.js";
import { announce } from "./dom.js";
import { app, compute, exampleShown, meanLoss, refresh, refreshSoon, rebuild, valueNow } from "./app.js";
import { exampleName, labelName, nameOf } from "./names.js";
import { isPlaying, startFrames, stop } from "./play.js";
import { land, wave } from "./flow.js";
import { long, short } from "./numbers.js";
import { partsOf } from "./network.js";

const MOST = 50; // of a weight, to either side
const SECONDS = { slow: 40, normal: 14, fast: 5 }; // for the whole training
const RETRAINED_AT_ONCE = 12; // milliseconds; the rest follows between the frames
const JUST_BEFORE = 10; // epochs before the solution
const MOST_STEPS = 20000; // a training that is gone on with
const WORK_PER_CHANGE = 2e6; // products; for more, the mean of all examples is not computed with every change

/** Whether the training can be redone here; else time goes from checkpoint to checkpoint. */
export function canTrain() {
  return app.run instanceof Run;
}

/** Whether the mean over all examples is quickly computed. */
function isMeanQuick() {
  return app.plan.examples.length * app.network.numParameters < WORK_PER_CHANGE;
}

/**
 * Change a weight, an input or a label.
 * @param {string} key
 * @param {number} value
 * @param {boolean} isHeld more changes of it will follow, as in a drag
 */
export function change(key, value, isHeld = false) {
  if (app.mode !== "live" || !Number.isFinite(value)) return;
  stop();
  land();
  const [what, l, j, i] = partsOf(key);
  const { network } = app;
  if (app.held?.key !== key) {
    const mean = isMeanQuick() ? meanLoss(app.moment.parameters) : NaN;
    app.held = { key, from: valueNow(key), loss: valueNow("L"), mean, base: app.run };
  }
  if (what === "w") {
    const parameters = app.moment.parameters.slice();
    parameters[network.at(l, j, i)] = Math.max(-MOST, Math.min(MOST, value));
    retrain({ step: app.step, parameters, text: `${nameOf(key, network)} = ${short(value)}` });
  } else {
    changeExample(what, l, value);
  }
  compute();
  app.note = changeInWords(key, app.held);
  if (!isHeld) app.held = null;
  announce(app.note.join(" "), 600);
  refreshSoon();
}

/** The hand has let go: what follows is another change. */
export function endChange() {
  app.held = null;
  refreshSoon();
}

/**
 * @param {string} what
 * @param {number} index
 * @param {number} value
 */
function changeExample(what, index, value) {
  const { x, y } = exampleShown();
  const own = { x: Float64Array.from(x), y: Float64Array.from(y) };
  (what === "x" ? own.x : own.y)[index] = value;
  app.own = own;
  app.shown = "own";
}

/**
 * @param {string} key
 * @param {import("./app.js").Held} held
 * @returns {[string, string]}
 */
function changeInWords(key, held) {
  const { network } = app;
  const [loss, value] = [valueNow("L"), valueNow(key)];
  const stays = Math.abs(loss - held.loss) < 5e-5;
  const how = stays ? `stays at ${long(loss)}` : `${loss > held.loss ? "rises" : "falls"}, ${long(held.loss)} → ${long(loss)}`;
  const first = `${nameOf(key, network)} from ${long(held.from)} to ${long(value)}: the loss ${how}.`;
  if (key.startsWith("y")) return [first, "No weight changed."];
  if (key.startsWith("x")) {
    const outputs = network.engine.predict(app.moment.parameters, exampleShown().x);
    return [first, outputs.length > 1 ? "No weight changed." : `The output is ${long(outputs[0])}. No weight changed.`];
  }
  const future = canTrain() ? "Below: how the training would go on from here." : "";
  if (Number.isNaN(held.mean)) return [first, future];
  const mean = `Mean of all ${app.plan.examples.length}: ${long(held.mean)} → ${long(meanLoss(app.moment.parameters))}.`;
  return [first, `${mean} ${future}`];
}

/**
 * The training from here on with a change.
 * @param {Change} made
 */
function retrain(made) {
  const base = app.held?.base ?? app.run;
  const before = base.changes.filter((one) => one.step < made.step || (one.step === made.step && one.recorded));
  const here = base.changes.find((one) => one.step === made.step && !one.recorded);
  const changes = [...before, { ...here, ...made }];
  if (base instanceof Checkpoints) {
    const others = base.changes.filter((one) => one.step !== made.step);
    app.run = new Checkpoints(app.plan, app.data.training, [...others, { ...here, ...made }]);
    return;
  }
  const run = new Run(app.plan, changes, base.numSteps, base, made.step);
  run.continueFor(RETRAINED_AT_ONCE);
  app.run = run;
}

/** Back to the training as it was. */
export function undo() {
  stop();
  land();
  app.run = app.original;
  app.held = null;
  app.step = Math.min(app.step, app.run.done);
  app.note = ["Back to the original training.", ""];
  compute();
  rebuild();
  announce(app.note[0]);
}

/** @param {number} rate */
export function setLearningRate(rate) {
  stop();
  land();
  app.held = null;
  const { original } = app;
  retrain({ step: app.step, learningRate: rate, text: `learning rate ${short(rate)}` });
  compute();
  const { run } = app;
  const end = (/** @type {Run | Checkpoints} */ one) => long(meanLoss(one.stateAt(one.done).parameters));
  const isDone = canTrain() && run.done === run.numSteps && isMeanQuick();
  const more = isDone ? `The training would end with the mean loss ${end(run)} instead of ${end(original)}.` : "";
  app.note = [`The learning rate is ${short(rate)} from step ${app.step} on.`, more];
  refresh();
  announce(app.note.join(" "));
}

/**
 * To another step of the training.
 * @param {number} step
 */
export function goToStep(step) {
  land();
  app.step = Math.max(0, Math.min(app.run.done, Math.round(step)));
  app.note = null;
  app.held = null;
  if (app.follows && canTrain()) [app.shown] = app.plan.batchAt(app.step);
  compute();
  refreshSoon();
}

/** To the step from which all are right, with what led to it. */
export function goToSolved() {
  const { run, plan, network } = app;
  if (run.solved < 0) return;
  stop();
  goToStep(run.solved);
  const from = Math.max(0, run.solved - JUST_BEFORE * plan.perEpoch);
  const [before, after] = [from, run.solved].map((step) => run.stateAt(step).parameters);
  let [name, most] = ["", 0];
  for (let l = 1; l <= network.top; l++) {
    for (let j = 0; j < network.sizes[l]; j++) {
      for (let i = 0; i <= network.sizes[l - 1]; i++) {
        const k = network.at(l, j, i);
        const by = after[k] - before[k];
        if (Math.abs(by) > Math.abs(most)) [name, most] = [network.parameterName(l, j, i), by];
      }
    }
  }
  const first = `All ${plan.examples.length} answers are right from step ${run.solved} on.`;
  const more = name ? `In the ${run.solved - from} steps before, ${name} changed most: by ${long(most)}.` : "";
  app.note = [first, more];
  announce(app.note.join(" "));
}

/** Twice as many steps as there are, where the training is at its end. */
function goOn() {
  const { original, run } = app;
  const numSteps = original.numSteps * 2;
  if (numSteps > MOST_STEPS || !(original instanceof Run) || !(run instanceof Run)) return false;
  const longer = (/** @type {Run} */ one) => new Run(app.plan, one.changes, numSteps, one, one.numSteps);
  app.original = longer(original);
  app.run = run === original ? app.original : longer(run);
  app.original.continueFor(RETRAINED_AT_ONCE);
  app.run.continueFor(RETRAINED_AT_ONCE);
  return true;
}

/** One step with the next example, so that one sees what flows. */
export function oneExample() {
  stop();
  land();
  if (app.step >= app.run.numSteps && !goOn()) return;
  if (app.step >= app.run.done) return;
  const [k] = app.plan.batchAt(app.step);
  const example = app.plan.examples[k];
  const name = `${exampleName(example, k)} (label ${labelName(example.y, app.network.classes)})`;
  app.shown = k;
  app.follows = true;
  const batch = app.plan.batchSize > 1 ? `, the first of ${app.plan.batchSize} in this batch` : "";
  app.note = [`One step, with ${name}${batch}: forward, back, and every weight moves.`, ""];
  compute();
  refresh();
  const mean = isMeanQuick() ? meanLoss(app.moment.parameters) : NaN;
  wave(() => {
    const before = valueNow("L");
    app.step += 1;
    compute();
    const first = `It learned from ${name}: the loss of this example went from ${long(before)} to ${long(valueNow("L"))}.`;
    const all = app.plan.examples.length;
    const more = Number.isNaN(mean) ? "" : `The mean of all ${all}: ${long(mean)} → ${long(meanLoss(app.moment.parameters))}.`;
    app.note = [first, more];
    refresh();
    announce(app.note.join(" "));
  });
}

export function oneEpoch() {
  stop();
  land();
  const { perEpoch } = app.plan;
  const to = canTrain() ? (Math.floor(app.step / perEpoch) + 1) * perEpoch : app.step + 1;
  if (to > app.run.numSteps && !(canTrain() && goOn())) return;
  if (to > app.run.done) return;
  const mean = isMeanQuick() ? meanLoss(app.moment.parameters) : NaN;
  app.step = to;
  compute();
  const first = canTrain() ? `One epoch: every example once, in ${perEpoch} steps.` : "The next checkpoint.";
  const more = Number.isNaN(mean) ? "" : `The mean loss went from ${long(mean)} to ${long(meanLoss(app.moment.parameters))}.`;
  app.note = [first, more];
  refresh();
  announce(app.note.join(" "));
}

/** Watch the training, from here to its end. */
export function train() {
  if (stop()) return;
  land();
  if (app.step >= app.run.numSteps) app.step = 0;
  app.note = null;
  let exact = app.step;
  startFrames((passed) => {
    exact += (app.run.numSteps * passed) / 1000 / SECONDS[app.pace];
    exact = Math.min(exact, app.run.done + 0.99);
    app.step = Math.min(app.run.done, Math.floor(exact));
    compute();
    if (app.step >= app.run.numSteps) {
      stop();
      announce(`The training has finished. ${rightInWords()}`);
    }
    refresh();
  });
}

/** Change the pace of what runs. */
export function paceChanged() {
  if (!isPlaying() || app.mode !== "live") return;
  stop();
  train();
}

/** "3 of 4 answers are right", or nothing where nobody counts. */
export function rightInWords() {
  const { run, plan } = app;
  if (run.right) return `${run.right[app.step]} of ${plan.examples.length} answers are right.`;
  return "";
}

/**
 * Show an example of the data.
 * @param {number | "own"} k
 */
export function showExample(k) {
  land();
  app.shown = k;
  app.follows = false;
  app.note = null;
  app.held = null;
  compute();
  refresh();
}

/**
 * Inputs of one's own.
 * @param {number[] | Float64Array} x
 * @param {string} more
 */
export function showInputs(x, more) {
  const y = app.own?.y ?? exampleShown().y;
  app.own = { x: Float64Array.from(x), y: Float64Array.from(y) };
  app.shown = "own";
  app.follows = false;
  compute();
  const { network } = app;
  const outputs = network.engine.predict(app.moment.parameters, app.own.x);
  const best = outputs.indexOf(Math.max(...outputs));
  const name = network.classes?.names?.[best] ?? String(best);
  const says = outputs.length > 1 ? `${name}, with ${Math.round(outputs[best] * 100)} %` : long(outputs[0]);
  const inputs = x.length > 6 ? "this image" : `the inputs ${Array.from(x, short).join(" and ")}`;
  app.note = [`For ${inputs} the network answers ${says}.`, more];
  announce(app.note[0], 600);
  refreshSoon();
}
