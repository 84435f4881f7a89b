// Live: moving through the training.
import { Run } from "./run.js";
import { announce } from "./dom.js";
import { app, canTrain, compute, isMeanQuick, meanLoss, refresh, refreshSoon, valueNow } from "./app.js";
import { exampleName, labelName } from "./names.js";
import { isPlaying, startFrames, stop } from "./play.js";
import { land, wave } from "./flow.js";
import { long } from "./numbers.js";
import { RETRAINED_AT_ONCE } from "./changes.js";

const SECONDS = { slow: 40, normal: 14, fast: 5 }; // for the whole training
const JUST_BEFORE = 10; // epochs before the solution
const MOST_STEPS = 20000; // a training that is gone on with

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

