// The example that is shown: one of the data, or one of your own.
import { announce } from "./dom.js";
import { app, compute, exampleShown, refresh, refreshSoon } from "./app.js";
import { land } from "./flow.js";
import { long, short } from "./numbers.js";

/**
 * @param {string} what
 * @param {number} index
 * @param {number} value
 */
export function changeExample(what, index, value) {
  const { x, y } = exampleShown();
  const own = { x: Float64Array.from(x), y: Float64Array.from(y) };
  (what === "x" ? own.x : own.y)[index] = value;
  app.own = own;
  app.shown = "own";
}

/**
 * Show an example of the data.
 * @param {number | "own"} k
 */
export function showExample(k) {
  land();
  app.shown = k;
  app.follows = false;
  app.note = null;
  app.held = null;
  compute();
  refresh();
}

/**
 * Inputs of one's own.
 * @param {number[] | Float64Array} x
 * @param {string} more
 */
export function showInputs(x, more) {
  const y = app.own?.y ?? exampleShown().y;
  app.own = { x: Float64Array.from(x), y: Float64Array.from(y) };
  app.shown = "own";
  app.follows = false;
  compute();
  const { network } = app;
  const outputs = network.engine.predict(app.moment.parameters, app.own.x);
  const best = outputs.indexOf(Math.max(...outputs));
  const name = network.classes?.names?.[best] ?? String(best);
  const says = outputs.length > 1 ? `${name}, with ${Math.round(outputs[best] * 100)} %` : long(outputs[0]);
  const inputs = x.length > 6 ? "this image" : `the inputs ${Array.from(x, short).join(" and ")}`;
  app.note = [`For ${inputs} the network answers ${says}.`, more];
  announce(app.note[0], 600);
  refreshSoon();
}
