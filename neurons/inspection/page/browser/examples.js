// What the network answers for all examples.
import { app } from "./app.js";
import { button, byId, html, put } from "./dom.js";
import { exampleName, inShort, labelName } from "./names.js";
import { long, short } from "./numbers.js";
import { largestIndex } from "./network.js";
import { paintNumbers, view } from "./picture.js";
import { showExample } from "./shown.js";

const ROWS_SHOWN = 6;

export function refreshExamples() {
  if (app.mode !== "live") return;
  const { network } = app;
  const table = byId("examples");
  const focused = table.contains(document.activeElement) ? document.activeElement?.getAttribute("data-k") : null;
  table.textContent = "";
  const head = html("tr", {}, html("thead", {}, table));
  const isClass = network.numOutputs > 1;
  const names = [app.data.image ? "image" : "inputs", "label", isClass ? "answer" : "output", "loss"];
  for (const name of names) html("th", { scope: "col" }, head, name);
  if (network.classes) html("span", { class: "unseen" }, html("th", { scope: "col" }, head), "right?");
  const body = html("tbody", {}, table);
  for (const k of rowsShown()) drawRow(body, k);
  if (app.own) drawRow(body, "own");
  sayHowMany();
  if (focused) /** @type {HTMLElement | null} */ (table.querySelector(`[data-k="${focused}"]`))?.focus();
}

/** Of few examples, how many are right; of many, which ones stand here, and the way to the others. */
function sayHowMany() {
  const note = byId("data-note");
  const { run, plan, data } = app;
  const all = plan.examples.length;
  if (all <= ROWS_SHOWN) {
    put(note, run.right ? `${run.right[app.step]} of ${all} right` : "");
    return;
  }
  const rows = rowsShown();
  const total = data.examples.total > all ? ` (there were ${data.examples.total})` : "";
  const words = `${rows[0]} to ${rows[rows.length - 1]} of ${all}${total}`;
  if (note.firstChild?.textContent === words) return;
  const focused = note.contains(document.activeElement) ? document.activeElement?.textContent : null;
  note.textContent = "";
  html("span", {}, note, words);
  for (const [name, text, by] of /** @type {[string, string, number][]} */ ([["Back", "‹", -1], ["On", "›", 1]])) {
    const one = button(note, text, () => turn(by), { class: "plain", "aria-label": `${name} in the examples` });
    if (text === focused) one.focus();
  }
}

/** The first example of the table, where they are many; it follows the one shown until the reader turns the page. */
const turned = { first: 0, shown: /** @type {number | "own"} */ (-1) };

/** @param {number} by pages */
function turn(by) {
  const all = app.plan.examples.length;
  const count = rowsShown().length;
  turned.first = (Math.max(0, Math.min(all - 1, turned.first + by * count)) / count | 0) * count;
  refreshExamples();
}

/** The examples of the table: all of a few; of many, the page that the one shown is on. */
function rowsShown() {
  const all = app.plan.examples.length;
  const count = Math.min(all, innerHeight < 740 && all > ROWS_SHOWN ? 4 : ROWS_SHOWN);
  if (app.shown !== turned.shown && app.shown !== "own") turned.first = Math.floor(app.shown / count) * count;
  turned.shown = app.shown;
  return Array.from({ length: Math.min(count, all - turned.first) }, (_, q) => turned.first + q);
}

/**
 * @param {HTMLElement} body
 * @param {number | "own"} k
 */
function drawRow(body, k) {
  const { network, plan, moment } = app;
  const example = k === "own" ? /** @type {Example} */ (app.own) : plan.examples[k];
  const { x, y } = example;
  const outputs = network.engine.forward(moment.parameters, x);
  const answers = network.engine.predict(moment.parameters, x);
  const loss = network.engine.loss(moment.parameters, x, y);
  const row = html("tr", { class: app.shown === k ? "shown" : "" }, body);
  row.addEventListener("click", () => showExample(k));
  const name = exampleName(example, k);
  // the button is there for the keyboard: its click, too, comes to the row
  const show = button(html("td", {}, row), name, () => {}, { "aria-pressed": app.shown === k, "data-k": k });
  show.title = `show this example in the network: ${name}`; // whose end the table may have no room for
  if (k === "own" && x.length <= 6) show.append("  yours");
  if (app.data.image) drawThumbnail(show, x);
  html("td", {}, row, labelName(y, network.classes));
  const place = html("td", {}, row);
  if (answers.length > 1) drawAnswers(place, answers);
  else drawAnswerBar(place, answers[0], y[0]);
  html("td", {}, row, loss < 0.0005 ? "0.000" : loss < 1000 ? loss.toFixed(3) : short(loss));
  if (!network.classes) return;
  const isRight = network.isRight(outputs, y);
  const mark = html("td", { class: isRight ? "" : "wrong" }, row);
  html("span", { "aria-hidden": "true" }, mark, isRight ? "✓" : "✗");
  html("span", { class: "unseen" }, mark, isRight ? "right" : "wrong");
}

/**
 * @param {HTMLElement} row
 * @param {ArrayLike<number>} x
 */
function drawThumbnail(row, x) {
  const { width, height, highest } = /** @type {NonNullable<PageData["image"]>} */ (app.data.image);
  const canvas = html("canvas", { width, height, class: "thumbnail", "aria-hidden": "true" });
  row.prepend(canvas);
  paintNumbers(canvas, x, highest);
}

/**
 * One output as a bar, with a stroke where the label is.
 * @param {HTMLElement} place
 * @param {number} answer
 * @param {number} label
 */
function drawAnswerBar(place, answer, label) {
  const { classes } = app.network;
  const [low, high] = classes ? [0, 1] : view.planes.labels;
  const part = (/** @type {number} */ value) => Math.max(0, Math.min(1, (value - low) / (high - low))) * 100;
  const bar = html("span", { class: "bar", "aria-hidden": "true" }, place);
  const fill = html("i", { class: part(answer) > 50 ? "plus" : "minus" }, bar);
  fill.style.width = `${part(answer)}%`;
  html("u", {}, bar).style.left = `calc(${part(label)}% - 1px)`;
  place.append(classes ? answer.toFixed(3) : long(answer));
}

/**
 * Several outputs: of classes the largest, else all.
 * @param {HTMLElement} place
 * @param {ArrayLike<number>} answers
 */
function drawAnswers(place, answers) {
  const names = app.network.classes?.names;
  const best = largestIndex(answers);
  place.append(names ? `${names[best]}  ${answers[best].toFixed(3)}` : Array.from(answers, inShort).join(" "));
}
