/** Why: the chosen neuron's number, taken apart down to the pixels and the biases. */
import { largestOf, paintSigned } from "./colours.js";
import { largestFirst } from "./network.js";
import { overInputs, overPixels, strongest, weightingFor } from "./shares.js";
import { inOneLine, sumTable } from "./sums.js";
import { byId, element, plain, signed } from "./words.js";

/** @import { Network, Pass } from "./network.js" */
/** @import { Sum } from "./shares.js" */

/** @typedef {{layer: number, neuron: number}} Place of a neuron in the network */

const MOST_TOLD = 5; // neurons of the next layer
const MOST_SPOTS = 6; // pixels marked in the picture

export class Why {
  /**
   * @param {Network} network
   * @param {number} side of the network's picture
   * @param {(place: Place) => void} choose
   * @param {(rival: number) => void} oppose
   */
  constructor(network, side, choose, oppose) {
    this.network = network;
    this.side = side;
    this.choose = choose;
    this.last = network.layers.length - 1;
    this.title = byId("why-title");
    this.sentence = byId("why-sentence");
    this.table = byId("why-table");
    this.told = byId("why-told");
    this.rivals = /** @type {HTMLSelectElement} */ (byId("rival"));
    for (let output = 0; output < network.layers[this.last].numNeurons; output++) {
      this.rivals.append(element("option", {}, String(output)));
    }
    this.rivals.addEventListener("change", () => oppose(this.rivals.selectedIndex));
    /** @type {(pixel: number) => string} what can be read about a pixel */
    this.aboutPixel = () => "";
    for (const name of ["factors", "shares"]) this.readPixelsOf(byId(name));
  }

  /** Show the numbers of the pixel that is pointed at. @param {HTMLElement} canvas */
  readPixelsOf(canvas) {
    const read = (/** @type {PointerEvent} */ event) => {
      const place = (/** @type {number} */ offset, /** @type {number} */ length) =>
        Math.min(this.side - 1, Math.max(0, Math.floor((offset / length) * this.side)));
      const row = place(event.offsetY, canvas.clientHeight);
      byId("why-pixel").textContent = this.aboutPixel(row * this.side + place(event.offsetX, canvas.clientWidth));
    };
    canvas.addEventListener("pointerdown", read);
    canvas.addEventListener("pointermove", read);
    canvas.addEventListener("pointerleave", () => (byId("why-pixel").textContent = ""));
  }

  /**
   * @param {Pass | null} pass null while nothing is drawn
   * @param {Place | null} chosen null while there is nothing to explain
   * @param {number} rival the output to compare a chosen output with
   */
  show(pass, chosen, rival) {
    const isOutput = chosen !== null && chosen.layer === this.last;
    byId("rival-label").hidden = pass === null || !isOutput;
    byId("why-body").hidden = chosen === null || (pass === null && (isOutput || chosen.layer > 0));
    byId("shares-figure").hidden = pass === null;
    byId("why-first").hidden = pass !== null || chosen !== null;
    this.table.replaceChildren();
    this.told.replaceChildren();
    if (chosen === null || (pass === null && isOutput)) {
      this.title.textContent = "Why?";
      this.sentence.textContent =
        "Draw a digit, and read here why the network sees what it sees, down to a single pixel. Then:";
    } else if (pass === null) {
      this.showWeights(chosen);
    } else if (isOutput) {
      this.showOutput(pass, chosen.neuron, rival);
    } else {
      this.showHidden(pass, chosen);
    }
  }

  /** A neuron's weights, before anything is drawn. @param {Place} place */
  showWeights({ layer, neuron }) {
    this.title.textContent = this.network.layers[layer].nameOf(neuron);
    if (layer > 0) {
      this.sentence.textContent = "Draw a digit to see what the neuron makes of it.";
      return;
    }
    this.sentence.textContent = "What it looks for: ink on orange raises its z, ink on blue lowers it. Draw a digit.";
    const weights = this.network.layers[layer].weightsOf(neuron);
    this.paint("factors", weights, "its weights");
    this.aboutPixel = (pixel) => `${this.placeOf(pixel)}: weight ${plain(weights[pixel])}`;
  }

  /** Why this digit and not that one. @param {Pass} pass @param {number} output @param {number} rival */
  showOutput(pass, output, rival) {
    const { layers } = this.network;
    const weighting = weightingFor(layers[this.last], output, rival);
    const sum = overInputs(this.network, pass, this.last, weighting);
    const pixels = overPixels(this.network, pass, this.last, weighting);
    const { linear } = pass.layers[this.last];
    this.title.textContent = sum.total < 0 ? `Why not ${output}, but` : `Why ${output}, and not`;
    this.rivals.selectedIndex = rival;
    for (const option of this.rivals.options) option.disabled = option.index === output;
    const numbers = `z is ${plain(linear[output])} for ${output} and ${plain(linear[rival])} for ${rival}`;
    const split = layers.length > 1 ? "by hidden neuron, or by pixel" : "by pixel";
    this.sentence.textContent = `${numbers}: a difference of ${signed(sum.total)}. Here it is in shares, ${split}.`;
    const { weights, numInputs, biases } = layers[this.last];
    const of = (/** @type {number} */ one, /** @type {number} */ i) => weights[one * numInputs + i];
    this.table.replaceChildren(
      sumTable(sum, {
        inputs: this.last > 0 ? "hidden neuron" : "pixel",
        product: `(w to ${output} − w to ${rival}) × ${this.last > 0 ? "a" : "ink"}`,
        name: (i) => this.nameOfInput(this.last, i),
        factor: (i) => `(${plain(of(output, i))} − ${inBrackets(of(rival, i))})`,
        others: this.last > 0 ? "other neurons" : "other pixels",
        someOthers: this.last > 0 ? "other active neurons" : "other pixels with ink",
        constant: `biases: ${plain(biases[output])} − ${inBrackets(biases[rival])}`,
        total: `z of ${output} − z of ${rival}`,
      }),
    );
    this.paint("factors", pixels.factors, `what ink would count: orange for ${output}, blue for ${rival}`);
    this.paintShares(pixels, inOneLine(pixels, `your ink for ${output}`, `your ink for ${rival}`));
  }

