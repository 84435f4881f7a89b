// Making and changing elements, and what all views share of the window.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean>} Attributes */

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Element | null} [parent]
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, parent, text) {
  return placed(document.createElementNS(SVG, tag), attributes, parent, text);
}

/**
 * An element of the page; what is given as text stays text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Element | null} [parent]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes, parent, text) {
  return placed(document.createElement(tag), attributes, parent, text);
}

/**
 * A new element with its attributes and its text, in its place.
 * @template {Element} Made
 * @param {Made} element
 * @param {Attributes} attributes
 * @param {Element | null} [parent]
 * @param {string} [text]
 */
function placed(element, attributes, parent, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

/**
 * A button that does something.
 * @param {Element} parent
 * @param {string} text
 * @param {() => void} action
 * @param {Attributes} attributes
 */
export function button(parent, text, action, attributes = {}) {
  const element = html("button", { type: "button", ...attributes }, parent, text);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") action();
  });
  return element;
}

/**
 * The element of the page with this id.
 * @param {string} id
 */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Change a text where it is another one: what stays is not touched.
 * @param {Element} element
 * @param {string} text
 */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Phones: as in the style sheet. */
export function isPhone() {
  return innerWidth < 560;
}

/** Wide and high enough that nothing on the page scrolls: as in the style sheet. */
export function isFixed() {
  return innerWidth >= 860 && innerHeight >= 560;
}

/** Whether the reader asked for less motion. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

let announceTimer = 0;

/**
 * Say something to those who listen; of several within `wait` milliseconds, the last.
 * @param {string} text
 * @param {number} wait
 */
export function announce(text, wait = 250) {
  clearTimeout(announceTimer);
  announceTimer = window.setTimeout(() => put(byId("live"), text), wait);
}

/**
 * Follow a pointer from its press to its release.
 * @param {PointerEvent} event
 * @param {(event: PointerEvent) => void} moved
 * @param {() => void} [ended]
 */
export function follow(event, moved, ended) {
  const { pointerId } = event;
  const element = /** @type {Element} */ (event.currentTarget);
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // the pointer is gone already: nothing will move
  }
  const move = (/** @type {PointerEvent} */ next) => {
    if (next.pointerId === pointerId) moved(next);
  };
  const stop = (/** @type {PointerEvent} */ next) => {
    if (next.pointerId !== pointerId) return;
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
    window.removeEventListener("pointercancel", stop);
    ended?.();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
}
