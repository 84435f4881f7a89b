// The network's numbers by their keys: w:1:0:2 is weight 2 of neuron 0 of the first layer, z:1:0 its weighted sum.
// The engine computes them; here each is found, and the partial sums between two of them are formed.

// Where a neuron's variables lie in its block; the gradients of its weights and its bias come next, then the shares.
const PLACES = ["z", "a", "da", "ds", "dz"];

export class Network {
  /**
   * @param {PageData} data
   * @param {Engine} engine
   */
  constructor(data, engine) {
    this.engine = engine;
    this.sizes = data.sizes;
    this.top = data.sizes.length - 1;
    this.acts = ["", ...data.layers.map((layer) => layer.act)];
    this.names = ["x", ...data.layers.map((layer) => layer.name)];
    this.loss = data.loss;
    this.classes = data.classes;
    this.numInputs = data.sizes[0];
    this.numOutputs = data.sizes[this.top];
    /** Where the parameters of each layer begin. */
    this.starts = [0];
    /** Where the variables of each kind lie, layer by layer. @type {Record<string, Int32Array[]>} */
    this.places = { z: [], a: [], da: [], ds: [], dz: [] };
    let start = 0;
    let variable = 0;
    for (let l = 1; l <= this.top; l++) {
      const inputs = data.sizes[l - 1];
      this.starts[l] = start;
      start += data.sizes[l] * (inputs + 1);
      PLACES.forEach((letter, place) => {
        const of = (/** @type {unknown} */ _, /** @type {number} */ j) => variable + j * (6 + 2 * inputs) + place;
        this.places[letter][l] = Int32Array.from({ length: data.sizes[l] }, of);
      });
      variable += data.sizes[l] * (6 + 2 * inputs);
    }
    this.numParameters = start;
    this.numVariables = engine.variables.length;
    if (engine.parameters.length !== start) throw new Error("the engine is another network's");
  }

  /**
   * Where a parameter lies; i is the number of inputs for the bias.
   * @param {number} l
   * @param {number} j
   * @param {number} i
   */
  at(l, j, i) {
    return this.starts[l] + j * (this.sizes[l - 1] + 1) + i;
  }

  /** Room for the variables of one pass. */
  newVariables() {
    return new Float64Array(this.numVariables);
  }

  /**
   * @param {Float64Array} variables
   * @param {Float64Array} into
   */
  outputs(variables, into) {
    const places = this.places.a[this.top];
    for (let o = 0; o < places.length; o++) into[o] = variables[places[o]];
    return into;
  }

  /**
   * Whether the outputs name the class of the label; null where the labels are not classes.
   * @param {ArrayLike<number>} outputs
   * @param {ArrayLike<number>} label
   */
  isRight(outputs, label) {
    if (this.classes === null) return null;
    const { outputBoundary, labelBoundary } = this.classes;
    if (outputBoundary !== undefined && labelBoundary !== undefined) {
      return outputs[0] > outputBoundary === label[0] > labelBoundary;
    }
    return largestIndex(outputs) === largestIndex(label);
  }

  /**
   * @param {number} l
   * @param {number} j
   */
  neuronName(l, j) {
    return `${this.names[l]}[${j}]`;
  }

  /**
   * @param {number} l
   * @param {number} j
   * @param {number} i
   */
  parameterName(l, j, i) {
    return `${this.neuronName(l, j)}.${i < this.sizes[l - 1] ? `w[${i}]` : "b"}`;
  }

