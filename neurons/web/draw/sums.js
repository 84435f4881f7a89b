/** A sum as a table: its strongest shares, the others together, the biases, and the total. */
import { strongest } from "./shares.js";
import { element, plain, signed } from "./words.js";

/** @import { Sum } from "./shares.js" */

const MOST_ROWS = 6;

/** What the table shows is what adds up: in hundredths, as whole numbers. @param {number} value */
function hundredths(value) {
  return Math.round(100 * value);
}

/**
 * @param {Sum} sum
 * @param {object} words
 * @param {string} words.inputs the head of the first column
 * @param {string} words.product the head of the second: what is multiplied
 * @param {(input: number) => Node} words.name an input's name, or what leads to it
 * @param {(input: number) => string} words.factor in numbers
 * @param {string} words.others the inputs that are not listed, where none of them is 0
 * @param {string} words.someOthers those of them that are not 0
 * @param {string} words.constant
 * @param {string} words.total
 */
export function sumTable(sum, words) {
  const listed = strongest(sum, MOST_ROWS).sort((one, other) => sum.shares[other] - sum.shares[one]);
  const numOthers = sum.shares.filter((share) => share !== 0).length - listed.length;
  const total = hundredths(sum.total);
  const constant = hundredths(sum.constant);
  const named = listed.reduce((so_far, input) => so_far + hundredths(sum.shares[input]), 0);
  const others = total - constant - named;
  const most = Math.max(1, ...listed.map((input) => Math.abs(hundredths(sum.shares[input]))));

  /** @param {Node | string} name @param {number} share in hundredths @param {string} [product] */
  const row = (name, share, product) => {
    const bar = element("i", { class: share < 0 ? "minus" : "plus" });
    bar.style.setProperty("--share", String(Math.min(1, Math.abs(share) / most)));
    const cells = [element("th", { scope: "row", colspan: product === undefined ? "2" : "1" }, name)];
    if (product !== undefined) cells.push(element("td", {}, product));
    cells.push(element("td", { class: "share" }, signed(share / 100)));
    cells.push(element("td", { class: "balance", "aria-hidden": "true" }, bar));
    return element("tr", {}, ...cells);
  };
  const product = (/** @type {number} */ input) => `${words.factor(input)} × ${plain(sum.inputs[input])}`;
  const rows = listed.map((input) => row(words.name(input), hundredths(sum.shares[input]), product(input)));
  const isAll = listed.length + numOthers === sum.shares.length;
  if (numOthers > 0) rows.push(row(`${numOthers} ${isAll ? words.others : words.someOthers}`, others));
  rows.push(row(words.constant, numOthers > 0 ? constant : constant + others));
  const foot = row(words.total, total);
  foot.lastElementChild?.replaceChildren();
  const heads = [words.inputs, words.product, "share"].map((text) => element("th", { scope: "col" }, text));
  return element(
    "table",
    { class: "sum" },
    element("thead", {}, element("tr", {}, ...heads, element("td"))),
    element("tbody", {}, ...rows),
    element("tfoot", {}, foot),
  );
}

/** The shares for and against, and the constant, in one line that adds up. @param {Sum} sum @param {string} up what the
 * positive ones count for @param {string} down the negative ones */
export function inOneLine(sum, up, down) {
  const total = hundredths(sum.total);
  const constant = hundredths(sum.constant);
  const against = hundredths(sum.shares.reduce((so_far, share) => so_far + Math.min(0, share), 0));
  const part = (/** @type {string} */ kind, /** @type {number} */ value, /** @type {string} */ what) =>
    element("span", { class: kind }, element("b", {}, signed(value / 100)), element("span", {}, what));
  return [
    part("plus", total - constant - against, up),
    part("minus", against, down),
    part("", constant, "without ink"),
    part("", total, "together"),
  ];
}
