/**
 * The activation functions, under the names that `neurons/activations.py` gives them.
 *
 * @typedef {object} Activation
 * @property {(z: number) => number} act the activation a for the linear activation z
 * @property {number} lowest a is never below it
 * @property {number} highest a is never above it
 */

/** @type {Record<string, Activation>} */
export const ACTIVATIONS = {
  sigmoid: { act: (z) => 1 / (1 + Math.exp(-z)), lowest: 0, highest: 1 },
  tanh: { act: Math.tanh, lowest: -1, highest: 1 },
  relu: { act: (z) => Math.max(0, z), lowest: 0, highest: Infinity },
  leaky_relu: leakyRelu(0.01),
  identity: { act: (z) => z, lowest: -Infinity, highest: Infinity },
};

/** @param {number} slope @returns {Activation} */
function leakyRelu(slope) {
  return { act: (z) => (z > 0 ? z : slope * z), lowest: slope > 0 ? -Infinity : 0, highest: Infinity };
}

/** The function of this name, such as tanh or leaky_relu(0.2). @param {string} name */
export function activationNamed(name) {
  const slope = /^leaky_relu\((.+)\)$/.exec(name);
  return slope ? leakyRelu(Number(slope[1])) : ACTIVATIONS[name];
}
