/**
 * The page on which students check their own answers: it fills in the numbers of the chosen sheet, judges what is typed,
 * and says what each answer is, beside it and in words.
 */
import { judge, rightAnswers } from "./judge.js";

/**
 * @typedef {{number: number, name: string, given: number[]}} Sheet
 * @typedef {{id: string, name: string, question: string}} Mistake
 * @typedef {object} PageData
 * @property {Sheet[]} sheets
 * @property {number} decimals
 * @property {string[]} labels
 * @property {Mistake[]} mistakes
 * @property {Object<string, string>} sentences
 * @property {number} mostNamed
 * @property {number[]} printed  the questions whose numbers stand on the sheet
 */

const SIGNS = {
  right: "\u2713",
  follows: "\u2713",
  coarse: "\u2248",
  mistake: "\u2717",
  again: "\u2717",
  unknown: "\u2717",
  unreadable: "?",
};

/**
 * Start the page.
 * @param {PageData} data
 * @param {import("./judge.js").Formulas} formulas
 */
export function start(data, formulas) {
  const choice = /** @type {HTMLSelectElement} */ (document.getElementById("sheet"));
  const said = /** @type {HTMLElement} */ (document.getElementById("said"));
  const list = /** @type {HTMLElement} */ (document.getElementById("verdicts"));
  const count = /** @type {HTMLElement} */ (document.getElementById("count"));
  /** @type {HTMLInputElement[]} */
  const fields = Array.from(document.querySelectorAll("input[data-k]"));
  fields.sort((one, other) => Number(one.dataset.k) - Number(other.dataset.k)); // Enter goes from question to question
  const byName = new Map(data.mistakes.map((mistake) => [mistake.id, mistake]));
  let sheet = data.sheets[0];
  /** @type {import("./judge.js").Verdict[]} */
  let verdicts = [];

  /** The texts of all questions; those that are printed have none. */
  function answers() {
    const texts = data.labels.map(() => "");
    for (const field of fields) {
      texts[Number(field.dataset.k)] = field.value;
    }
    return texts;
  }

  /**
   * What is said of an answer, in words: as `verdict_words` in words.py.
   * @param {number} k
   */
  function words(k) {
    const found = verdicts[k];
    const rows = found.ids.slice(0, data.mostNamed).map((id) => /** @type {Mistake} */ (byName.get(id)));
    const name = rows.length ? `${rows[0].id}: ${rows[0].name}` : "";
    const first = rows.length ? `${name}. ${rows[0].question}` : "";
    const kind = found.kind === "mistake" && found.start !== k ? "earlier" : found.kind;
    const values = { start: data.labels[found.start] ?? "", decimals: String(data.decimals), first, name };
    const others = rows.slice(1).map((row) => `${row.id}: ${row.name}`).join(", or ");
    return filled(data.sentences[kind], values) + (others ? filled(data.sentences.or, { others }) : "");
  }

  /** Judge everything, and show it beside the answers. */
  function check() {
    verdicts = judge(formulas, sheet.given, data.decimals, answers());
    const lines = [];
    let points = 0;
    for (const field of fields) {
      const k = Number(field.dataset.k);
      const { kind } = verdicts[k];
      const cell = /** @type {HTMLElement} */ (field.closest("td"));
      const sign = /** @type {HTMLElement} */ (cell.querySelector(".sign"));
      cell.dataset.kind = kind;
      sign.textContent = SIGNS[/** @type {keyof typeof SIGNS} */ (kind)] ?? "";
      field.setAttribute("aria-invalid", String(["mistake", "again", "unknown", "unreadable"].includes(kind)));
      points += Number(["right", "follows", "coarse", "again"].includes(kind));
      if (kind !== "empty" && kind !== "right") {
        lines.push(`${data.labels[k]}: ${words(k)}`);
      }
    }
    list.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    count.textContent = `${points} of ${fields.length} points`;
  }

  /**
   * Say what one answer is, aloud where a screen reader listens.
   * @param {HTMLInputElement} field
   */
  function say(field) {
    const k = Number(field.dataset.k);
    if (verdicts[k].kind !== "empty") {
      said.textContent = `${data.labels[k]}: ${words(k)}`;
    }
  }

  /** Show the numbers of the chosen sheet. */
  function show() {
    sheet = data.sheets[choice.selectedIndex];
    for (const place of document.querySelectorAll("[data-v]")) {
      const number = sheet.given[Number(/** @type {HTMLElement | SVGElement} */ (place).dataset.v)];
      place.textContent = String(Number(number.toPrecision(10))).replace("-", "\u2212");
    }
    const kept = remembered(sheet);
    for (const field of fields) {
      field.value = kept[Number(field.dataset.k)] ?? "";
    }
    said.textContent = "";
    check();
    const truth = rightAnswers(formulas, sheet.given);
    for (const k of data.printed) {
      const cell = /** @type {HTMLElement} */ (document.querySelector(`[data-printed="${k}"]`));
      cell.textContent = truth[formulas.first + k].toFixed(data.decimals).replace("-", "\u2212");
    }
  }

  choice.replaceChildren(
    ...data.sheets.map(({ number, name }) =>
      Object.assign(document.createElement("option"), { textContent: name || `Sheet ${number}` }),
    ),
  );
  choice.addEventListener("change", show);
  fields.forEach((field, i) => {
    field.addEventListener("change", () => {
      remember(sheet, answers());
      check();
      say(field);
    });
    field.addEventListener("focus", () => say(field));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        field.dispatchEvent(new Event("change"));
        if (["right", "follows"].includes(verdicts[Number(field.dataset.k)].kind) && i + 1 < fields.length) {
          fields[i + 1].focus();
        }
      }
    });
  });
  show();
}

/**
 * A sentence with its blanks filled in.
 * @param {string} sentence
 * @param {Object<string, string>} values
 */
function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
}

/**
 * Keep what was typed, for the case that the page is closed; where a browser keeps nothing, nothing is lost yet.
 * @param {Sheet} sheet
 * @param {string[]} texts
 */
function remember(sheet, texts) {
  try {
    localStorage.setItem(keyOf(sheet), JSON.stringify(texts));
  } catch {
    // private windows
  }
}

/**
 * What was typed on this sheet before.
 * @param {Sheet} sheet
 * @returns {string[]}
 */
function remembered(sheet) {
  try {
    const texts = JSON.parse(localStorage.getItem(keyOf(sheet)) ?? "[]");
    return Array.isArray(texts) ? texts.map(String) : [];
  } catch {
    return [];
  }
}

/**
 * A sheet is known by its numbers.
 * @param {Sheet} sheet
 */
function keyOf(sheet) {
  return `neurons worksheet ${sheet.number} ${sheet.given.join(" ")}`;
}
