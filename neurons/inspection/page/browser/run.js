// A run of a training, redone on the page: every step is kept, or every few where they would take too much room.

const ROOM = 32 << 20; // bytes for the parameters kept
const WORK_FOR_ANSWERS = 6e6; // products, for the answers along the time line
const LOOK_AT_CLOCK = 64; // steps between two looks

/** One way the training goes: from the start, with the changes made on the way. */
export class Run {
  /**
   * @param {import("./plan.js").Plan} plan
   * @param {Change[]} changes by step
   * @param {number} numSteps
   * @param {Run | null} base a run that is the same up to the step `from`
   * @param {number} from
   */
  constructor(plan, changes, numSteps, base = null, from = 0) {
    const { network } = plan;
    const size = network.numParameters;
    this.plan = plan;
    this.changes = changes;
    this.numSteps = numSteps;
    this.stride = Math.max(1, Math.ceil((size * (numSteps + 1) * 8) / ROOM));
    const work = plan.numRows * size * numSteps;
    this.rowStride = Math.max(1, Math.ceil(work / WORK_FOR_ANSWERS));
    const isQuick = plan.examples.length * size * numSteps <= WORK_FOR_ANSWERS;
    const countsRight = network.classes !== null && isQuick;
    const numKept = Math.floor(numSteps / this.stride) + 1;
    const numEpochs = Math.ceil(numSteps / plan.perEpoch);
    this.kept = new Float64Array(numKept * size);
    this.states = new Float64Array(numKept * network.engine.stateSize);
    /** After each step, the sum of the losses of its epoch's examples so far, each before its step. */
    this.lossSums = new Float64Array(numSteps);
    /** History's: the mean over an epoch, before each step. */
    this.means = new Float64Array(numEpochs);
    this.accuracies = new Float64Array(numEpochs);
    this.rows = new Float32Array((Math.floor(numSteps / this.rowStride) + 1) * plan.numRows * network.numOutputs);
    this.right = countsRight ? new Uint16Array(numSteps + 1) : null;
    /** All examples are right from this step on; -1 where they never are, or nobody counts. */
    this.solved = -1;

    this.learningRate = plan.learningRate;
    this.parameters = plan.start.slice();
    this.state = plan.state.slice();
    /** Computed up to this step. */
    this.done = 0;
    this.outputs = new Float64Array(network.numOutputs);
    this.nextChange = 0;
    if (base && from > 0) this.beginAs(base, from);
    this.arrive();
  }

  /**
   * Take over what another run has up to `from`.
   * @param {Run} base
   * @param {number} from
   */
  beginAs(base, from) {
    const size = this.plan.network.numParameters;
    if (base.stride === this.stride) {
      const numKept = Math.ceil(from / this.stride);
      this.kept.set(base.kept.subarray(0, numKept * size));
      this.states.set(base.states.subarray(0, numKept * this.state.length));
    } else {
      for (let at = 0; at < from; at += this.stride) {
        const moment = base.stateAt(at);
        this.kept.set(moment.parameters, (at / this.stride) * size);
        this.states.set(moment.state, (at / this.stride) * this.state.length);
      }
    }
    const begun = base.stateAt(from, false);
    this.parameters = begun.parameters;
    this.state = begun.state;
    this.learningRate = begun.learningRate;
    this.lossSums.set(base.lossSums.subarray(0, from));
    const epochs = Math.ceil(from / this.plan.perEpoch);
    this.means.set(base.means.subarray(0, epochs));
    this.accuracies.set(base.accuracies.subarray(0, epochs));
    const width = this.plan.numRows * this.plan.network.numOutputs;
    if (base.rowStride === this.rowStride) this.rows.set(base.rows.subarray(0, Math.ceil(from / this.rowStride) * width));
    if (this.right && base.right) this.right.set(base.right.subarray(0, from));
    this.nextChange = this.changes.filter((change) => change.step < from).length;
    this.done = from;
  }

