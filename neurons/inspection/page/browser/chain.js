// A number and what it was made of, each in its own box: dL/dw = dL/da × da/dz × input.
import { app } from "./app.js";
import { button, html } from "./dom.js";
import { long } from "./numbers.js";
import { nameOf } from "./names.js";

/** @typedef {import("./explain.js").Chain} Chain */

/**
 * The chain in one row; where there is no room, what follows the first "=" begins a new one.
 * @param {HTMLElement} box
 * @param {Chain} chain
 * @param {(key: string) => void} choose
 */
export function drawChain(box, chain, choose) {
  if (!chain.length) return;
  const row = html("div", { class: "chain" }, box);
  const [head, ...others] = chain;
  drawLink(row, [head], choose);
  const right = html("div", { class: "chain" }, row);
  for (const term of termsOf(others)) drawLink(right, term, choose);
}

/**
 * Each number with the signs before it, and the bracket that closes after it.
 * @param {Chain} items
 */
function termsOf(items) {
  /** @type {Chain[]} */
  const terms = [];
  let isOver = true;
  for (const item of items) {
    if (isOver && item !== ")" && item !== ")²") terms.push([]);
    terms[terms.length - 1].push(item);
    isOver = typeof item !== "string";
  }
  return terms;
}

/**
 * @param {HTMLElement} row
 * @param {Chain} items
 * @param {(key: string) => void} choose
 */
function drawLink(row, items, choose) {
  const term = html("div", { class: "term" }, row);
  for (const item of items) {
    if (typeof item === "string") {
      html("span", { class: "sign" }, term, item);
      continue;
    }
    const { label, value, key, from, isWhole } = item;
    const kind = isWhole ? "whole" : value === 0 ? "zero" : "";
    const chip = key
      ? button(term, "", () => choose(key), { class: `chip ${kind}`, title: `why ${nameOf(key, app.network)}?` })
      : html("span", { class: `chip ${kind}` }, term);
    html("span", {}, chip, label);
    html("b", {}, chip, long(value));
    if (from) html("span", {}, chip, from);
  }
}
