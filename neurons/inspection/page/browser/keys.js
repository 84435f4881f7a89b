// The keyboard: every action has a key, and the focus stays where it was.
import { app, canTrain, valueNow } from "./app.js";
import { byId } from "./dom.js";
import { change, undo } from "./changes.js";
import { goToSolved, goToStep, oneEpoch, oneExample, train } from "./live.js";
import { cellAt, typeNumber } from "./pointer.js";
import { choose } from "./why.js";
import { focusCell, view } from "./picture.js";
import { goToLine, nextLine, nextNeuron, nextPhase, playLines, previousLine } from "./steps.js";
import { setMode, toggleHelp, toggleLarge } from "./modes.js";
import { stop } from "./play.js";

const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});
const NUDGE = 0.1;

/** Watch the keyboard, once. */
export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const cell = cellAt(event.target);
    const isDone = (cell && onCell(event, cell)) || onGroup(event) || onPage(event) || onMode(event);
    if (isDone) event.preventDefault();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLSelectElement;
}

/**
 * @param {KeyboardEvent} event
 * @param {Cell} cell
 */
function onCell({ key: pressed }, { key, canChange }) {
  const isLive = app.mode === "live";
  if (ARROWS[pressed]) {
    moveFocus(key, ...ARROWS[pressed]);
    return true;
  }
  if (pressed === "Enter" || pressed === " ") {
    if (app.selected === key && canChange && isLive) typeNumber(key);
    else choose(key);
    return true;
  }
  if (!canChange || !isLive) return false;
  if (/^[+=_-]$/.test(pressed)) {
    if (key.startsWith("w")) app.selected = key;
    const by = /[+=]/.test(pressed) ? NUDGE : -NUDGE;
    change(key, Math.round((valueNow(key) + by) * 1e4) / 1e4);
    return true;
  }
  if (/^[0-9.,]$/.test(pressed)) {
    typeNumber(key, pressed);
    return true;
  }
  return false;
}

/**
 * To the nearest number in a direction.
 * @param {string} key
 * @param {number} dx
 * @param {number} dy
 */
function moveFocus(key, dx, dy) {
  const { cells } = view.picture;
  const from = /** @type {Cell} */ (cells.get(key));
  let [best, least] = ["", Infinity];
  for (const cell of cells.values()) {
    const along = (cell.x - from.x) * dx + (cell.y - from.y) * dy;
    const aside = Math.abs((cell.x - from.x) * dy) + Math.abs((cell.y - from.y) * dx);
    if (along <= 2 || cell === from || !cell.group.hasAttribute("role")) continue;
    const distance = along + aside * 2.5;
    if (distance < least) [best, least] = [cell.key, distance];
  }
  if (best) focusCell(best);
}

/**
 * Arrows in a group of choices.
 * @param {KeyboardEvent} event
 */
function onGroup(event) {
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.closest("#modes, #edges") || !ARROWS[event.key]) return false;
  const choices = /** @type {HTMLElement[]} */ ([...(target.parentElement?.children ?? [])]);
  const by = event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 1;
  const next = choices[(choices.indexOf(target) + by + choices.length) % choices.length];
  next.focus();
  next.click();
  return true;
}

/** @param {KeyboardEvent} event */
function onPage({ key }) {
  if (key === "Escape") {
    if (!byId("keys").hidden) toggleHelp();
    else if (app.selected) {
      const chosen = app.selected;
      choose(null);
      focusCell(chosen);
    }
    return true;
  }
  if (key === "?") toggleHelp();
  else if (key === "m") setMode(app.mode === "step" ? "live" : "step");
  else if (key === "l") toggleLarge();
  else return false;
  return true;
}

/** @param {KeyboardEvent} event */
function onMode(event) {
  const { key, target } = event;
  const isButton = target instanceof HTMLElement && target.closest("button, input");
  if (isButton && (key === " " || key === "Enter")) return false; // it presses the button
  const action = app.mode === "step" ? STEP_KEYS[key] : LIVE_KEYS[event.shiftKey && ARROWS[key] ? `shift ${key}` : key];
  if (!action) return false;
  action();
  return true;
}

/** @type {Record<string, () => void>} */
const STEP_KEYS = {
  ArrowRight: nextLine,
  ArrowLeft: previousLine,
  n: nextNeuron,
  p: nextPhase,
  " ": playLines,
  Home: () => goToLine(0),
  End: () => goToLine(app.events.length - 1),
};

/** @param {number} by */
function moveBy(by) {
  stop();
  goToStep(app.step + by);
}

/** @type {Record<string, () => void>} */
const LIVE_KEYS = {
  ArrowRight: () => moveBy(1),
  ArrowLeft: () => moveBy(-1),
  "shift ArrowRight": oneEpoch,
  "shift ArrowLeft": () => moveBy(canTrain() ? -app.plan.perEpoch : -1),
  e: () => canTrain() && oneExample(),
  " ": train,
  u: () => app.run !== app.original && undo(),
  s: goToSolved,
  Home: () => moveBy(-app.step),
  End: () => moveBy(app.run.numSteps - app.step),
};
