/** Layers, live: a tile per neuron, the brighter the more it is active. */
import { paintSigned, strongOf } from "./colours.js";
import { element, oneTabStop, plain } from "./words.js";

/** @import { Layer, LayerPass } from "./network.js" */

const MOST_PICTURES = 400; // tiles of a larger layer are too small for a picture

/** A layer's tiles. */
export class Tiles {
  /**
   * @param {Layer} layer
   * @param {number} side of the pictures; 0 where the layer does not see the pixels
   * @param {(neuron: number) => void} choose
   */
  constructor(layer, side, choose) {
    this.layer = layer;
    this.side = layer.numNeurons <= MOST_PICTURES ? side : 0;
    this.title = element("h3");
    this.tiles = Array.from({ length: layer.numNeurons }, (_, neuron) => {
      const name = layer.nameOf(neuron);
      const tile = element("button", { type: "button", class: "tile", "aria-pressed": "false", title: name });
      if (this.side) tile.append(element("canvas", { "aria-hidden": "true" }));
      tile.append(element("i"));
      tile.addEventListener("click", () => choose(neuron));
      return tile;
    });
    const group = element("div", { class: `tiles ${sizeOf(layer.numNeurons)}`, role: "group" }, ...this.tiles);
    group.setAttribute("aria-label", `The neurons of ${layer.name}`);
    oneTabStop(group, this.tiles);
    this.element = element("div", { class: "layer" }, this.title, group);
  }

  /** The weights as pictures, in the colours of the moment. */
  paint() {
    if (!this.side) return;
    this.tiles.forEach((tile, neuron) => {
      const canvas = /** @type {HTMLCanvasElement} */ (tile.firstChild);
      const weights = this.layer.weightsOf(neuron);
      paintSigned(canvas, weights, this.side, strongOf(weights));
    });
  }

  /**
   * @param {LayerPass | null} pass null while nothing is drawn
   * @param {number} chosen the neuron that is explained; -1 for none
   */
  show(pass, chosen) {
    const { name, actName, activation, numNeurons } = this.layer;
    const activations = pass === null ? new Float64Array(numNeurons) : pass.activations;
    const full = Math.max(Math.abs(activation.lowest), activation.highest);
    const most = full < Infinity ? full : Math.max(1e-9, ...Array.from(activations, Math.abs));
    const middle = activation.act(0);
    const howMany = pass === null ? "" : `, ${activations.filter((one) => one > middle).length} of them above ${middle}`;
    this.title.replaceChildren(element("b", {}, name), ` ${numNeurons} neurons, ${actName}${howMany}`);
    this.tiles.forEach((tile, neuron) => {
      const level = activations[neuron] / most;
      tile.style.setProperty("--level", String(Math.min(1, Math.abs(level))));
      tile.classList.toggle("minus", level < 0);
      tile.setAttribute("aria-pressed", String(neuron === chosen));
      const value = pass === null ? "" : `: a = ${plain(activations[neuron])}`;
      tile.title = this.layer.nameOf(neuron) + value;
    });
  }
}

/** @param {number} numNeurons */
function sizeOf(numNeurons) {
  if (numNeurons <= 32) return "large";
  return numNeurons <= 150 ? "medium" : numNeurons <= MOST_PICTURES ? "small" : "tiny";
}
