// The phase "after": the same example again, and what the step did to the others.
import { AFTER } from "./walk.js";
import { app, canTrain, exampleShown, meanLoss, valueNow } from "./app.js";
import { button, byId, html } from "./dom.js";
import { exampleName, labelName } from "./names.js";
import { othersInWords } from "./reasons.js";
import { long } from "./numbers.js";
import { train } from "./live.js";
import { nextExample } from "./steps.js";
import { setMode } from "./modes.js";

const MOST_OTHERS = 5; // examples that are listed one by one

export function refreshAfter() {
  const box = byId("result");
  box.hidden = app.mode !== "step" || app.events[app.line].phase !== AFTER;
  if (box.hidden) return;
  const { network, moment, plan } = app;
  const { x, y } = exampleShown();
  box.textContent = "";
  html("h2", {}, box, "Before and after this step");
  const table = html("table", {}, box);
  const head = html("tr", {}, html("thead", {}, table));
  html("td", {}, head);
  for (const name of ["before", "after"]) html("th", { scope: "col" }, head, name);
  const body = html("tbody", {}, table);
  const before = { loss: valueNow("L"), mean: meanLoss(moment.parameters) };
  const after = { loss: network.engine.loss(moment.next, x, y), mean: meanLoss(moment.next) };
  const answers = [moment.parameters, moment.next].map((parameters) => network.engine.predict(parameters, x));
  const label = labelName(y, network.classes);
  Array.from(y, (_, o) => o).forEach((o) => {
    if (y.length > 4 && y[o] === 0) return;
    const name = y.length > 1 ? `output ${network.classes?.names?.[o] ?? o}` : "output";
    addRow(body, name, long(answers[0][o]), long(answers[1][o]));
  });
  addRow(body, "label", label, label);
  addRow(body, "loss L", long(before.loss), long(after.loss), "strong");
  addRow(body, `mean loss of all ${plan.examples.length}`, long(before.mean), long(after.mean));
  if (plan.examples.length <= MOST_OTHERS) addOthers(body);
  html("p", { class: "quiet" }, box, `${inWords(before, after)} ${othersInWords(changesOfOthers(), before.mean, after.mean)}`);
  const row = html("p", { class: "choices" }, box);
  if (app.data.frozen) return;
  button(row, "Next example", nextExample, { class: "main" });
  const watch = () => {
    setMode("live");
    train();
  };
  button(row, canTrain() ? "Watch the whole training" : "Go to Live", watch);
}

/**
 * What the step did to the other examples.
 * @param {HTMLElement} body
 */
function addOthers(body) {
  for (const { name, before, after } of changesOfOthers()) addRow(body, `L of ${name}`, long(before), long(after));
}

/** The loss of each other example before and after the step; none where no engine can calculate it. */
function changesOfOthers() {
  const { network, moment, plan } = app;
  if (app.data.frozen) return [];
  return plan.examples.flatMap((example, k) => {
    if (example === moment.example) return [];
    const [before, after] = [moment.parameters, moment.next].map((p) => network.engine.loss(p, example.x, example.y));
    return [{ name: exampleName(example, k), before, after }];
  });
}

/**
 * @param {HTMLElement} body
 * @param {string} name
 * @param {string} before
 * @param {string} after
 * @param {string} kind
 */
function addRow(body, name, before, after, kind = "") {
  const row = html("tr", { class: kind }, body);
  html("th", { scope: "row" }, row, name);
  for (const text of [before, after]) html("td", {}, row, text);
}

/**
 * @param {{loss: number}} before
 * @param {{loss: number}} after
 */
function inWords(before, after) {
  if (after.loss === before.loss) return "This example is as before.";
  const change = before.loss > 0 ? ` L changed by ${((after.loss / before.loss - 1) * 100).toFixed(1).replace("-", "−")} %.` : "";
  return `This example got ${after.loss < before.loss ? "better" : "worse"}.${change}`;
}
