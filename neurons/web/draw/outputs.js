/** The outputs: a bar for each digit. */
import { answerText, element, oneTabStop } from "./words.js";

/** @import { Network, Pass } from "./network.js" */

export class Outputs {
  /**
   * @param {HTMLElement} place
   * @param {Network} network
   * @param {(output: number) => void} choose
   */
  constructor(place, network, choose) {
    this.network = network;
    const { numNeurons } = network.layers[network.layers.length - 1];
    this.bars = Array.from({ length: numNeurons }, (_, output) => {
      const bar = element("span", { class: "bar" }, element("i"));
      const name = element("b", {}, String(output));
      const button = element("button", { type: "button", class: "output", "aria-pressed": "false" }, name, bar);
      button.append(element("span", { class: "value" }));
      button.addEventListener("click", () => choose(output));
      return button;
    });
    place.append(...this.bars);
    oneTabStop(place, this.bars);
  }

  /** @param {Pass | null} pass null while nothing is drawn @param {number} winner @param {number} chosen -1 for none */
  show(pass, winner, chosen) {
    const most = pass === null || this.network.softmax ? 1 : Math.max(1, ...pass.answers);
    this.bars.forEach((button, output) => {
      const answer = pass === null ? 0 : pass.answers[output];
      button.classList.toggle("winner", pass !== null && output === winner);
      button.setAttribute("aria-pressed", String(output === chosen));
      button.style.setProperty("--share", String(Math.max(0, answer / most)));
      const value = /** @type {HTMLElement} */ (button.lastChild);
      value.textContent = pass === null ? "" : answerText(answer, this.network.softmax);
    });
  }
}
