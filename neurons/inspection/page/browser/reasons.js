// The reasons: why a gradient is what it is, and what a step did to the other examples.
import { bracketed, long, short } from "./numbers.js";
import { inputName } from "./names.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * What a step did to the examples that it was not taken with, and to the mean of all.
 * @param {{name: string, before: number, after: number}[]} changes
 * @param {number} meanBefore
 * @param {number} meanAfter
 */
export function othersInWords(changes, meanBefore, meanAfter) {
  const better = changes.filter(({ before, after }) => after < before).length;
  const worse = changes.filter(({ before, after }) => after > before);
  const words = [];
  if (changes.length) words.push(`Of the others, ${better || "none"} got better and ${worse.length || "none"} worse`);
  if (worse.length) {
    const most = worse.reduce((one, next) => (next.after - next.before > one.after - one.before ? next : one));
    words.push(` (${worse.length > 1 ? "most of all " : ""}${most.name}: by ${long(most.after - most.before)})`);
  }
  if (changes.length) words.push(". ");
  if (meanAfter !== meanBefore) words.push(`The mean of all ${meanAfter < meanBefore ? "fell" : "rose"}. `);
  if (worse.length || meanAfter > meanBefore) words.push("That is why training goes through all of them many times.");
  return words.join("").trim();
}

/**
 * Why a gradient is what it is.
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} l
 * @param {number} j
 * @param {number} i
 * @param {string} optimiser
 */
export function verdictOf(network, moment, l, j, i, optimiser) {
  const at = (/** @type {string} */ what) => network.value(`${what}:${l}:${j}`, moment);
  const gradient = network.value(`g:${l}:${j}:${i}`, moment);
  const isBias = i === network.sizes[l - 1];
  const input = isBias ? 1 : network.value(l === 1 ? `x:${i}` : `a:${l - 1}:${i}`, moment);
  const [me, act, z] = [network.neuronName(l, j), network.acts[l], long(at("z"))];
  if (gradient === 0) {
    if (input === 0) {
      const from = inputName(network, l, i);
      return `It is 0 because its input ${from} is 0 in this example. 0 times any weight is 0: moving this weight changes nothing.`;
    }
    if (at("ds") === 0) {
      return `It is 0 because ${act} is flat at z = ${z}: ${me} is switched off for this example, and no blame gets through.`;
    }
    if (at("da") === 0 && l === network.top) return "It is 0 because the output is exactly right.";
    if (at("da") === 0) return `It is 0 because nothing comes back to ${me}: dL/da is 0. Follow it to see why.`;
    return "It is 0: its factors are too small for their product to be a number.";
  }
  const isFlat = Math.abs(gradient) < 0.002 && at("ds") < 0.06 && (act === "sigmoid" || act === "tanh");
  const reason = isFlat ? ` The gradient is small because ${act} is nearly flat at z = ${z}.` : "";
  const direction = gradient < 0 ? "falls" : "rises";
  const name = network.parameterName(l, j, i);
  if (optimiser !== "sgd") return `L ${direction} if ${name} grows.${reason}`;
  const rate = moment.learningRate;
  const by = `${short(rate)} × ${long(Math.abs(gradient))} = ${long(Math.abs(rate * gradient))}`;
  return `L ${direction} if ${name} grows, so the step makes it ${gradient < 0 ? "larger" : "smaller"}, by ${by}.${reason}`;
}

/**
 * The chain from the loss to a gradient, multiplied out, where there is one way only.
 * @param {Network} network
 * @param {Moment} moment
 * @param {number} j
 * @param {number} i
 */
export function wholeWay(network, moment, j, i) {
  const input = i === network.sizes[0] ? 1 : moment.example.x[i];
  const factors = ["da:2:0", "ds:2:0", `w:2:0:${j}`, `ds:1:${j}`].map((key) => bracketed(network.value(key, moment)));
  const gradient = long(network.value(`g:1:${j}:${i}`, moment));
  return `The whole way back: ${factors.join(" × ")} × ${bracketed(input)} = ${gradient}.`;
}
