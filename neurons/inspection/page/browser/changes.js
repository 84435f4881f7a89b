// Changes of a number while live: each retrains the future.
import { Checkpoints } from "./checkpoints.js";
import { Run } from "./run.js";
import { announce } from "./dom.js";
import { app, canTrain, compute, exampleShown, isMeanQuick, meanLoss, refresh, refreshSoon, rebuild, valueNow } from "./app.js";
import { nameOf } from "./names.js";
import { stop } from "./play.js";
import { land } from "./flow.js";
import { long, short } from "./numbers.js";
import { partsOf } from "./network.js";
import { changeExample } from "./shown.js";

const MOST = 50; // of a weight, to either side
export const RETRAINED_AT_ONCE = 12; // milliseconds; the rest follows between the frames

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
