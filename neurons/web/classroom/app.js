/**
 * The classroom page: lesson on the left, code in the middle, answer on the right.
 */
import { makeEditor } from "./editor.min.js";
import { unpackedFiles } from "./packed.js";
import { Interpreter, Stopped } from "./interpreter.js";
import { Storage } from "./storage.js";
import { Course } from "./course.js";
import { Answer, element } from "./answer.js";

/** @typedef {import("./course.js").Unit} Unit */

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const course = new Course(data.units, new Storage(data.course), data.first);
const answer = new Answer($("answer"));
const editor = makeEditor($("editor"), {
  label: "Your program",
  change: (/** @type {string} */ text) => course.setText(course.unit, text),
  run: () => $("run").click(),
  check: () => $("check").click(),
});
/** @type {Interpreter | null} */
let python = null;
let state = "starting";
let startedAt = 0;

/** @param {string} id @param {boolean} can */
function enable(id, can) {
  $(id).setAttribute("aria-disabled", String(!can));
}

/** @param {string} id @param {() => void} work */
function onClick(id, work) {
  $(id).addEventListener("click", () => {
    if ($(id).getAttribute("aria-disabled") !== "true") work();
  });
}

/** @param {string} text */
const say = (text) => ($("state").textContent = text);

/** @param {"starting" | "ready" | "busy" | "broken"} now @param {string} why */
function changed(now, why) {
  state = now;
  document.body.dataset.state = now;
  for (const id of ["run", "check", "save", "open", "submit"]) enable(id, now === "ready");
  enable("stop", now === "busy" || now === "broken");
  if (now === "starting") say("Python is starting …");
  if (now === "ready" && !startedAt) say("Python is ready.");
  if (now === "broken") say(`Python has crashed (${why}). Press Stop to start it again.`);
}

/** Ask Python something that takes a while, with the seconds counted. @param {Record<string, any>} question @param {number} [limit] seconds */
async function ask(question, limit = Infinity) {
  if (!python) throw new Stopped();
  startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const clock = setInterval(() => {
    if (seconds() > limit) python?.stop();
    else if (seconds() > 1) say(`Running, ${seconds().toFixed(0)} s. Stop ends it.`);
  }, 500);
  say("Running …");
  try {
    const value = await python.ask(question);
    say(`Took ${seconds().toFixed(2)} s.`);
    return value;
  } finally {
    clearInterval(clock);
    startedAt = 0;
  }
}

/** On a tablet the answer lies below the code: bring it into view. */
function showAnswer() {
  $("right").scrollIntoView({ block: "nearest" });
}

async function run() {
  const { unit } = course;
  answer.clear();
  editor.mark(0);
  try {
    const { line } = await ask({ do: "run", name: unit.name + ".py", source: editor.text() });
    if (course.unit === unit) editor.mark(line);
    showAnswer();
    if (!$("answer").hasChildNodes()) answer.note("The program has finished. It printed nothing.");
  } catch (error) {
    explain(error);
  }
}

async function check() {
  const { unit } = course;
  answer.clear();
  editor.mark(0);
  const limit = 2 * unit.seconds + 30; // Python itself ends what takes too long, unless it hangs in a function of C
  const begun = performance.now();
  let result;
  try {
    result = await ask({ do: "check", name: unit.name, source: editor.text() }, limit);
  } catch (error) {
    if (!(error instanceof Stopped) || performance.now() - begun < limit * 1000) return explain(error);
    result = await ask({ do: "out_of_time", name: unit.name });
  }
  if (result.error) return answer.note(result.error);
  answer.verdict(result);
  showAnswer();
  course.record(unit, { passed: Number(result.passed) });
  drawUnits();
  if (result.passed && course.next) {
    const button = element("button", "main", `Next: ${titleOf(course.next)}`);
    button.id = "next";
    button.addEventListener("click", () => course.next && goTo(course.next));
    $("answer").append(button);
  }
}

/** @param {unknown} error */
function explain(error) {
  if (error instanceof Stopped) answer.note("Stopped.");
  else answer.note(`Python has crashed: ${error instanceof Error ? error.message : error}. Press Stop to start it again.`);
}

/** @param {Unit} unit */
const titleOf = (unit) => (unit.number ? `${unit.number} ${unit.title}` : unit.title);

