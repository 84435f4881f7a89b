// Numbers in the picture under the hand: dragged, typed, chosen; the ring in the plane; the pixels of an image.
import { app, exampleShown, refresh, refreshSoon, valueNow } from "./app.js";
import { byId, follow, html } from "./dom.js";
import { change, endChange } from "./changes.js";
import { showInputs } from "./shown.js";
import { choose } from "./why.js";
import { dragRing } from "./ring.js";
import { focusCell, sayNumbersAreFixed, view } from "./picture.js";
import { nameOf } from "./names.js";
import { typed } from "./numbers.js";

const SLOP = 4; // pixels that a pointer may move in a click
const PER_PIXEL = { data: 0.01, weight: 0.02 };
const FIELD = { width: 92, height: 28 };

/** Watch the picture, once. */
export function watchPicture() {
  const host = byId("picture");
  host.addEventListener("pointerdown", pressed);
  host.addEventListener("dblclick", (event) => {
    const cell = cellAt(event.target);
    if (cell?.canChange && app.mode === "live") typeNumber(cell.key);
  });
  host.addEventListener("focusin", (event) => {
    const cell = cellAt(event.target);
    if (!cell) return;
    const { picture } = view;
    picture.cells.get(picture.focus)?.group.setAttribute("tabindex", "-1");
    picture.focus = cell.key;
    cell.group.setAttribute("tabindex", "0");
  });
}

/**
 * The cell that an event is about.
 * @param {EventTarget | null} target
 */
export function cellAt(target) {
  const group = target instanceof Element ? target.closest(".cell") : null;
  return group instanceof SVGElement ? view.picture.cells.get(group.dataset.key ?? "") : undefined;
}

/** @param {PointerEvent} event */
function pressed(event) {
  if (event.target instanceof HTMLCanvasElement && event.target.matches(".image")) return paint(event);
  if (event.target instanceof HTMLCanvasElement && event.target.matches(".big")) return dragRing(event);
  const cell = cellAt(event.target);
  if (!cell) return;
  const { key, canChange, group } = cell;
  const isLive = app.mode === "live";
  const [start, from] = [event.clientX, canChange ? valueNow(key) : 0];
  const perPixel = /^[xy]/.test(key) ? PER_PIXEL.data : PER_PIXEL.weight;
  let hasMoved = false;
  view.picture.focus = key;
  if (canChange && isLive && event.pointerType === "mouse") event.preventDefault();
  const move = (/** @type {PointerEvent} */ at) => {
    if (!hasMoved && Math.abs(at.clientX - start) < SLOP) return;
    if (!canChange) return;
    if (!hasMoved && !isLive) sayNumbersAreFixed();
    if (!hasMoved && isLive && key.startsWith("w")) app.selected = key;
    hasMoved = true;
    const by = (at.clientX - start) * perPixel * (at.shiftKey ? 0.1 : 1);
    change(key, Math.round((from + by) * 1000) / 1000, true);
  };
  follow(event, move, () => {
    if (hasMoved) {
      endChange();
      return;
    }
    group.focus({ preventScroll: true });
    choose(key);
  });
}

/**
 * A field over a number, to type another.
 * @param {string} key
 * @param {string} [first] what was typed already
 */
export function typeNumber(key, first) {
  const cell = view.picture.cells.get(key);
  if (!cell) return;
  const host = byId("picture");
  const { zoom } = view.picture;
  const label = `new value of ${nameOf(key, app.network)}`;
  const field = html("input", { class: "typed", type: "text", inputmode: "decimal", "aria-label": label }, host);
  const left = Math.min(host.clientWidth - FIELD.width - 4, Math.max(0, cell.x * zoom - 40));
  Object.assign(field.style, { left: `${left}px`, top: `${Math.max(0, cell.y * zoom - 20)}px` });
  field.value = first ?? String(Number(valueNow(key).toFixed(6)));
  field.focus();
  if (first === undefined) field.select();
  let isOpen = true;
  const close = (/** @type {boolean} */ isMeant) => {
    if (!isOpen) return;
    isOpen = false;
    const value = typed(field.value);
    field.remove();
    if (isMeant && Number.isFinite(value)) {
      if (key.startsWith("w")) app.selected = key;
      change(key, value);
      refresh();
    }
    focusCell(key);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") close(true);
    if (event.key === "Escape") close(false);
  });
  field.addEventListener("blur", () => close(true));
}

/**
 * Paint on the image; where the first pixel is dark, rub out.
 * @param {PointerEvent} event
 */
function paint(event) {
  const { image } = app.data;
  if (app.mode !== "live" || !image) return;
  event.preventDefault();
  const box = /** @type {HTMLCanvasElement} */ (event.target).getBoundingClientRect();
  const pixels = Float64Array.from(exampleShown().x);
  const place = (/** @type {PointerEvent} */ at) => {
    const column = Math.floor(((at.clientX - box.left) / box.width) * image.width);
    const row = Math.floor(((at.clientY - box.top) / box.height) * image.height);
    const isInside = column >= 0 && column < image.width && row >= 0 && row < image.height;
    return isInside ? row * image.width + column : -1;
  };
  const first = place(event);
  const ink = first >= 0 && pixels[first] > image.highest / 2 ? 0 : image.highest;
  const move = (/** @type {PointerEvent} */ at) => {
    const pixel = place(at);
    if (pixel < 0 || pixels[pixel] === ink) return;
    pixels[pixel] = ink;
    showInputs(pixels, "Paint on the image, or rub out: what does the network see in it?");
  };
  move(event);
  follow(event, move, refreshSoon);
}
