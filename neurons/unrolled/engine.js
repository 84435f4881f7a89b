/**
 * @typedef {ArrayLike<number>} Numbers
 * @typedef {Pick<Math, "exp" | "tanh" | "log" | "log1p" | "pow" | "sqrt">} Functions
 */

/**
 * The training of one network, written by neurons.unrolled from the statements of which it writes the Python text, too.
 *
 * @param {Functions} math where exp, tanh, ... come from, such as `Math`
 */
function makeEngine(math) {
  //: functions
  //: network

  /** @type {string[]} each neuron's weights, then its bias */
  const parameterNames = [];
  /** @type {string[]} what one pass calculates, neuron by neuron; at the end dL/dx and the loss */
  const variableNames = [];
  for (const { neurons, numInputs } of layers) {
    for (const neuron of neurons) {
      for (let i = 0; i < numInputs; i++) parameterNames.push(`${neuron}.w[${i}]`);
      parameterNames.push(`${neuron}.b`);
      for (const word of ["linear_activation", "activation", "output_gradient", "activation_gradient", "error"]) {
        variableNames.push(`${neuron}.${word}`);
      }
      for (let i = 0; i < numInputs; i++) variableNames.push(`${neuron}.gradients[${i}]`);
      variableNames.push(`${neuron}.bias_gradient`);
      for (let i = 0; i < numInputs; i++) variableNames.push(`${neuron}.input_gradients[${i}]`);
    }
  }
  for (let i = 0; i < layers[0].numInputs; i++) variableNames.push(`x[${i}].gradient`);
  variableNames.push("loss");

  const numOutputs = layers[layers.length - 1].neurons.length;
  const y = new Float64Array(numOutputs); // the label, one number per output
  const unseen = new Float64Array(variableNames.length); // where nobody asks for the variables
  //: numbers_of_loss

  /** One number per output: of a list, of the number for a single output, or of the right class among several.
   * @param {Numbers | number} label */
  function readLabel(label) {
    for (let j = 0; j < numOutputs; j++) {
      if (typeof label !== "number") y[j] = label[j];
      else if (numOutputs === 1) y[j] = label;
      else y[j] = j === label ? 1.0 : 0.0;
    }
  }

  /** Each neuron's linear activation and activation, from parameters p and inputs x into variables v.
   * @param {Numbers} p @param {Numbers} x @param {Float64Array} v */
  function passForward(p, x, v) {
    //: forward
  }

  /** The loss of the outputs in v.
   * @param {Float64Array} v */
  function lossOf(v) {
    //: loss
    return loss;
  }

  /** Everything that the loss sends back, into variables v.
   * @param {Numbers} p @param {Numbers} x @param {Float64Array} v */
  function passBackward(p, x, v) {
    //: backward
    //: gradients
    //: input_gradients
  }

  return {
    parameters: parameterNames,
    variables: variableNames,
    //: state_size

    /** One example: forward, loss, backward. `variables` gets every number; returns the loss.
     * @param {Numbers} parameters @param {Numbers} inputs @param {Numbers | number} label
     * @param {Float64Array} [variables] */
    pass(parameters, inputs, label, variables = unseen) {
      readLabel(label);
      passForward(parameters, inputs, variables);
      const lossOfExample = lossOf(variables);
      passBackward(parameters, inputs, variables);
      variables[variables.length - 1] = lossOfExample;
      return lossOfExample;
    },

    /** The outputs, one number each; `variables` gets each neuron's linear activation and activation.
     * @param {Numbers} parameters @param {Numbers} inputs @param {Float64Array} [variables] */
    forward(parameters, inputs, variables = unseen) {
      passForward(parameters, inputs, variables);
      const outputs = [];
      for (let j = 0; j < numOutputs; j++) {
        //: output
      }
      return outputs;
    },

    /** What the outputs say, one number each: probabilities of logits, or the outputs themselves.
     * @param {Numbers} parameters @param {Numbers} inputs */
    predict(parameters, inputs) {
      passForward(parameters, inputs, unseen);
      lossOf(unseen);
      const predictions = [];
      for (let j = 0; j < numOutputs; j++) {
        //: prediction
      }
      return predictions;
    },

    /** The loss of one example, forward only.
     * @param {Numbers} parameters @param {Numbers} inputs @param {Numbers | number} label */
    loss(parameters, inputs, label) {
      readLabel(label);
      passForward(parameters, inputs, unseen);
      return lossOf(unseen);
    },

    /** Add the gradients of the last pass, which `variables` holds, to `sums`, one number per parameter.
     * @param {Float64Array} variables @param {Float64Array} sums */
    addGradients(variables, sums) {
      let parameter = 0;
      let variable = 0;
      for (const { neurons, numInputs } of layers) {
        for (let j = 0; j < neurons.length; j++) {
          for (let i = 0; i <= numInputs; i++) sums[parameter + i] += variables[variable + 5 + i];
          parameter += numInputs + 1;
          variable += 6 + 2 * numInputs;
        }
      }
    },

    /** The optimiser's step with the mean of the gradients in `sums`: changes `parameters` and `state`.
     * @param {Float64Array} parameters @param {Numbers} sums @param {number} numExamples @param {number} learningRate
     * @param {Float64Array} state what the optimiser remembers: `stateSize` numbers, at first all 0 */
    step(parameters, sums, numExamples, learningRate, state) {
      //: once_per_step
      for (let p = 0; p < parameterNames.length; p++) {
        const gradient = sums[p] / numExamples;
        //: step
      }
    },
  };
}
