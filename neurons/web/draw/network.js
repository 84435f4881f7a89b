/**
 * The network: its numbers out of the page, and the forward pass, as in the lesson.
 *
 * @typedef {object} PackedLayer what `page.py` writes
 * @property {string} name
 * @property {string} act
 * @property {string} weights base64 of one signed byte per weight, neuron after neuron
 * @property {number[]} scales one per neuron: weight = byte * scale
 * @property {number[]} biases
 *
 * @typedef {object} Network
 * @property {Layer[]} layers
 * @property {boolean} softmax whether the outputs are logits
 *
 * @typedef {object} LayerPass
 * @property {Float64Array} inputs i, one per input
 * @property {Float64Array} linear z, one per neuron
 * @property {Float64Array} activations a, one per neuron
 *
 * @typedef {object} Pass
 * @property {LayerPass[]} layers
 * @property {number[]} answers one per output: probabilities, or the activations themselves
 */
import { activationNamed } from "./activations.js";

/** A layer: `weights` holds neuron after neuron. */
export class Layer {
  /**
   * @param {string} name
   * @param {string} act
   * @param {Float32Array} weights
   * @param {ArrayLike<number>} biases
   */
  constructor(name, act, weights, biases) {
    this.name = name;
    this.actName = act;
    this.activation = activationNamed(act);
    this.weights = weights;
    this.biases = Float64Array.from(biases);
    this.numNeurons = biases.length;
    this.numInputs = weights.length / biases.length;
  }

  /** @param {PackedLayer} packed */
  static unpack({ name, act, weights, scales, biases }) {
    const text = atob(weights);
    const numInputs = text.length / biases.length;
    const numbers = new Float32Array(text.length);
    for (let i = 0; i < text.length; i++) {
      const byte = (text.charCodeAt(i) << 24) >> 24; // 255 is -1
      numbers[i] = byte * scales[Math.floor(i / numInputs)];
    }
    return new Layer(name, act, numbers, biases);
  }

  /** The name of a neuron, as in Python: hidden[3]. @param {number} neuron */
  nameOf(neuron) {
    return `${this.name}[${neuron}]`;
  }

  /** The weights of one neuron, one per input. @param {number} neuron */
  weightsOf(neuron) {
    return this.weights.subarray(neuron * this.numInputs, (neuron + 1) * this.numInputs);
  }

  /** @param {Float64Array} inputs @returns {LayerPass} */
  forward(inputs) {
    const linear = new Float64Array(this.numNeurons);
    const activations = new Float64Array(this.numNeurons);
    for (let neuron = 0; neuron < this.numNeurons; neuron++) {
      const weights = this.weightsOf(neuron);
      let sum = 0;
      for (let i = 0; i < this.numInputs; i++) sum += weights[i] * inputs[i];
      linear[neuron] = sum + this.biases[neuron];
      activations[neuron] = this.activation.act(linear[neuron]);
    }
    return { inputs, linear, activations };
  }
}

/** @param {Network} network @param {Float64Array} pixels @returns {Pass} */
export function forward(network, pixels) {
  const layers = [];
  let activations = pixels;
  for (const layer of network.layers) {
    const layerPass = layer.forward(activations);
    layers.push(layerPass);
    activations = layerPass.activations;
  }
  return { layers, answers: network.softmax ? softmax(activations) : Array.from(activations) };
}

/** @param {ArrayLike<number>} logits */
export function softmax(logits) {
  const largest = Math.max(...Array.from(logits));
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = exponentials.reduce((sum, one) => sum + one, 0);
  return exponentials.map((one) => one / total);
}

/** The places of the numbers, the largest number first. @param {ArrayLike<number>} numbers */
export function largestFirst(numbers) {
  return Array.from(numbers, (_, place) => place).sort((one, other) => numbers[other] - numbers[one]);
}
