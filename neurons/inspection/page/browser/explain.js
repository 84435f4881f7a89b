// What stands in Why for each kind of number: the chain of numbers that it was made of, and a sentence.
import { app, exampleShown, valueNow } from "./app.js";
import { html } from "./dom.js";
import { inputName, nameOf } from "./names.js";
import { long, short } from "./numbers.js";
import { partsOf } from "./network.js";
import { verdictOf, wholeWay } from "./reasons.js";

const MOST_TERMS = 10; // of a sum; of more, the largest

/** @typedef {{label: string, value: number, key?: string, from?: string, isWhole?: boolean}} Factor */
/** @typedef {(string | Factor)[]} Chain */
/** @typedef {{chain: Chain, verdict: string, more?: string}} Explanation */

/**
 * @param {string} key
 * @returns {Explanation}
 */
export function explanationOf(key) {
  const [what, l, j, i] = partsOf(key);
  switch (what) {
    case "w":
    case "g":
      return ofGradient(l, j, i);
    case "z":
      return ofSum(l, j);
    case "a":
    case "ds":
      return ofActivation(what, l, j);
    case "da":
      return l === app.network.top ? ofOutput(j) : ofBlame(l, j);
    case "dz":
      return ofError(l, j);
    case "L":
      return ofLoss();
    case "p":
      return ofProbability(l);
    default:
      return ofData(what);
  }
}

/**
 * The number itself, at the head of its chain.
 * @param {string} label
 * @param {string} key
 * @returns {Factor}
 */
function whole(label, key) {
  return { label, value: valueNow(key), isWhole: true };
}

/**
 * @param {number} l
 * @param {number} j
 * @param {number} i
 * @returns {Explanation}
 */
function ofGradient(l, j, i) {
  const { network, moment, data } = app;
  const isBias = i === network.sizes[l - 1];
  const input = isBias
    ? { label: "input", value: 1, from: "always 1" }
    : factor("input", l > 1 ? `a:${l - 1}:${i}` : `x:${i}`, inputName(network, l, i));
  const name = isBias ? "b" : `w[${i}]`;
  const chain = [
    { ...whole(`dL/d${name}`, `g:${l}:${j}:${i}`), from: "gradient" },
    "=",
    factor("dL/da", `da:${l}:${j}`, "comes in"),
    "×",
    factor("da/dz", `ds:${l}:${j}`, "slope"),
    "×",
    input,
  ];
  const verdict = verdictOf(network, moment, l, j, i, data.optimiser.name);
  const isOneWay = l === 1 && network.top === 2 && network.numOutputs === 1;
  return { chain, verdict, more: isOneWay ? wholeWay(network, moment, j, i) : undefined };
}

/**
 * @param {string} label
 * @param {string} key
 * @param {string} [from]
 * @returns {Factor}
 */
function factor(label, key, from) {
  return { label, value: valueNow(key), key, from };
}

/**
 * A sum as a chain; of many terms the largest, and what the others come to.
 * @param {Factor} head
 * @param {Factor[]} terms
 * @param {number} rest
 * @returns {Chain}
 */
function sum(head, terms, rest = 0) {
  const bySize = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_TERMS);
  const shown = terms.filter((term) => bySize.includes(term));
  const left = terms.filter((term) => !bySize.includes(term));
  const others = left.reduce((total, { value }) => total + value, 0) + rest;
  /** @type {Chain} */
  const chain = [head, "="];
  shown.forEach((term, q) => chain.push(...(q ? ["+"] : []), term));
  if (left.length) chain.push("+", { label: `${left.length} others`, value: others });
  return chain;
}

/**
 * @param {number} l
 * @param {number} j
 * @returns {Explanation}
 */