  /** What a hidden neuron makes of the drawing. @param {Pass} pass @param {Place} place */
  showHidden(pass, place) {
    const layer = this.network.layers[place.layer];
    const weighting = weightingFor(layer, place.neuron);
    const sum = overInputs(this.network, pass, place.layer, weighting);
    const pixels = overPixels(this.network, pass, place.layer, weighting);
    const activation = pass.layers[place.layer].activations[place.neuron];
    const isFirst = place.layer === 0;
    this.title.textContent = `Why is ${layer.nameOf(place.neuron)} ${plain(activation)}?`;
    this.sentence.textContent =
      `z = ${plain(sum.total)} is the sum of its weights times its inputs, plus the bias.` +
      ` a = ${layer.actName}(z) = ${plain(activation)}.`;
    this.table.replaceChildren(
      sumTable(sum, {
        inputs: isFirst ? "strongest pixels" : "strongest inputs",
        product: isFirst ? "weight × ink" : "weight × a",
        name: (i) => this.nameOfInput(place.layer, i),
        factor: (i) => plain(sum.factors[i]),
        others: isFirst ? "other pixels" : "other neurons",
        someOthers: isFirst ? "other pixels with ink" : "other active neurons",
        constant: "bias",
        total: "z",
      }),
    );
    this.paint("factors", pixels.factors, isFirst ? "its weights" : "what ink would count for it, for this drawing");
    this.paintShares(pixels, inOneLine(pixels, "your ink on orange", "your ink on blue"));
    this.tell(place, activation);
  }

  /** What a hidden neuron adds to the next layer's z. @param {Place} place @param {number} activation */
  tell({ layer, neuron }, activation) {
    const next = this.network.layers[layer + 1];
    const products = Array.from(next.biases, (_, j) => next.weights[j * next.numInputs + neuron] * activation);
    if (activation === 0) {
      this.told.replaceChildren("Its a is 0: it tells the next layer nothing.");
      return;
    }
    const told = largestFirst(products.map(Math.abs)).slice(0, MOST_TOLD);
    const chips = told.map((j) => {
      const name = layer + 1 === this.last ? String(j) : next.nameOf(j);
      const kind = products[j] < 0 ? "chip minus" : "chip plus";
      const chip = element("button", { type: "button", class: kind }, element("b", {}, name), ` ${signed(products[j])}`);
      chip.addEventListener("click", () => this.go({ layer: layer + 1, neuron: j }));
      return chip;
    });
    this.told.replaceChildren(element("span", {}, "It tells the next layer, weight × a:"), ...chips);
  }

  /** An input's name: a pixel's place, or a link to the neuron. @param {number} layer @param {number} input */
  nameOfInput(layer, input) {
    if (layer === 0) return document.createTextNode(this.placeOf(input));
    const link = element("button", { type: "button", class: "link" }, this.network.layers[layer - 1].nameOf(input));
    link.addEventListener("click", () => this.go({ layer: layer - 1, neuron: input }));
    return link;
  }

  /** Where a pixel lies, counted from 0 at the upper left. @param {number} pixel */
  placeOf(pixel) {
    return `row ${Math.floor(pixel / this.side)}, column ${pixel % this.side}`;
  }

  /** Explain a neuron that this explanation names; the button that was pressed goes with it. @param {Place} place */
  go(place) {
    this.choose(place);
    this.title.focus();
  }

  /** @param {Sum} pixels @param {Node[]} line */
  paintShares(pixels, line) {
    this.paint("shares", pixels.shares, "times your ink: the shares");
    byId("why-line").replaceChildren(...line);
    const spots = strongest(pixels, MOST_SPOTS).map((pixel) => {
      const spot = element("i");
      spot.style.setProperty("--row", String(Math.floor(pixel / this.side) / this.side));
      spot.style.setProperty("--column", String((pixel % this.side) / this.side));
      spot.style.setProperty("--size", String(1 / this.side));
      return spot;
    });
    byId("spots").replaceChildren(...spots);
    this.aboutPixel = (pixel) => {
      const { factors, inputs, shares } = pixels;
      return `${this.placeOf(pixel)}: ${plain(factors[pixel])} × ${plain(inputs[pixel])} = ${signed(shares[pixel])}`;
    };
  }

  /** @param {string} name @param {ArrayLike<number>} values @param {string} caption */
  paint(name, values, caption) {
    const canvas = /** @type {HTMLCanvasElement} */ (byId(name));
    paintSigned(canvas, values, this.side, largestOf(values));
    canvas.setAttribute("aria-label", caption);
    byId(`${name}-caption`).textContent = caption;
  }
}

/** 0.40, or (−0.40) after a minus sign. @param {number} value */
function inBrackets(value) {
  const text = plain(value);
  return text.startsWith("−") ? `(${text})` : text;
}
