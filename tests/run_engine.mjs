// Trains by the JavaScript text: node run_engine.mjs cases.json prints the numbers that tests/test_javascript.py compares.
import { readFileSync } from "node:fs";

/** A function of one number that only looks up what Python calculated. */
function recorded(name, pairs) {
  const values = new Map(pairs);
  return (argument) => {
    if (!values.has(argument)) throw new Error(`Python never asked for ${name}(${argument})`);
    return values.get(argument);
  };
}

/** exp, tanh, log and log1p out of Python's records; pow by its exponent. */
function mathOf(records) {
  const math = { sqrt: Math.sqrt };
  for (const name of ["exp", "tanh", "log", "log1p"]) math[name] = recorded(name, records[name] ?? []);
  const powers = Object.entries(records.pow ?? {}).map(([base, pairs]) => [Number(base), recorded("pow", pairs)]);
  math.pow = (base, exponent) => new Map(powers).get(base)(exponent);
  return math;
}

function train({ source, records, parameters, inputs, labels, batchSize, learningRate, looks }) {
  const makeEngine = new Function(`"use strict"; ${source}; return makeEngine;`)();
  const engine = makeEngine(records === null ? Math : mathOf(records));
  const numbers = Float64Array.from(parameters);
  const state = new Float64Array(engine.stateSize);
  const sums = new Float64Array(numbers.length);
  const variables = new Float64Array(engine.variables.length);
  const seen = { names: engine.parameters, variableNames: engine.variables, losses: [], steps: [] };
  let example = 0;
  for (let step = 1; step <= looks[looks.length - 1]; step++) {
    sums.fill(0.0);
    for (let i = 0; i < batchSize; i++, example++) {
      const at = example % inputs.length;
      const loss = engine.pass(numbers, inputs[at], labels[at], variables);
      if (loss !== variables[variables.length - 1]) throw new Error("the loss is not the last variable");
      if (step <= 4) {
        if (engine.loss(numbers, inputs[at], labels[at]) !== loss) throw new Error("loss() is not pass()'s");
      }
      seen.losses.push(loss);
      engine.addGradients(variables, sums);
    }
    const before = looks.includes(step) ? Array.from(numbers) : null;
    engine.step(numbers, sums, batchSize, learningRate, state);
    if (before !== null) {
      const outputs = engine.forward(before, inputs[0]);
      seen.steps.push({ parameters: Array.from(numbers), variables: Array.from(variables), outputs, state: Array.from(state) });
    }
  }
  if (records === null) seen.predictions = inputs.map((example) => engine.predict(numbers, example));
  return seen;
}

const cases = JSON.parse(readFileSync(process.argv[2], "utf-8"));
console.log(JSON.stringify(cases.map(train)));
