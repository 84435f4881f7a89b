// The sentences: what a line does, and why it matters.
import { bracketed, long, short } from "./numbers.js";
import { inputName } from "./names.js";
import { partsOf } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {[string, string]} Sentences what happens, and why it matters */

const ACTIVATION_FORMULAS = /** @type {Record<string, string>} */ ({ sigmoid: " = 1 / (1 + exp(−z))", tanh: " = tanh(z)", relu: " = max(0, z)" });

/**
 * What a line of the walk does.
 * @param {WalkEvent} event
 * @param {Network} network
 * @param {Moment} moment
 * @param {string} optimiser
 * @returns {Sentences}
 */
export function lineInWords(event, network, moment, optimiser) {
  const [what, l, j, i] = partsOf(event.result);
  const value = event.result === "" ? 0 : network.value(event.result, moment);
  switch (what) {
    case "z":
      return sumInWords(network, moment, l, j, i);
    case "a":
      return activationInWords(network, moment, l, j);
    case "ds":
      return slopeInWords(network, moment, l, j);
    case "dz":
      return [
        `${network.neuronName(l, j)}'s error: dL/dz = dL/da times the slope = ${long(value)}.`,
        "All gradients of this neuron are this number, times something.",
      ];
    case "g":
      return gradientInWords(network, moment, l, j, i);
    case "s":
      return [
        `${inputName(network, l, i)} gets its share of the blame: ${network.neuronName(l, j)}'s error times the weight between them, ${network.parameterName(l, j, i)}.`,
        `${long(value)} travels back to ${inputName(network, l, i)}.`,
      ];
    case "da":
      return l === network.top ? blameInWords(network, moment, j) : sharesInWords(network, moment, l, j, i);
    case "v":
      return stepInWords(network, moment, l, j, i, optimiser);
    case "n":
    case "r":
      return memoryInWords(what, network.parameterName(l, j, i), value, optimiser);
    case "":
      return ["", ""];
    default:
      return lossInWords(what, l, network, moment);
  }
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @param {number} count how many products the sum has; -1 with the bias
 * @returns {Sentences}
 */
function sumInWords(network, moment, l, j, count) {
  const me = network.neuronName(l, j);
  if (count < 0) return [`${me} adds its bias b. The sum z is complete.`, "The bias is a weight whose input is always 1."];
  const i = count - 1;
  if (count > 12) return [`${me} adds all its other inputs, each times its weight.`, "The sum so far is its z."];
  const input = l === 1 ? moment.example.x[i] : network.value(`a:${l - 1}:${i}`, moment);
  const verb = i ? "adds" : "takes";
  const more = i ? "The sum so far is its z." : "It begins a sum, z: what comes in, times how much it counts.";
  return [
    `${me} ${verb} ${inputName(network, l, i)} = ${long(input)}, times its weight w[${i}].`,
    input === 0 ? "An input of 0 adds nothing, whatever the weight is." : more,
  ];
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @returns {Sentences}
 */
function activationInWords(network, moment, l, j) {
  const z = long(network.value(`z:${l}:${j}`, moment));
  const a = long(network.value(`a:${l}:${j}`, moment));
  const isOutput = l === network.top;
  return [
    `${network.acts[l]} turns z = ${z} into the activation a${ACTIVATION_FORMULAS[network.acts[l]] ?? ""} = ${a}.`,
    isOutput
      ? `This is ${network.numOutputs > 1 ? `the network's output ${j}` : "the network's output"}.`
      : "This is what the neuron tells the next layer.",
  ];
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @returns {Sentences}
 */
function slopeInWords(network, moment, l, j) {
  const act = network.acts[l];
  const slope = network.value(`ds:${l}:${j}`, moment);
  const z = long(network.value(`z:${l}:${j}`, moment));
  const formula = slopeFormula(act, network.value(`z:${l}:${j}`, moment), network.value(`a:${l}:${j}`, moment), slope);
  let more = "If z grows a little, a grows this many times as much.";
  if (slope === 0) more = "Flat: nothing gets through.";
  else if (Math.abs(slope) < 0.05) more = "Nearly flat: little of the blame gets through.";
  return [`How steep is ${act} at ${network.neuronName(l, j)}'s z = ${z}? The slope da/dz ${formula}${long(slope)}.`, more];
}

/**
 * How the slope follows from a or z, up to the number itself; for the user's own function, only "is".
 * @param {string} act
 * @param {number} z
 * @param {number} a
 * @param {number} slope
 */
export function slopeFormula(act, z, a, slope) {
  const isNear = (/** @type {number} */ value) => Math.abs(value - slope) < 1e-9;
  if (act === "sigmoid" && isNear(a * (1 - a))) return `= a (1 − a) = ${long(a)} × (1 − ${long(a)}) = `;
  if (act === "tanh" && isNear(1 - a * a)) return `= 1 − a² = 1 − ${bracketed(a)}² = `;
  if (act === "identity" && slope === 1) return "is always ";
  if (/relu/.test(act) && isNear(z > 0 ? 1 : act === "relu" ? 0 : slope)) return `at z ${z > 0 ? "above" : "up to"} 0 is `;
  return "is ";
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @param {number} i
 * @returns {Sentences}
 */
function gradientInWords(network, moment, l, j, i) {
  const numInputs = network.sizes[l - 1];
  if (i === numInputs) {
    return [`The gradient of ${network.neuronName(l, j)}'s bias b is its error itself.`, "Because the bias has the input 1."];
  }
  const gradient = network.value(`g:${l}:${j}:${i}`, moment);
  const input = l === 1 ? moment.example.x[i] : network.value(`a:${l - 1}:${i}`, moment);
  const direction = gradient < 0 ? "fall" : "rise";
  let more = `L would ${direction} if ${network.parameterName(l, j, i)} grew.`;
  if (input === 0) more = "Its input is 0, so this weight had no part in the result: its gradient is 0.";
  else if (gradient === 0) more = "The error is 0, so the gradient is 0.";
  const name = network.parameterName(l, j, i);
  return [`The gradient of ${name}: dL/dw = the error times its input ${inputName(network, l, i)} = ${long(input)}.`, more];
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} o
 * @returns {Sentences}
 */
function blameInWords(network, moment, o) {
  const blame = network.value(`da:${network.top}:${o}`, moment);
  const which = network.numOutputs > 1 ? `output ${o}` : "the output";
  let more = "The output is exactly right.";
  if (blame < 0) more = `It is negative: a larger output would make L smaller. The way back begins here.`;
  if (blame > 0) more = `It is positive: a larger output would make L larger. The way back begins here.`;
  return [`How does L change if ${which} grows? By ${long(blame)} for each unit: this is dL/da.`, more];
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @param {number} part how many shares have come in; -1 for all
 * @returns {Sentences}
 */
function sharesInWords(network, moment, l, j, part) {
  const me = network.neuronName(l, j);
  const ways = network.sizes[l + 1];
  const count = part < 0 ? ways : part;
  const sum = long(network.value(`da:${l}:${j}:${count}`, moment));
  const from = network.neuronName(l + 1, count - 1);
  if (ways === 1) return [`${me} gets ${sum} from ${from}: this is its dL/da.`, "It has one way to the loss, so this is all."];
  return [
    `${me} adds what comes back from ${from}: now its dL/da is ${sum}.`,
    count < ways ? `It has ${ways} ways to the loss; ${ways - count} still to come.` : `All ${ways} ways to the loss are in the sum.`,
  ];
}

/**
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @param {number} i
 * @param {string} optimiser
 * @returns {Sentences}
 */
function stepInWords(network, moment, l, j, i, optimiser) {
  const name = network.parameterName(l, j, i);
  const from = network.value(`w:${l}:${j}:${i}`, moment);
  const to = network.value(`v:${l}:${j}:${i}`, moment);
  const gradient = network.value(`g:${l}:${j}:${i}`, moment);
  if (from === to) return [`${name} has the gradient ${long(gradient)} and stays as it is.`, ""];
  const how = to > from ? "up" : "down";
  if (optimiser !== "sgd") return [`${name} goes ${how}.`, `From ${long(from)} to ${long(to)}.`];
  const rate = moment.learningRate;
  const size = `${short(rate)} × ${long(Math.abs(gradient))} = ${long(Math.abs(rate * gradient))}`;
  return [`${name} goes ${how}, against its gradient.`, `By ${size}: from ${long(from)} to ${long(to)}.`];
}

/**
 * @param {string} what
 * @param {string} name
 * @param {number} value
 * @param {string} optimiser
 * @returns {Sentences}
 */
function memoryInWords(what, name, value, optimiser) {
  if (optimiser === "momentum") {
    return [`The velocity of ${name} is ${long(value)}.`, "A share of the velocity before, plus the gradient: so it keeps its direction."];
  }
  const of = what === "n" ? "gradient" : "gradient's square";
  return [`The running mean of ${name}'s ${of} is ${long(value)}.`, "Most of it is the mean before, and a little is from this step."];
}

/**
 * @param {string} what
 * @param {number} o
 * @param {Network} network
 * @param {Moment} moment
 * @returns {Sentences}
 */
function lossInWords(what, o, network, moment) {
  const top = network.top;
  const which = network.numOutputs > 1 ? `output ${o}` : "the output";
  const value = network.value(o < 0 ? what : `${what}:${o}`, moment);
  if (what === "e") {
    const output = long(network.value(`a:${top}:${o}`, moment));
    return [
      `How far off is ${which}? ${output} minus the label ${long(moment.example.y[o])} is ${long(value)}.`,
      "The loss is this difference, squared.",
    ];
  }
  if (what === "L" && o < 0) {
    return [
      `The loss L of this example is ${long(value)}.`,
      "One number that says how wrong the network is. Learning means making it smaller.",
    ];
  }
  if (what === "L") {
    const adds = o === 1 ? "The first output adds its part" : `Output ${o - 1} adds its part`;
    const says = network.numOutputs === 1 ? "The difference squared is" : `${adds}: the sum is now`;
    return [`${says} ${long(value)}.`, "It is never below 0: too much and too little both count."];
  }
  if (what === "p") return [`The probability of ${which} is ${long(value)}.`, "All probabilities sum to 1."];
  if (what === "M") {
    const why = "We subtract it from all of them first: exp stays small, and the result is the same.";
    return [`The largest output is ${long(value)}.`, why];
  }
  if (what === "E") return [`exp makes ${which} positive: ${long(value)}.`, "The larger the output, the larger its part."];
  if (what === "T") return [`The sum of these is ${long(value)}.`, "Each part, divided by the sum, is a probability."];
  return ["", ""];
}
