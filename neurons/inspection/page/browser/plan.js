// The plan of a training: what it needs beside its weights, and a step of it.
import { unpacked } from "./numbers.js";

const ROWS = 8; // examples whose answers the time line shows

/** What a training needs beside the weights that it starts with: the examples, and which come when. */
export class Plan {
  /**
   * @param {PageData} data
   * @param {import("./network.js").Network} network
   */
  constructor(data, network) {
    const { training, examples } = data;
    this.network = network;
    this.examples = examplesOf(data);
    this.learningRate = training.learningRate;
    this.batchSize = training.batchSize;
    this.order = training.order;
    this.perEpoch = Math.ceil(this.orderOf(0).length / training.batchSize);
    this.numSteps = training.epochs * this.perEpoch;
    this.start = unpacked(training.start);
    this.state = training.state ? unpacked(training.state) : new Float64Array(network.engine.stateSize);
    this.numRows = Math.min(ROWS, examples.number);
    /** The examples whose answers are kept along the time line, from all over the data. */
    this.rowExamples = spreadOver(examples.number, this.numRows);
    this.sums = new Float64Array(network.numParameters);
    this.variables = network.newVariables();
    /** @type {Change[]} */
    this.recorded = training.events.map((event) => ({
      ...event,
      parameters: event.parameters && unpacked(event.parameters),
      recorded: true,
    }));
  }

  /**
   * The order of the examples in an epoch; beyond the recorded ones, the orders come again.
   * @param {number} epoch
   * @returns {number[]}
   */
  orderOf(epoch) {
    const { order } = this;
    if (Array.isArray(order[0])) return /** @type {number[][]} */ (order)[epoch % order.length];
    return /** @type {number[]} */ (order);
  }

  /**
   * The examples of the step that leads from `step` to `step` + 1.
   * @param {number} step
   */
  batchAt(step) {
    const epoch = Math.floor(step / this.perEpoch);
    const from = (step % this.perEpoch) * this.batchSize;
    return this.orderOf(epoch).slice(from, from + this.batchSize);
  }

  /**
   * The learning rate from a step on, with these changes.
   * @param {number} step
   * @param {Change[]} changes
   */
  rateAt(step, changes) {
    let rate = this.learningRate;
    for (const change of changes) {
      if (change.step <= step && change.learningRate !== undefined) rate = change.learningRate;
    }
    return rate;
  }

  /**
   * Take one step: `at` gets the weights and the optimiser's state after it.
   * @param {{parameters: Float64Array, state: Float64Array, learningRate: number}} at
   * @param {number} step
   * @param {(loss: number, example: Example, variables: Float64Array) => void} [seen] gets each example after its pass
   */
  takeStep(at, step, seen) {
    const { engine } = this.network;
    const batch = this.batchAt(step);
    this.sums.fill(0);
    for (const k of batch) {
      const example = this.examples[k];
      const loss = engine.pass(at.parameters, example.x, example.y, this.variables);
      engine.addGradients(this.variables, this.sums);
      seen?.(loss, example, this.variables);
    }
    engine.step(at.parameters, this.sums, batch.length, at.learningRate, at.state);
  }
}

/**
 * Some of many, evenly spread: the numbers of `count` out of `all`.
 * @param {number} all
 * @param {number} count
 */
export function spreadOver(all, count) {
  return Array.from({ length: count }, (_, q) => (count < 2 ? 0 : Math.round((q * (all - 1)) / (count - 1))));
}

/**
 * @param {PageData} data
 * @returns {Example[]}
 */
function examplesOf({ examples, sizes }) {
  const x = unpacked(examples.x);
  const y = unpacked(examples.y);
  const numInputs = sizes[0];
  const numOutputs = sizes[sizes.length - 1];
  return Array.from({ length: examples.number }, (_, k) => ({
    x: x.subarray(k * numInputs, (k + 1) * numInputs),
    y: y.subarray(k * numOutputs, (k + 1) * numOutputs),
  }));
}
