// What flows where: numbers that travel along the lines, activations forward and shares of the blame back.
import { app, valueNow } from "./app.js";
import { isCalm, put, svg, byId } from "./dom.js";
import { short, signClass } from "./numbers.js";
import { view } from "./picture.js";

const TRAVEL = 620; // milliseconds
const REST = 160;

/** @typedef {{line: {d: string, element: SVGPathElement}, value: number, isBack: boolean}} Way */

let flight = 0;
/** What the flight under way does when it lands. @type {(() => void) | null} */
let whenLanded = null;

/** End the flight under way at once: whatever it was to do is done, and done once. */
export function land() {
  const action = whenLanded;
  whenLanded = null;
  flight += 1;
  view.picture.pills.textContent = "";
  action?.();
}

/**
 * Let numbers travel.
 * @param {Way[]} ways
 * @param {() => void} [arrived]
 */
export function travel(ways, arrived) {
  flight += 1;
  const mine = flight;
  const { pills } = view.picture;
  pills.textContent = "";
  if (!ways.length || isCalm()) {
    arrived?.();
    return;
  }
  const moving = ways.map(({ line, value, isBack }) => {
    const group = svg("g", { class: `pill ${isBack ? signClass(value) : ""}` }, pills);
    const text = short(value);
    const width = text.length * 7.3 + 12;
    svg("rect", { x: -width / 2, y: -10, width, height: 20, rx: 10 }, group);
    svg("text", { x: 0, y: 4, "text-anchor": "middle" }, group, text);
    const length = line.element.getTotalLength();
    return { group, element: line.element, length, margin: Math.min(width, length) / 2, isBack }; // the numbers at its ends stay in view
  });
  const start = performance.now();
  const frame = (/** @type {number} */ now) => {
    if (mine !== flight) return;
    const part = Math.max(0, Math.min(1, (now - start) / TRAVEL)); // the frame may have begun before the start
    const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) * (1 - part);
    for (const { group, element, length, margin, isBack } of moving) {
      const point = element.getPointAtLength(margin + (length - 2 * margin) * (isBack ? 1 - eased : eased));
      group.setAttribute("transform", `translate(${point.x},${point.y})`);
    }
    if (part < 1) requestAnimationFrame(frame);
    else setTimeout(() => end(mine, arrived), REST);
  };
  frame(start);
}

/**
 * @param {number} mine
 * @param {() => void} [arrived]
 */
function end(mine, arrived) {
  if (mine !== flight) return;
  view.picture.pills.textContent = "";
  arrived?.();
}

/**
 * One example through the whole network: forward layer by layer, then back; `done` comes with the landing.
 * @param {() => void} done
 */
export function wave(done) {
  const { network } = app;
  const { edges, wires } = view.picture;
  /** @type {[Way[], string][]} */
  const stages = [];
  const ofLayer = (/** @type {number} */ l) => edges.filter((edge) => edge.l === l);
  for (let l = 1; l <= network.top; l++) {
    const ways = ofLayer(l).map((line) => ({ line, value: valueNow(`a:${l - 1}:${line.i}`), isBack: false }));
    stages.push([ways, "Forward: the activations go to the next layer."]);
  }
  const of = (/** @type {string} */ what, /** @type {boolean} */ isBack) =>
    wires.map((line, o) => ({ line, value: valueNow(`${what}:${network.top}:${o}`), isBack }));
  stages.push([of("a", false), "The output meets the label: the loss."]);
  stages.push([of("da", true), "The way back begins with dL/da."]);
  for (let l = network.top; l > 1; l--) {
    const ways = ofLayer(l).map((line) => ({ line, value: valueNow(`s:${l}:${line.j}:${line.i}`), isBack: true }));
    stages.push([ways, "Back: each neuron gets its share of the blame."]);
  }
  whenLanded = done;
  const go = (/** @type {number} */ n) => {
    if (n >= stages.length) return land();
    put(byId("more"), stages[n][1]);
    travel(stages[n][0], () => go(n + 1));
  };
  go(0);
}
