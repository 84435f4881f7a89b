// What numbers, inputs and examples are called.
import { long } from "./numbers.js";
import { partsOf } from "./network.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * A number's name as one says it.
 * @param {string} key
 * @param {Network} network
 */
export function nameOf(key, network) {
  const [what, l, j, i] = partsOf(key);
  switch (what) {
    case "w":
      return network.parameterName(l, j, i);
    case "g":
      return `dL/d ${network.parameterName(l, j, i)}`;
    case "x":
      return `input x[${l}]`;
    case "y":
      return network.numOutputs > 1 ? `label y[${l}]` : "label y";
    case "L":
      return "loss L";
    case "p":
      return network.numOutputs > 1 ? `probability p of output ${l}` : "probability p";
    default: {
      const symbols = /** @type {Record<string, string>} */ ({ z: "z", a: "a", da: "dL/da", ds: "da/dz", dz: "dL/dz" });
      return `${symbols[what]} of ${network.neuronName(l, j)}`;
    }
  }
}

/**
 * An input of a layer, by name.
 * @param {Network} network
 * @param {number} l
 * @param {number} i
 */
export function inputName(network, l, i) {
  return l === 1 ? `x[${i}]` : network.neuronName(l - 1, i);
}

/**
 * A few numbers in words: "0 and 1".
 * @param {ArrayLike<number>} numbers
 */
export function listed(numbers) {
  const words = Array.from(numbers, (value) => long(value));
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/**
 * An example in a few words.
 * @param {Example} example
 * @param {number | "own"} k
 */
export function exampleName(example, k) {
  if (example.x.length > 6) return k === "own" ? "your example" : `example ${k}`;
  return Array.from(example.x, inShort).join("  ");
}

/**
 * An example inside a sentence.
 * @param {Example} example
 * @param {number} k
 */
export function exampleInWords(example, k) {
  const name = exampleName(example, k).replace(/ +/g, " ");
  return example.x.length > 6 ? name : `the example ${name}`;
}

/**
 * A number of the data, in at most two decimals.
 * @param {number} value
 */
export function inShort(value) {
  return String(Math.round(value * 100) / 100).replace("-", "−");
}

/**
 * What the network should answer: a class, or the numbers.
 * @param {ArrayLike<number>} label
 * @param {PageData["classes"]} classes
 */
export function labelName(label, classes) {
  if (label.length === 1) return inShort(label[0]);
  const whole = Array.from(label);
  const one = whole.indexOf(1);
  const isClass = one >= 0 && whole.every((value, o) => value === (o === one ? 1 : 0));
  if (isClass && classes?.names) return classes.names[one];
  return whole.map(inShort).join(" ");
}
