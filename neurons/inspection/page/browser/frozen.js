// A page without an engine, for the user's own parts, which no engine can write out: one step, with the numbers as recorded.
import { Network } from "./network.js";

/** A network that knows the recorded numbers, and after the step the outputs and the loss. */
export class FrozenNetwork extends Network {
  /** @param {PageData} data */
  constructor(data) {
    const frozen = /** @type {Frozen} */ (data.frozen);
    super(data, recordedEngine(data, frozen));
    this.frozen = frozen;
  }

  /**
   * @param {string} key
   * @param {Moment} moment
   */
  value(key, moment) {
    const isAfter = moment.parameters === moment.next;
    if (!isAfter) return this.frozen.values[key] ?? super.value(key, moment);
    if (key === "L") return this.frozen.after.L;
    const [what, l, j] = key.split(":");
    return what === "a" && Number(l) === this.top ? this.frozen.after.a[Number(j)] : NaN;
  }
}

/**
 * What stands where an engine's numbers would: those of the step that was recorded.
 * @param {PageData} data
 * @param {Frozen} frozen
 * @returns {Engine}
 */
function recordedEngine({ sizes }, { values, after }) {
  const start = parametersOf(sizes, values, "w");
  const end = parametersOf(sizes, values, "v");
  const top = sizes.length - 1;
  const outputs = Array.from({ length: sizes[top] }, (_, o) => values[`a:${top}:${o}`]);
  const isStart = (/** @type {Float64Array} */ parameters) => parameters.every((value, k) => value === start[k]);
  /** @type {number[]} */
  const variables = [];
  for (let l = 1; l <= top; l++) {
    for (let j = 0; j < sizes[l]; j++) {
      variables.push(...["z", "a", "da", "ds", "dz"].map((what) => values[`${what}:${l}:${j}`] ?? NaN));
      for (let i = 0; i <= sizes[l - 1]; i++) variables.push(values[`g:${l}:${j}:${i}`] ?? NaN);
      for (let i = 0; i < sizes[l - 1]; i++) variables.push(values[`s:${l}:${j}:${i}`] ?? NaN);
    }
  }
  for (let i = 0; i < sizes[0]; i++) variables.push(NaN);
  variables.push(values.L);
  return {
    parameters: start.map(String),
    variables: variables.map(String),
    stateSize: 0,
    pass(parameters, x, y, into) {
      into?.set(variables);
      return isStart(parameters) ? values.L : after.L;
    },
    forward(parameters, x, into) {
      into?.set(variables);
      return isStart(parameters) ? outputs : after.a;
    },
    predict: (parameters) => (isStart(parameters) ? outputs : after.a),
    loss: (parameters) => (isStart(parameters) ? values.L : after.L),
    addGradients() {},
    step: (parameters) => parameters.set(end),
  };
}

/**
 * The weights before ("w") or after ("v") the step, in the engine's order.
 * @param {number[]} sizes
 * @param {Record<string, number>} values
 * @param {string} what
 */
function parametersOf(sizes, values, what) {
  /** @type {number[]} */
  const parameters = [];
  for (let l = 1; l < sizes.length; l++) {
    for (let j = 0; j < sizes[l]; j++) {
      for (let i = 0; i <= sizes[l - 1]; i++) parameters.push(values[`${what}:${l}:${j}:${i}`] ?? values[`w:${l}:${j}:${i}`]);
    }
  }
  return parameters;
}

/**
 * The data of such a page with what others have, too: a time line that is its start alone.
 * @param {PageData} data
 * @returns {PageData}
 */
export function withStartAlone(data) {
  const values = /** @type {Frozen} */ (data.frozen).values;
  const parameters = parametersOf(data.sizes, values, "w");
  const checkpoints = [{ step: 0, epoch: 0, parameters }];
  const none = { order: [], state: null, events: [], loss: null, accuracy: null };
  const training = { ...none, learningRate: values.lr ?? NaN, batchSize: 1, epochs: 0, start: parameters, checkpoints };
  return { ...data, optimiser: { name: "sgd", text: "SGD()" }, training };
}