function drawUnits() {
  for (const place of ["programs", "exercises"]) $(place).replaceChildren();
  for (const unit of course.units) {
    const passed = Boolean(course.progressOf(unit).passed);
    const button = element("button", passed ? "passed" : "", unit.number || unit.title);
    button.title = titleOf(unit) + (passed ? " (passed)" : "");
    if (unit.number) button.setAttribute("aria-label", button.title);
    if (unit === course.unit) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => goTo(unit));
    const item = document.createElement("li");
    item.append(button);
    $(unit.number ? "exercises" : "programs").append(item);
  }
  $("passed").textContent = `${course.numPassed} of ${course.units.filter((unit) => unit.number).length} passed`;
}

function drawHints() {
  const { unit } = course;
  const seen = course.progressOf(unit).hints ?? 0;
  $("hints").replaceChildren(
    ...unit.hints.slice(0, seen).map((hint) => {
      const item = document.createElement("li");
      item.innerHTML = hint;
      return item;
    }),
  );
  $("hint").hidden = seen >= unit.hints.length;
  $("hint").textContent = `Show hint ${seen + 1} of ${unit.hints.length}`;
}

/** Draw all that belongs to the open unit. */
function draw() {
  const { unit } = course;
  drawUnits();
  $("lesson").innerHTML = unit.lesson;
  $("lesson").scrollTop = 0;
  drawHints();
  $("file").textContent = unit.name + ".py";
  $("check").hidden = !unit.number;
  $("run").className = unit.number ? "" : "main";
  editor.open(course.textOf(unit));
  answer.clear();
  $("name").value = course.name;
  if (state === "ready") say("");
}

/** @param {Unit} unit */
function goTo(unit) {
  if (state === "busy") python?.stop();
  course.goTo(unit.name);
  draw();
}

/** @param {string} name @param {Uint8Array<ArrayBuffer>} content */
function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/zip" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** ada_lovelace.zip: letters, digits and underscores; nothing for nobody. @param {string} student @param {string} ending */
function fileName(student, ending) {
  const name = student.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "_").replace(/^_|_$/g, "");
  return name && `${name}${ending}.zip`;
}

/** The exercises' files, each as it stands, and the programs that were changed. */
function allFiles() {
  return Object.fromEntries(course.units.map((unit) => [unit.name + ".py", course.textOf(unit)]));
}

/** Ask Python for a zip, and download it under the student's name. @param {"pack" | "submission"} what @param {string} nameless */
async function save(what, nameless) {
  const name = fileName(course.name, what === "pack" ? "-course" : "") || nameless;
  try {
    download(name, await ask({ do: what, files: allFiles(), progress: course.kept.progress }));
    say(`${name} is in your downloads.`);
  } catch (error) {
    explain(error);
  }
}

/** @param {File} file */
async function open(file) {
  try {
    const opened = await python?.ask({ do: "unpack" }, new Uint8Array(await file.arrayBuffer()));
    if (opened.error) return answer.note(opened.error);
    course.replace(opened);
    draw();
    say(`${file.name} is open.`);
  } catch (error) {
    explain(error);
  }
}

onClick("run", run);
onClick("check", check);
onClick("stop", () => python?.stop());
onClick("hint", () => {
  course.record(course.unit, { hints: (course.progressOf(course.unit).hints ?? 0) + 1 });
  drawHints();
});
onClick("reset", () => editor.replace(course.unit.text));
onClick("save", () => save("pack", "neurons-course.zip"));
onClick("submit", () => save("submission", "submission.zip"));
onClick("open", () => $("opened").click());
$("opened").addEventListener("change", () => {
  const [file] = $("opened").files;
  $("opened").value = "";
  if (file) open(file);
});
$("name").addEventListener("change", () => {
  course.rename($("name").value.trim());
  draw();
});
onClick("about", () => $("licences").showModal());
onClick("forget", () => $("forgetting").showModal());
onClick("really", () => {
  course.forget();
  draw();
  say("This page has forgotten everything.");
});
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    $("run").click();
  }
});

draw();
course.keep();
if (!course.storage.works) answer.note("This browser cannot keep your work: save it to a file.");
const settings = { worker: data.worker, packages: data.packages };
python = new Interpreter(await unpackedFiles(), settings, { state: changed, show: (shown) => answer.show(shown) });