  /** Make the changes at the step just reached, keep it, and see what it answers. */
  arrive() {
    const { plan, done, changes } = this;
    const { network, examples } = plan;
    for (; this.nextChange < changes.length && changes[this.nextChange].step === done; this.nextChange++) {
      make(changes[this.nextChange], this);
    }
    if (done % this.stride === 0) {
      const at = done / this.stride;
      this.kept.set(this.parameters, at * network.numParameters);
      this.states.set(this.state, at * this.state.length);
    }
    if (done % this.rowStride === 0) {
      let at = (done / this.rowStride) * plan.numRows * network.numOutputs;
      for (const k of plan.rowExamples) {
        for (const answer of network.engine.predict(this.parameters, examples[k].x)) this.rows[at++] = answer;
      }
    }
    if (this.right) this.right[done] = this.countRight(this.parameters);
    if (done === this.numSteps) this.findSolved();
  }

  /** @param {Float64Array} parameters */
  countRight(parameters) {
    const { network, examples } = this.plan;
    let count = 0;
    for (const { x, y } of examples) if (network.isRight(network.engine.forward(parameters, x), y)) count++;
    return count;
  }

  findSolved() {
    if (!this.right) return;
    this.solved = -1;
    const all = this.plan.examples.length;
    for (let step = this.numSteps; step >= 0 && this.right[step] === all; step--) this.solved = step;
  }

  /**
   * Go on for about so many milliseconds; true once all is done.
   * @param {number} milliseconds
   */
  continueFor(milliseconds) {
    const end = performance.now() + milliseconds;
    while (this.done < this.numSteps) {
      this.takeStep();
      if (this.done % LOOK_AT_CLOCK === 0 && performance.now() > end) break;
    }
    return this.done === this.numSteps;
  }

  takeStep() {
    const { plan, done } = this;
    const { network } = plan;
    const epoch = Math.floor(done / plan.perEpoch);
    const inEpoch = plan.orderOf(epoch).length;
    let lossSum = done % plan.perEpoch ? this.lossSums[done - 1] : 0;
    plan.takeStep(this, done, (loss, { y }, variables) => {
      lossSum += loss;
      if (network.isRight(network.outputs(variables, this.outputs), y)) this.accuracies[epoch] += 1 / inEpoch;
    });
    this.lossSums[done] = lossSum;
    this.done += 1;
    if (this.done % plan.perEpoch === 0) this.means[epoch] = lossSum / inEpoch;
    this.arrive();
  }

  /**
   * The weights, the optimiser's state and the learning rate at a step.
   * @param {number} step
   * @param {boolean} changed after the changes made at this very step
   */
  stateAt(step, changed = true) {
    const { plan, stride } = this;
    const { network } = plan;
    let at = Math.floor(Math.min(step, this.done) / stride);
    if (!changed && at > 0 && at * stride === step) at -= 1; // what is kept there has the changes already
    const size = network.numParameters;
    const parameters = this.kept.slice(at * size, (at + 1) * size);
    const state = this.states.slice(at * this.state.length, (at + 1) * this.state.length);
    const reached = { parameters, state, learningRate: this.rateAt(at * stride) };
    for (let done = at * stride; done < step; ) {
      plan.takeStep(reached, done);
      done += 1;
      for (const change of this.changes) {
        if (change.step === done && (done < step || changed)) make(change, reached);
      }
    }
    return reached;
  }

  /**
   * The learning rate from a step on.
   * @param {number} step
   */
  rateAt(step) {
    return this.plan.rateAt(step, this.changes);
  }

  /**
   * The step after which parameter k had changed most, and by how much; changes by hand do not count.
   * @param {number} k
   */
  largestChange(k) {
    const size = this.plan.network.numParameters;
    const numKept = Math.floor(this.done / this.stride) + 1;
    let best = { step: 0, by: 0 };
    for (let at = 1; at < numKept; at++) {
      const by = this.kept[at * size + k] - this.kept[(at - 1) * size + k];
      if (Math.abs(by) <= Math.abs(best.by)) continue;
      const byHand = this.changes.some(({ step }) => step > (at - 1) * this.stride && step <= at * this.stride);
      if (!byHand) best = { step: at * this.stride, by };
    }
    return best;
  }
}

/**
 * @param {Change} change
 * @param {{parameters: Float64Array, learningRate: number}} at
 */
function make(change, at) {
  if (change.parameters) at.parameters.set(change.parameters);
  if (change.learningRate !== undefined) at.learningRate = change.learningRate;
}