function ofSum(l, j) {
  const { network } = app;
  const numInputs = network.sizes[l - 1];
  const terms = Array.from({ length: numInputs }, (_, i) => {
    const product = valueNow(`w:${l}:${j}:${i}`) * valueNow(`a:${l - 1}:${i}`);
    return { label: `${inputName(network, l, i)} × w[${i}]`, value: product, key: `w:${l}:${j}:${i}` };
  });
  const bias = factor("bias", `w:${l}:${j}:${numInputs}`);
  return {
    chain: sum(whole("z", `z:${l}:${j}`), [...terms, bias]),
    verdict: "The sum of what comes in, each times its weight, plus the bias.",
  };
}

/**
 * @param {string} what
 * @param {number} l
 * @param {number} j
 * @returns {Explanation}
 */
function ofActivation(what, l, j) {
  const act = app.network.acts[l];
  const z = factor(what === "a" ? `${act} of z` : `slope of ${act} at z`, `z:${l}:${j}`);
  const chain = [whole(what === "a" ? "a" : "da/dz", `${what}:${l}:${j}`), "=", z];
  const slope = valueNow(`ds:${l}:${j}`);
  if (what === "a") return { chain, verdict: `${act} turns z into the neuron's activation.` };
  if (slope === 0) {
    return { chain, verdict: `${act} is flat here: whatever comes back, nothing gets through to the weights.` };
  }
  if (act === "sigmoid") {
    const share = Math.round(slope * 100);
    const verdict = `sigmoid is steepest at z = 0, where its slope is 0.25. Here it lets ${share} % of the blame through.`;
    return { chain, verdict };
  }
  return { chain, verdict: `If z grows a little, a grows ${long(slope)} times as much.` };
}

/**
 * @param {number} o
 * @returns {Explanation}
 */
function ofOutput(o) {
  const { network } = app;
  const blame = valueNow(`da:${network.top}:${o}`);
  const label = factor("label", `y:${o}`);
  const head = whole("dL/da", `da:${network.top}:${o}`);
  const output = factor("output", `a:${network.top}:${o}`);
  const probability = network.numOutputs > 1 ? factor("probability", `p:${o}`) : { ...output, label: "probability", value: valueNow("p:0") };
  const isMse = network.loss.name === "mse";
  const isKnown = isMse || network.loss.name.endsWith("cross_entropy");
  const twice = network.loss.scale === 1 ? "2 × (" : `2 × ${short(network.loss.scale)} × (`;
  const ofCrossEntropy = isKnown ? [head, "=", probability, "−", label] : [head];
  const chain = isMse ? [head, "=", twice, output, "−", label, ")"] : ofCrossEntropy;
  const size = blame < 0 ? "small" : "large";
  const which = network.numOutputs > 1 ? `Output ${o}` : "The output";
  return {
    chain,
    verdict:
      blame === 0
        ? `${which} is exactly right: nothing to blame.`
        : `${which} is too ${size}. ${network.numOutputs > 1 ? "The way back begins here" : "Every gradient begins with this number"}.`,
  };
}

/**
 * @param {number} l
 * @param {number} j
 * @returns {Explanation}
 */
function ofBlame(l, j) {
  const { network } = app;
  const ways = network.sizes[l + 1];
  const head = whole("dL/da", `da:${l}:${j}`);
  const coming = `The share of the blame that comes back to ${network.neuronName(l, j)}`;
  if (ways > 3) {
    const terms = Array.from({ length: ways }, (_, q) => ({
      label: `from ${network.neuronName(l + 1, q)}`,
      value: valueNow(`s:${l + 1}:${q}:${j}`),
      key: `dz:${l + 1}:${q}`,
    }));
    return { chain: sum(head, terms), verdict: `${coming}: the sum over its ${ways} ways to the loss.` };
  }
  /** @type {Chain} */
  const chain = [head, "="];
  for (let q = 0; q < ways; q++) {
    if (q) chain.push("+");
    chain.push(factor(`dL/dz ${network.neuronName(l + 1, q)}`, `dz:${l + 1}:${q}`), "×");
    chain.push(factor(`its w[${j}]`, `w:${l + 1}:${q}:${j}`));
  }
  return { chain, verdict: `${coming}${ways > 1 ? `: the sum over its ${ways} ways to the loss` : ""}.` };
}

