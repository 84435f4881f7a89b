/**
 * Why: a number of the network as a sum over what went into it.
 *
 * Each activation is split exactly: a = act(0) + slope * z, where `slope` is that of the straight line from
 * (0, act(0)) to (z, a). So a weighted sum of activations is a sum over their z, hence over the activations of the
 * layer before, and in the end over the pixels, plus what does not depend on the drawing. With ReLU the slope is 1 or 0,
 * and a pixel's factor is the sum over the active paths. (The "rescale rule" of Shrikumar et al. 2017, compared with
 * z = 0.)
 *
 * @import { Layer, Network, Pass } from "./network.js"
 *
 * @typedef {object} Sum total = constant + the sum of factors[i] * inputs[i]
 * @property {number} total
 * @property {Float64Array} factors
 * @property {Float64Array} inputs
 * @property {Float64Array} shares factors[i] * inputs[i]
 * @property {number} constant
 */

/** @param {Layer} layer @param {number} z */
function slopeFromZero(layer, z) {
  const { act } = layer.activation;
  return z === 0 ? 0 : (act(z) - act(0)) / z;
}

/** @param {Float64Array} factors @param {Float64Array} inputs @param {number} constant @returns {Sum} */
function sumOf(factors, inputs, constant) {
  const shares = factors.map((factor, i) => factor * inputs[i]);
  return { total: shares.reduce((sum, share) => sum + share, constant), factors, inputs, shares, constant };
}

/**
 * The sum over neurons of weighting[j] * z[j] in one layer, as a sum over the layer's inputs.
 *
 * @param {Network} network
 * @param {Pass} pass
 * @param {number} layerIdx
 * @param {Float64Array} weighting one per neuron
 */
export function overInputs(network, pass, layerIdx, weighting) {
  const layer = network.layers[layerIdx];
  const factors = new Float64Array(layer.numInputs);
  let constant = 0;
  for (let neuron = 0; neuron < layer.numNeurons; neuron++) {
    if (weighting[neuron] === 0) continue;
    const weights = layer.weightsOf(neuron);
    for (let i = 0; i < factors.length; i++) factors[i] += weighting[neuron] * weights[i];
    constant += weighting[neuron] * layer.biases[neuron];
  }
  return sumOf(factors, pass.layers[layerIdx].inputs, constant);
}

/**
 * The same sum over neurons, as a sum over the pixels.
 *
 * @param {Network} network
 * @param {Pass} pass
 * @param {number} layerIdx
 * @param {Float64Array} weighting one per neuron
 */
export function overPixels(network, pass, layerIdx, weighting) {
  let sum = overInputs(network, pass, layerIdx, weighting);
  let constant = sum.constant;
  for (let before = layerIdx - 1; before >= 0; before--) {
    const layer = network.layers[before];
    const { linear } = pass.layers[before];
    const atZero = layer.activation.act(0);
    for (const factor of sum.factors) constant += factor * atZero;
    const slopes = sum.factors.map((factor, neuron) => factor * slopeFromZero(layer, linear[neuron]));
    sum = overInputs(network, pass, before, slopes);
    constant += sum.constant;
  }
  return sumOf(sum.factors, sum.inputs, constant);
}

/** 1 for one neuron, -1 for its rival if there is one, 0 for the others: the weighting of "why this, and not that".
 *
 * @param {Layer} layer
 * @param {number} neuron
 * @param {number} [rival]
 */
export function weightingFor(layer, neuron, rival) {
  const weighting = new Float64Array(layer.numNeurons);
  weighting[neuron] = 1;
  if (rival !== undefined) weighting[rival] = -1;
  return weighting;
}

/** The places of the strongest shares, for or against. @param {Sum} sum @param {number} count */
export function strongest(sum, count) {
  const places = Array.from(sum.shares, (_, i) => i).filter((i) => sum.shares[i] !== 0);
  return places.sort((one, other) => Math.abs(sum.shares[other]) - Math.abs(sum.shares[one])).slice(0, count);
}