  /**
   * The number with this key at a moment.
   * @param {string} key
   * @param {Moment} moment
   */
  value(key, moment) {
    const { parameters, example, variables } = moment;
    const [what, l, j, i] = partsOf(key);
    switch (what) {
      case "x":
        return example.x[l];
      case "y":
        return example.y[l];
      case "lr":
        return moment.learningRate;
      case "w":
        return parameters[this.at(l, j, i)];
      case "v":
        return moment.next[this.at(l, j, i)];
      case "g":
        return variables[this.places.dz[l][j] + 1 + i];
      case "m":
      case "q":
        return moment.state[this.at(l, j, i) + (what === "q" ? this.numParameters : 0)];
      case "n":
      case "r":
        return moment.nextState[this.at(l, j, i) + (what === "r" ? this.numParameters : 0)];
      case "s":
        return this.share(moment, l, j, i);
      case "z":
        return i >= 0 ? this.partOfZ(moment, l, j, i) : variables[this.places.z[l][j]];
      case "da":
        if (i >= 0) return this.partOfBlame(moment, l, j, i);
        return l === 0 ? this.partOfBlame(moment, 0, j, this.sizes[1]) : variables[this.places.da[l][j]];
      case "a":
        return l === 0 ? example.x[j] : variables[this.places.a[l][j]];
      case "ds":
      case "dz":
        return variables[this.places[what][l][j]];
      default:
        return this.valueOfLoss(what, l, moment);
    }
  }

  /**
   * The numbers inside the loss.
   * @param {string} what
   * @param {number} o an output, or how many of them are summed; -1 for the whole
   * @param {Moment} moment
   */
  valueOfLoss(what, o, { parameters, variables, example }) {
    const outputs = this.outputs(variables, new Float64Array(this.numOutputs));
    const label = example.y;
    switch (what) {
      case "L":
        return o < 0 ? variables[this.numVariables - 1] : this.partOfLoss(outputs, label, o);
      case "e":
        return outputs[o] - label[o];
      case "p":
        return this.engine.predict(parameters, example.x)[o];
      case "M":
        return Math.max(...outputs);
      case "E":
        return Math.exp(outputs[o] - Math.max(...outputs));
      case "T":
        return sumOfExponentials(o < 0 ? outputs : outputs.subarray(0, o), Math.max(...outputs));
      default:
        return NaN;
    }
  }

  /**
   * What neuron j of layer l hands back to its input i: its error times the weight between them.
   * @param {Moment} moment
   * @param {number} l
   * @param {number} j
   * @param {number} i
   */
  share({ parameters, variables }, l, j, i) {
    return variables[this.places.dz[l][j]] * parameters[this.at(l, j, i)];
  }

  /**
   * The weighted sum after its first `count` products.
   * @param {Moment} moment
   * @param {number} l
   * @param {number} j
   * @param {number} count
   */
  partOfZ({ parameters, example, variables }, l, j, count) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const input = l === 1 ? example.x[i] : variables[this.places.a[l - 1][i]];
      sum += parameters[this.at(l, j, i)] * input;
    }
    return sum;
  }

  /**
   * dL/da after the shares of the first `count` neurons of the next layer.
   * @param {Moment} moment
   * @param {number} l
   * @param {number} j
   * @param {number} count
   */
  partOfBlame(moment, l, j, count) {
    let sum = 0;
    for (let q = 0; q < count; q++) sum += this.share(moment, l + 1, q, j);
    return sum;
  }

  /**
   * The loss's sum over its first `count` outputs, before a scale.
   * @param {Float64Array} outputs
   * @param {ArrayLike<number>} label
   * @param {number} count
   */
  partOfLoss(outputs, label, count) {
    let sum = 0;
    const largest = Math.max(...outputs);
    const total = sumOfExponentials(outputs, largest);
    for (let o = 0; o < count; o++) {
      if (this.loss.name === "mse") sum += (outputs[o] - label[o]) * (outputs[o] - label[o]);
      else if (label[o] !== 0) sum += label[o] * (Math.log(total) + (largest - outputs[o]));
    }
    return sum;
  }
}

/**
 * @param {Float64Array} outputs
 * @param {number} largest
 */
function sumOfExponentials(outputs, largest) {
  let total = 0;
  for (const output of outputs) total += Math.exp(output - largest);
  return total;
}

/** @param {ArrayLike<number>} list */
export function largestIndex(list) {
  let best = 0;
  for (let i = 1; i < list.length; i++) if (list[i] > list[best]) best = i;
  return best;
}

/**
 * A key taken apart; -1 for each index that it lacks.
 * @param {string} key
 * @returns {[string, number, number, number]}
 */
export function partsOf(key) {
  const [what, l = "-1", j = "-1", i = "-1"] = key.split(":");
  return [what, Number(l), Number(j), Number(i)];
}
