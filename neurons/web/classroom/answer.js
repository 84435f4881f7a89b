/**
 * The right column: what a program prints and shows, and the verdict on an exercise.
 */

/** @param {string} tag @param {string} className @param {string} [text] */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export class Answer {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {HTMLElement | null} */
    this.printed = null;
    /** @type {string[]} */
    this.addresses = [];
  }

  clear() {
    this.place.replaceChildren();
    this.printed = null;
    for (const address of this.addresses.splice(0)) URL.revokeObjectURL(address);
  }

  /** Something to say that is neither printed nor a verdict. @param {string} text */
  note(text) {
    this.place.append(element("p", "note", text));
    this.printed = null;
  }

  /** What a program shows. @param {import("./interpreter.js").Shown} shown */
  show({ kind, content }) {
    if (kind === "text") this.text(content);
    else if (kind === "page") this.page(content);
    else if (kind === "picture") this.picture(content);
  }

  /** @param {string} text */
  text(text) {
    if (!this.printed) {
      this.printed = element("pre", "printed");
      this.printed.tabIndex = 0; // it may have to be scrolled by keyboard
      this.place.append(this.printed);
    }
    this.printed.append(text);
  }

  /** A page of its own, in a frame that can do nothing to this one. @param {string} html */
  page(html) {
    const figure = element("figure", "page");
    const frame = document.createElement("iframe");
    frame.title = "What the program shows";
    frame.setAttribute("sandbox", "allow-scripts");
    frame.srcdoc = html;
    const button = element("button", "window", "Whole window");
    button.addEventListener("click", () => {
      button.textContent = figure.classList.toggle("over") ? "Back to the classroom" : "Whole window";
    });
    figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && figure.classList.contains("over")) button.click();
    });
    figure.append(button, frame);
    this.place.append(figure);
    this.printed = null;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes of a PNG */
  picture(bytes) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    image.alt = "A picture that the program has drawn";
    this.addresses.push(image.src);
    this.place.append(image);
    this.printed = null;
  }

  /**
   * A verdict: its first line as a heading. Tables keep their columns; what is too wide for its column wraps.
   * @param {{ passed: boolean, text: string }} result
   */
  verdict({ passed, text }) {
    const box = element("div", passed ? "verdict right" : "verdict");
    box.id = "verdict";
    const lines = text.split(/(?<=\n)/);
    box.append(element("h3", "", lines.shift()));
    while (lines.length) {
      const kind = kindOf(lines[0]);
      let block = lines.shift() ?? "";
      while (lines.length && kindOf(lines[0]) === kind && kind !== "code") block += lines.shift();
      box.append(kind === "table" ? tableOf(block) : element("pre", kind, block));
    }
    this.place.append(box);
    this.printed = null;
  }
}

/** Prose, a line of code, or a row of a table. @param {string} line */
function kindOf(line) {
  if (!line.startsWith("  ")) return "";
  return /\S {2,}\S|^ {12}/.test(line) ? "table" : "code";
}

/**
 * A table whose columns are parted where every row has two spaces, and before an arrow; its characters stay as they are.
 * @param {string} block
 */
function tableOf(block) {
  const rows = block.split(/(?<=\n)/).map((line) => line.split(/(?=<- )/));
  const lines = rows.map(([line]) => line);
  const isBlank = (/** @type {number} */ at) => lines.every((line) => !(line[at] ?? " ").trim());
  const starts = [0];
  for (let at = 2; at < Math.max(...lines.map((line) => line.length)); at++) {
    const isStart = isBlank(at - 2) && isBlank(at - 1) && !isBlank(at);
    if (isStart && lines.some((line) => line.slice(0, at).trim())) starts.push(at);
  }
  const table = element("pre", "table");
  table.tabIndex = 0; // it may have to be scrolled by keyboard
  table.style.setProperty("--values", String(starts.length));
  for (const [line, arrow = ""] of rows) {
    const row = element("span", "row");
    const cells = [...starts.map((start, column) => line.slice(start, starts[column + 1])), arrow];
    cells.forEach((text, column) => row.append(element("span", column && !text.includes(",") ? "whole" : "", text)));
    table.append(row);
  }
  return table;
}
