// A training that cannot be redone on the page, as its data are too large: its weights now and then.
import { unpacked } from "./numbers.js";

/** Read as a `Run` is; its steps are the checkpoints. */
export class Checkpoints {
  /**
   * @param {import("./plan.js").Plan} plan
   * @param {PageData["training"]} training
   * @param {Change[]} changes each holds at its own checkpoint alone
   */
  constructor(plan, training, changes = []) {
    const checkpoints = training.checkpoints ?? [];
    this.plan = plan;
    this.training = training;
    this.changes = changes;
    this.labels = checkpoints.map(({ step, epoch }) => ({ step, epoch }));
    this.kept = checkpoints.map(({ parameters }) => unpacked(parameters));
    this.numSteps = this.done = checkpoints.length - 1;
    this.means = training.loss ? unpacked(training.loss) : new Float64Array();
    this.accuracies = training.accuracy ? unpacked(training.accuracy) : new Float64Array();
    this.rowStride = 1;
    this.right = null;
    this.solved = -1;
    const numRows = plan.numRows;
    const { engine, numOutputs } = plan.network;
    this.rows = new Float32Array(this.kept.length * numRows * numOutputs);
    let at = 0;
    for (let step = 0; step < this.kept.length; step++) {
      const { parameters } = this.stateAt(step);
      for (const k of plan.rowExamples) {
        for (const answer of engine.predict(parameters, plan.examples[k].x)) this.rows[at++] = answer;
      }
    }
  }

  /** There is nothing to go on with. */
  continueFor() {
    return true;
  }

  /** @param {number} step */
  stateAt(step) {
    const parameters = this.kept[step].slice();
    for (const change of this.changes) {
      if (change.step === step && change.parameters) parameters.set(change.parameters);
    }
    return {
      parameters,
      state: new Float64Array(this.plan.network.engine.stateSize),
      learningRate: this.rateAt(step),
    };
  }

  /**
   * The learning rate from a step on.
   * @param {number} step
   */
  rateAt(step) {
    return this.plan.rateAt(step, this.changes);
  }

  /**
   * The checkpoint at which parameter k had changed most since the one before.
   * @param {number} k
   */
  largestChange(k) {
    let best = { step: 0, by: 0 };
    for (let step = 1; step < this.kept.length; step++) {
      const by = this.kept[step][k] - this.kept[step - 1][k];
      if (Math.abs(by) > Math.abs(best.by)) best = { step, by };
    }
    return best;
  }
}
