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
  leaky_relu: { act: (z) => (z > 0 ? z : 0.01 * z), lowest: -Infinity, highest: Infinity },
  identity: { act: (z) => z, lowest: -Infinity, highest: Infinity },
};