/**
 * @param {number} l
 * @param {number} j
 * @returns {Explanation}
 */
function ofError(l, j) {
  const slope = factor("da/dz", `ds:${l}:${j}`, `slope of ${app.network.acts[l]}`);
  const chain = [whole("dL/dz", `dz:${l}:${j}`), "=", factor("dL/da", `da:${l}:${j}`, "comes in"), "×", slope];
  const verdict = "The neuron's error. The gradient of each of its weights is this, times the weight's input.";
  return { chain, verdict };
}

/** @returns {Explanation} */
function ofLoss() {
  const { network } = app;
  const { top, numOutputs, loss } = network;
  const head = whole("L", "L");
  const label = exampleShown().y;
  const verdict = "How wrong the network is with this example. Training makes the mean of these small.";
  if (loss.name === "mse" && numOutputs === 1) {
    const times = loss.scale === 1 ? "= (" : `= ${short(loss.scale)} × (`;
    return { chain: [head, times, factor("output", `a:${top}:0`), "−", factor("label", "y:0"), ")²"], verdict };
  }
  if (loss.name === "mse") {
    const terms = Array.from(label, (y, o) => {
      const difference = valueNow(`a:${top}:${o}`) - y;
      return { label: `(output ${o} − label)²`, value: difference * difference, key: `a:${top}:${o}` };
    });
    return { chain: sum(head, terms), verdict };
  }
  if (loss.name === "binary_cross_entropy") {
    const p = valueNow("p:0");
    const ofLabel = { label: label[0] > 0.5 ? "probability of 1" : "probability of 0", value: label[0] > 0.5 ? p : 1 - p };
    return { chain: [head, "= −log of", { ...ofLabel, key: `a:${top}:0` }], verdict };
  }
  if (loss.name !== "softmax_cross_entropy") return { chain: [head], verdict };
  const right = Array.from(label).indexOf(Math.max(...Array.from(label)));
  const name = network.classes?.names?.[right] ?? `output ${right}`;
  return { chain: [head, "= −log of", factor(`probability of ${name}`, `p:${right}`)], verdict };
}

/**
 * @param {number} o
 * @returns {Explanation}
 */
function ofProbability(o) {
  const { network } = app;
  const isOne = network.numOutputs === 1;
  const label = isOne ? "sigmoid of the output" : "softmax of output";
  return {
    chain: [whole("p", `p:${o}`), "=", factor(label, `a:${network.top}:${o}`)],
    verdict: isOne
      ? "The loss turns the output into the probability of label 1."
      : "The loss turns all outputs into probabilities: exp of each, divided by the sum, so that they sum to 1.",
  };
}

/**
 * @param {string} what
 * @returns {Explanation}
 */
function ofData(what) {
  if (what === "y") return { chain: [], verdict: "What the output should be. Change it, and every gradient changes." };
  const more = "Move it, and see what the network answers between the examples.";
  return { chain: [], verdict: `An input comes from the data: it is not learned. ${app.mode === "live" ? more : ""}` };
}

/**
 * Where a neuron's numbers lead on to: its weights.
 * @param {Element} box
 * @param {number} l
 * @param {number} j
 * @param {(key: string) => void} choose
 */
export function linkWeights(box, l, j, choose) {
  const { network } = app;
  const count = network.sizes[l - 1];
  if (count > 16) return;
  const line = html("p", { class: "quiet" }, box, "Its weights: ");
  for (let i = 0; i <= count; i++) {
    const link = html("button", { type: "button", class: "link" }, line, i < count ? `w[${i}]` : "b");
    link.setAttribute("aria-label", `why ${nameOf(`w:${l}:${j}:${i}`, network)}`);
    link.addEventListener("click", () => choose(`w:${l}:${j}:${i}`));
    line.append(" ");
  }
}
