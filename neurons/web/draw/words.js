/** Numbers in words, and the elements that show them. */

/** +1.25, or −0.40 with the sign that is as wide as the plus. @param {number} value */
export function signed(value) {
  const digits = Math.abs(value).toFixed(2);
  return `${value < 0 && Number(digits) !== 0 ? "−" : "+"}${digits}`;
}

/** 1.25, or −0.40. @param {number} value */
export function plain(value) {
  return signed(value).replace("+", "");
}

/** What an output says: a share of 1 for probabilities, else its activation. @param {number} answer
 * @param {boolean} isProbability */
export function answerText(answer, isProbability) {
  if (!isProbability) return plain(answer);
  const percent = (100 * answer).toFixed(1);
  return percent === "100.0" && answer < 1 ? "> 99.9 %" : `${percent} %`;
}

/**
 * An element with its attributes and children; a text is only ever a text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The element of the page with this id. @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * One tab stop for a group of buttons: the arrow keys go from one to the next.
 *
 * @param {HTMLElement} group
 * @param {HTMLElement[]} buttons
 */
export function oneTabStop(group, buttons) {
  const enter = (/** @type {number} */ place) => {
    buttons.forEach((button, i) => (button.tabIndex = i === place ? 0 : -1));
  };
  enter(0);
  group.addEventListener("focusin", (event) => {
    const place = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    if (place >= 0) enter(place);
  });
  group.addEventListener("keydown", (event) => {
    const from = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = from < 0 ? -1 : neighbour(buttons, from, event.key);
    if (to < 0) return;
    event.preventDefault();
    buttons[to].focus();
  });
}

/** The button that a key leads to from another; -1 for none. @param {HTMLElement[]} buttons @param {number} from
 * @param {string} key */
function neighbour(buttons, from, key) {
  if (key === "Home") return 0;
  if (key === "End") return buttons.length - 1;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step !== undefined) return buttons[from + step] ? from + step : -1;
  if (key !== "ArrowUp" && key !== "ArrowDown") return -1;
  const here = buttons[from].getBoundingClientRect();
  const sign = key === "ArrowDown" ? 1 : -1;
  let best = -1;
  let least = Infinity;
  buttons.forEach((button, place) => {
    const there = button.getBoundingClientRect();
    const down = sign * (there.top - here.top);
    const distance = 100 * down + Math.abs(there.left - here.left);
    if (down > 1 && distance < least) [best, least] = [place, distance];
  });
  return best;
}
