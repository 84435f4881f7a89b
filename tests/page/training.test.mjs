// A training redone: against a plain loop over the same steps, for a network of one weight that is written out here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Plan, spreadOver } from "../../neurons/inspection/page/browser/plan.js";
import { Run } from "../../neurons/inspection/page/browser/run.js";

const X = [1, 2, -1, 0.5];
const Y = [0.5, 1.5, -1, 0];
const RATE = 0.1;
const NUM_EPOCHS = 6;

/** a = w * x and L = (a - y)²; one weight, with momentum: state is the velocity. */
const engine = {
  stateSize: 1,
  pass(parameters, x, y, variables) {
    const difference = parameters[0] * x[0] - y[0];
    variables[0] = parameters[0] * x[0];
    variables[1] = 2 * difference * x[0];
    return difference * difference;
  },
  forward: (parameters, x) => [parameters[0] * x[0]],
  predict: (parameters, x) => [parameters[0] * x[0]],
  addGradients(variables, sums) {
    sums[0] += variables[1];
  },
  step(parameters, sums, count, rate, state) {
    state[0] = 0.5 * state[0] + sums[0] / count;
    parameters[0] -= rate * state[0];
  },
};

const network = {
  engine,
  numParameters: 1,
  numOutputs: 1,
  classes: {},
  newVariables: () => new Float64Array(2),
  outputs: (variables, into) => into.fill(variables[0]),
  isRight: (outputs, label) => outputs[0] > 0.25 === label[0] > 0.25,
};

function planWith(batchSize, order) {
  const training = { learningRate: RATE, batchSize, epochs: NUM_EPOCHS, order, start: [0.9], state: null, events: [] };
  return new Plan({ training, sizes: [1, 1], examples: { x: X, y: Y, number: 4, total: 4 } }, network);
}

/** The weights after each step, and the mean losses of the epochs, by a plain loop; `changes` by step. */
function plainLoop(batchSize, orderOf, changes = {}) {
  let [weight, velocity, rate] = [0.9, 0, RATE];
  const weights = [];
  const means = [];
  let step = 0;
  for (let epoch = 0; epoch < NUM_EPOCHS; epoch++) {
    let loss = 0;
    for (let first = 0; first < 4; first += batchSize) {
      weight = changes[step]?.weight ?? weight;
      rate = changes[step]?.rate ?? rate;
      weights.push(weight);
      let sum = 0;
      const batch = orderOf(epoch).slice(first, first + batchSize);
      for (const k of batch) {
        const difference = weight * X[k] - Y[k];
        loss += difference * difference;
        sum += 2 * difference * X[k];
      }
      velocity = 0.5 * velocity + sum / batch.length;
      weight -= rate * velocity;
      step += 1;
    }
    means.push(loss / 4);
  }
  return { weights: [...weights, weight], means };
}

const ORDERS = [[3, 1, 0, 2], [0, 1, 2, 3], [2, 3, 1, 0], [1, 0, 3, 2], [3, 2, 1, 0], [0, 2, 1, 3]];

for (const batchSize of [1, 2, 3]) {
  test(`every step and every loss, with batches of ${batchSize}`, () => {
    const plan = planWith(batchSize, ORDERS);
    const run = new Run(plan, [], plan.numSteps);
    run.continueFor(Infinity);
    const expected = plainLoop(batchSize, (epoch) => ORDERS[epoch]);
    assert.deepEqual(expected.weights.map((_, step) => run.stateAt(step).parameters[0]), expected.weights);
    assert.deepEqual([...run.means], expected.means);
  });
}

test("a change retrains the future and leaves the past", () => {
  const plan = planWith(1, ORDERS[0]);
  const original = new Run(plan, [], plan.numSteps);
  original.continueFor(Infinity);
  const changes = [{ step: 6, parameters: Float64Array.of(-2), text: "" }];
  const first = new Run(plan, changes, plan.numSteps, original, 6);
  first.continueFor(Infinity);
  const both = [...changes, { step: 14, learningRate: 0.01, text: "" }];
  const second = new Run(plan, both, plan.numSteps, first, 14);
  second.continueFor(Infinity);
  const expected = plainLoop(1, () => ORDERS[0], { 6: { weight: -2 }, 14: { rate: 0.01 } });
  assert.deepEqual(expected.weights.map((_, step) => second.stateAt(step).parameters[0]), expected.weights);
  assert.deepEqual([...second.means], expected.means);
  assert.equal(second.largestChange(0).step === 6, false, "the change by hand is no step");
});

test("steps between those that are kept are computed again", () => {
  const plan = planWith(1, ORDERS);
  const run = new Run(plan, [{ step: 5, parameters: Float64Array.of(3), text: "" }], plan.numSteps);
  run.stride = 4; // as a large network would have it
  run.continueFor(Infinity);
  const expected = plainLoop(1, (epoch) => ORDERS[epoch], { 5: { weight: 3 } });
  assert.deepEqual(expected.weights.map((_, step) => run.stateAt(step).parameters[0]), expected.weights);
});

test("a longer training begins as the shorter one", () => {
  const plan = planWith(1, ORDERS[1]);
  const short = new Run(plan, [], 10);
  short.continueFor(Infinity);
  const longer = new Run(plan, [], plan.numSteps, short, 10);
  longer.continueFor(Infinity);
  const expected = plainLoop(1, () => ORDERS[1]);
  assert.deepEqual(expected.weights.map((_, step) => longer.stateAt(step).parameters[0]), expected.weights);
  assert.deepEqual([...longer.means], expected.means);
});

test("all are right from the last wrong step on", () => {
  const plan = planWith(1, ORDERS[0]);
  const run = new Run(plan, [{ step: 20, parameters: Float64Array.of(-1), text: "" }], plan.numSteps);
  run.continueFor(Infinity);
  const wrong = (step) => X.some((x, k) => run.stateAt(step).parameters[0] * x > 0.25 !== Y[k] > 0.25);
  let expected = -1;
  for (let step = plan.numSteps; step >= 0 && !wrong(step); step--) expected = step;
  assert.equal(run.solved, expected);
});

test("some examples out of many", () => {
  assert.deepEqual(spreadOver(3, 3), [0, 1, 2]);
  assert.deepEqual(spreadOver(100, 3), [0, 50, 99]);
  assert.deepEqual(spreadOver(5, 1), [0]);
});
