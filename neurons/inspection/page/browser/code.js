// The lines of the function that runs, with the line of numbers right under the current one.
import { app } from "./app.js";
import { byId, html, isFixed, put } from "./dom.js";
import { AFTER } from "./walk.js";

const LONG_PAUSE = 4; // lines in a row that calculate nothing: folded, unless every line is asked for
const AROUND = 1; // lines before and after the current one where the page is small
const PARTS = /(?<=[.[(])/; // where a long line may break

/** The lines of each function that calculate, by its index. @type {Map<number, Set<number>>} */
const calculating = new Map();

export function refreshCode() {
  const box = byId("codebox");
  const event = app.mode === "step" ? app.events[app.line] : null;
  box.hidden = event === null || event.phase === AFTER;
  if (event === null || event.phase === AFTER) return;
  const isStart = event.fn < 0;
  const fn = app.walk.functions[isStart ? firstFunction() : event.fn];
  const [owner] = fn.name.split(".");
  put(byId("code-title"), isStart ? "The code: each neuron does this" : `The code: ${whoRuns(event, owner)}`);
  put(byId("code-file"), fn.file);
  const numbers = isStart ? "" : app.walk.numbersOf(event, app.moment);
  drawLines(fn, isStart ? -1 : event.line, event.numLines, numbers, app.walk.functions.indexOf(fn));
}

function firstFunction() {
  const first = app.events.find((event) => event.calculates && event.fn >= 0);
  return first ? first.fn : 0;
}

/**
 * @param {WalkEvent} event
 * @param {string} owner
 */
function whoRuns(event, owner) {
  const { network } = app;
  if (event.phase === 1) return `${owner} runs this`;
  if (app.data.optimiser.text.startsWith(owner)) return `${owner} runs this`;
  if (event.layer > 0 && event.neuron >= 0 && owner !== "Layer") {
    return `${network.neuronName(event.layer, event.neuron)} runs this`;
  }
  if (event.layer > 0) return `layer ${network.names[event.layer]} runs this`;
  return `${owner} runs this`;
}

/** @param {number} fn */
function linesThatCalculate(fn) {
  if (!calculating.has(fn)) {
    const lines = app.walk.lines.filter(({ event }) => event.fn === fn && event.calculates);
    calculating.set(fn, new Set(lines.map(({ event }) => event.line)));
  }
  return /** @type {Set<number>} */ (calculating.get(fn));
}

/**
 * @param {SourceFunction} fn
 * @param {number} current
 * @param {number} numLines
 * @param {string} numbers
 * @param {number} index
 */
function drawLines(fn, current, numLines, numbers, index) {
  const list = byId("lines");
  list.textContent = "";
  const calculates = linesThatCalculate(index);
  const lines = visibleLines(fn, current, calculates);
  const shown = isFixed() ? lines : windowOf(lines, current);
  /** @type {HTMLElement | null} */
  let now = null;
  for (const line of shown) {
    const text = line < 0 ? "…" : fn.lines[line - fn.first];
    const isNow = line >= current && line < current + numLines && current >= 0;
    const item = drawLine(list, text, isNow, calculates.has(line) || /^\s*def /.test(text));
    if (isNow && line === current + numLines - 1) {
      item.setAttribute("aria-current", "step");
      now = drawNumbers(list, numbers, text);
    }
  }
  keepInView(list, now);
}

/**
 * The lines to show; -1 stands for some that are folded: the docstring, checks, and pauses between the calculations.
 * @param {SourceFunction} fn
 * @param {number} current
 * @param {Set<number>} calculates
 */
function visibleLines(fn, current, calculates) {
  const folds = [...(fn.fold ?? []), ...(app.everyLine ? [] : pausesOf(fn, calculates))];
  const closed = folds.filter(([first, last]) => current < first || current > last);
  /** @type {number[]} */
  const shown = [];
  fn.lines.forEach((text, n) => {
    const line = fn.first + n;
    if (closed.some(([first, last]) => line >= first && line <= last)) {
      if (shown[shown.length - 1] !== -1) shown.push(-1);
    } else if (text.trim() !== "") shown.push(line);
  });
  return shown;
}

/**
 * Where many lines in a row calculate nothing: first and last line of each such pause.
 * @param {SourceFunction} fn
 * @param {Set<number>} calculates
 * @returns {[number, number][]}
 */
function pausesOf(fn, calculates) {
  /** @type {[number, number][]} */
  const pauses = [];
  let first = fn.first + 1; // the first line says which function it is
  let count = 0;
  for (let line = first; line < fn.first + fn.lines.length; line++) {
    const text = fn.lines[line - fn.first].trim();
    const isQuiet = !calculates.has(line) && !/^(for|return)\b/.test(text);
    if (isQuiet && text !== "") count += 1;
    if (isQuiet && line < fn.first + fn.lines.length - 1) continue;
    if (count >= LONG_PAUSE) pauses.push([first, isQuiet ? line : line - 1]);
    first = line + 1;
    count = 0;
  }
  return pauses;
}

/**
 * The current line and its neighbours.
 * @param {number[]} lines
 * @param {number} current
 */
function windowOf(lines, current) {
  const at = Math.max(0, lines.indexOf(current));
  const from = Math.max(0, Math.min(at - AROUND, lines.length - 2 * AROUND - 1));
  return lines.slice(from, from + 2 * AROUND + 1);
}

/**
 * @param {HTMLElement} list
 * @param {string} text
 * @param {boolean} isNow
 * @param {boolean} isLoud
 */
function drawLine(list, text, isNow, isLoud) {
  const item = html("li", { class: isNow ? "now" : isLoud ? "" : "quiet-line" }, list);
  item.style.paddingLeft = `calc(8px + ${indentation(text) + 4}ch)`;
  text
    .trim()
    .split(PARTS)
    .forEach((part, q) => {
      if (q) html("wbr", {}, item);
      item.append(part);
    });
  return item;
}

/**
 * Half of a line's indentation: the side is narrow.
 * @param {string} text
 */
function indentation(text) {
  return (text.length - text.trimStart().length) / 2;
}

/**
 * @param {HTMLElement} list
 * @param {string} numbers
 * @param {string} text
 */
function drawNumbers(list, numbers, text) {
  const isNarrow = list.clientWidth <= 330;
  const item = html("li", { class: "numbers", id: "numbers" }, list, numbers || " ");
  item.style.paddingLeft = `calc(8px + ${isNarrow ? 2 : indentation(text) + 4}ch)`;
  item.style.textIndent = isNarrow ? "-1ch" : "-4ch";
  return item;
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement | null} now
 */
function keepInView(list, now) {
  if (!now) {
    list.scrollTop = 0;
    return;
  }
  const below = now.offsetTop + now.offsetHeight + 24 - (list.scrollTop + list.clientHeight);
  if (below > 0) list.scrollTop += below;
  const before = now.offsetTop - 60 - list.scrollTop;
  if (before < 0) list.scrollTop += before;
}
