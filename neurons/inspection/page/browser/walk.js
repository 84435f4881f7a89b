// The walk through one training step: the lines that Python recorded, filled with the numbers of this moment.
import { asResult, general } from "./numbers.js";
import { partsOf } from "./network.js";

export const PHASES = [
  ["forward", "the inputs become an output"],
  ["loss", "how wrong is it?"],
  ["backward", "who is to blame, and how much?"],
  ["step", "weights move a little"],
  ["after", "is it better now?"],
];
export const AFTER = 4;
const RESULT = 4; // the digits of a slot that is a result

/** What stands before the first line and after the last one. */
const START = { phase: 0, fn: -1, line: 0, numLines: 0, calculates: true, layer: 0, neuron: -1, weight: -1 };

/** All lines of the walk; whether one of them runs may depend on the label, as in a sum that leaves out zeros. */
export class Walk {
  /**
   * @param {PageData["walk"]} recorded
   * @param {import("./network.js").Network} network
   */
  constructor(recorded, network) {
    this.functions = recorded.functions;
    this.network = network;
    /** @type {{event: WalkEvent, onlyIf: string}[]} */
    this.lines = [];
    for (const { phase, repeat, events } of recorded.groups) {
      for (let round = 0; round < repeat; round++) {
        for (const raw of events) this.lines.push(lineOf(raw, phase, String(round)));
      }
    }
  }

  /**
   * The lines that run for this example.
   * @param {Moment} moment
   * @returns {WalkEvent[]}
   */
  eventsAt(moment) {
    const runs = this.lines.filter(({ onlyIf }) => this.holds(onlyIf, moment));
    const start = { ...START, result: "", numbers: [] };
    return [start, ...runs.map(({ event }) => event), { ...start, phase: AFTER }];
  }

  /**
   * Whether a line with this condition runs: "y:1" where label 1 is not 0, "!y:1" where it is.
   * @param {string} onlyIf
   * @param {Moment} moment
   */
  holds(onlyIf, moment) {
    if (onlyIf === "") return true;
    const isNot = onlyIf.startsWith("!");
    return (this.network.value(isNot ? onlyIf.slice(1) : onlyIf, moment) === 0) === isNot;
  }

  /**
   * The numbers of a line, as they stand under it.
   * @param {WalkEvent} event
   * @param {Moment} moment
   */
  numbersOf(event, moment) {
    return filled(event.numbers, (key) => this.network.value(key, moment));
  }
}

/**
 * @param {RawEvent} raw
 * @param {number} phase
 * @param {string} round
 */
function lineOf(raw, phase, round) {
  const [fn, line, numLines, calculates, layer, neuron, weight, result, numbers, onlyIf = ""] = raw;
  const here = (/** @type {string} */ key) => key.replace("*", round);
  const event = {
    phase,
    fn,
    line,
    numLines,
    layer: layer + 1,
    neuron: neuron === "*" ? Number(round) : neuron,
    weight,
    result: here(result),
    calculates: calculates === 1 && !here(result).startsWith("s:1:"), // nobody asks for the gradients of the inputs
    numbers: numbers.map((piece) => (typeof piece === "string" ? piece : asSlot([here(piece[0]), piece[1], piece[2]]))),
  };
  return { event, onlyIf: here(onlyIf) };
}

/** @param {Slot} slot */
function asSlot(slot) {
  return slot;
}

/**
 * Text with numbers in its slots.
 * @param {(string | Slot)[]} pieces
 * @param {(key: string) => number} valueOf
 */
export function filled(pieces, valueOf) {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const [key, digits, brackets] = piece;
    const value = valueOf(key);
    const number = digits === 0 ? String(value) : digits === RESULT ? asResult(value) : general(value, digits);
    text += brackets && number.startsWith("-") ? `(${number})` : number;
  }
  return text;
}

/**
 * The cell of the picture that a line's result goes to: a partial sum goes where the whole will stand.
 * @param {string} result
 */
export function cellOf(result) {
  const [what, l, j, i] = partsOf(result);
  if (what === "z" || what === "da") return `${what}:${l}:${j}`;
  if (what === "v") return `w:${l}:${j}:${i}`;
  if (what === "L") return "L";
  return result;
}

/**
 * The numbers known after the line `last`: each cell's, and undefined for what is still to come.
 * @param {WalkEvent[]} events
 * @param {number} last
 * @param {import("./network.js").Network} network
 * @param {Moment} moment
 * @returns {Map<string, number>}
 */
export function knownAfter(events, last, network, moment) {
  const known = new Map();
  for (let k = 0; k <= last; k++) {
    const { result, phase } = events[k];
    if (result !== "") known.set(cellOf(result), network.value(result, moment));
    if (phase === AFTER) forgetPass(known, network, moment);
  }
  return known;
}

/**
 * After the step the example goes forward again: new sums and activations, no gradients yet.
 * @param {Map<string, number>} known
 * @param {import("./network.js").Network} network
 * @param {Moment} moment
 */
function forgetPass(known, network, moment) {
  for (const key of [...known.keys()]) if (/^(g|da|ds|dz):/.test(key)) known.delete(key);
  const after = { ...moment, parameters: moment.next, variables: network.newVariables() };
  network.engine.pass(after.parameters, after.example.x, after.example.y, after.variables);
  for (let l = 1; l <= network.top; l++) {
    for (let j = 0; j < network.sizes[l]; j++) {
      for (const key of [`z:${l}:${j}`, `a:${l}:${j}`]) {
        const value = network.value(key, after);
        if (Number.isNaN(value)) known.delete(key);
        else known.set(key, value);
      }
    }
  }
  known.set("L", network.value("L", after));
  for (let o = 0; o < network.numOutputs; o++) known.set(`p:${o}`, network.value(`p:${o}`, after));
}
