// The page begins here: the data are read, the views built, and everything that may happen is watched.
import { app, begin, compute, rebuild, refresh, showWith } from "./app.js";
import { buildBar, refreshBar } from "./bar.js";
import { buildPicture, focusCell, preparePlanes, refreshPicture, sizeNow, view } from "./picture.js";
import { buildTimeline, refreshTimeline } from "./timeline.js";
import { announce, byId, html, isFixed, put } from "./dom.js";
import { land } from "./flow.js";
import { long, short } from "./numbers.js";
import { onPlaying } from "./play.js";
import { refreshAfter } from "./after.js";
import { refreshCode } from "./code.js";
import { refreshCorner } from "./line.js";
import { refreshExamples } from "./examples.js";
import { markMore, refreshWhy } from "./why.js";
import { rightInWords } from "./live.js";
import { lineAloud, sentencesOf } from "./steps.js";
import { setMode, toggleHelp, toggleLarge } from "./modes.js";
import { watchKeys } from "./keys.js";
import { watchPicture } from "./pointer.js";

const HELP = /** @type {[string, [string, string][]][]} */ ([
  ["Step by step", [["→ ←", "next, previous line"], ["n", "next neuron"], ["p", "next phase"], ["space", "play"]]],
  ["Live", [
    ["→ ←", "one step in time"], ["shift → ←", "one epoch"], ["e", "one example"], ["space", "train"],
    ["s", "where all are right"], ["u", "undo my changes"],
  ]],
  ["In the picture", [["→ ← ↑ ↓", "move"], ["Enter", "why"], ["+ −", "change it, or type a number"]]],
  ["Everywhere", [["m", "the other mode"], ["l", "large"], ["Home End", "start, end"], ["Esc", "close"]]],
]);

function refreshViews() {
  for (const mode of byId("modes").children) {
    const isChosen = /** @type {HTMLElement} */ (mode).dataset.mode === app.mode;
    mode.setAttribute("aria-checked", String(isChosen));
    mode.setAttribute("tabindex", isChosen ? "0" : "-1");
  }
  refreshSentences();
  refreshCode();
  refreshAfter();
  refreshPicture();
  refreshCorner();
  refreshExamples();
  refreshWhy();
  refreshBar();
  refreshTimeline();
}

function refreshSentences() {
  const [first, more] = app.mode === "step" ? sentencesOf(app.line) : (app.note ?? liveInWords());
  put(byId("say"), first);
  put(byId("more"), more);
}

/** @returns {[string, string]} */
function liveInWords() {
  const isNumbers = view.picture.cells.has("w:1:0:0");
  const first = isNumbers
    ? "Drag any number with a dotted line under it, and watch what happens."
    : `Choose a neuron: its numbers, ${isFixed() ? "at the side" : "below"}, can be changed.`;
  const loss = `This example's loss is ${long(app.network.value("L", app.moment))}.`;
  const rate = `The learning rate is ${short(app.run.rateAt(app.step))}.`;
  return [first, `Step ${app.step}: ${rightInWords()} ${loss} ${rightInWords() ? "" : rate}`.replace("  ", " ")];
}

/** Build all views anew; what has the focus, or what stands in its place then, has it again. */
function rebuildViews() {
  const active = document.activeElement;
  const key = active instanceof SVGElement ? (active.dataset.key ?? "") : "";
  const area = active?.closest("#bar, #phases, #edges, #time");
  buildViews();
  if (document.activeElement !== document.body || active === null || active === document.body) return;
  if (key) focusCell(view.picture.cells.has(key) ? key : view.picture.focus);
  else if (active.id && document.getElementById(active.id)) byId(active.id).focus();
  else if (area) refocus(area.id);
}

/**
 * The focus was in an area that was built anew, in another mode perhaps.
 * @param {string} area
 */
function refocus(area) {
  const stands = area === "time" ? "#time > svg" : area === "edges" ? "#edges [aria-checked=true]" : "#bar .main";
  const next = document.querySelector(stands) ?? document.querySelector("#bar .main");
  if (next instanceof HTMLElement || next instanceof SVGElement) next.focus({ preventScroll: true });
}

function buildViews() {
  document.body.className = `${app.mode}${app.isLarge ? " large" : ""}`;
  placeCode();
  buildBar();
  refreshCode(); // the dock's height depends on it where the page is small
  if (view.picture) refreshSentences();
  buildTimeline();
  buildPicture();
  refreshViews();
}

/** Where the page scrolls, the code stands in the dock: its current line and the numbers are always in view. */
function placeCode() {
  const codebox = byId("codebox");
  if (isFixed()) byId("side").prepend(codebox);
  else byId("dock").prepend(codebox);
}

function buildHelp() {
  const box = byId("keys");
  for (const [title, keys] of HELP) {
    const table = html("table", {}, box);
    html("caption", {}, table, title);
    for (const [names, text] of keys) {
      const row = html("tr", {}, table);
      const cell = html("th", { scope: "row" }, row);
      for (const name of names.split(" ")) html("kbd", {}, cell, name);
      html("td", {}, row, text);
    }
  }
}

/** A frame in a notebook may get its size only after this script has run. */
function watchSize() {
  const observer = new ResizeObserver(() => {
    if (sizeNow() === view.builtFor || app.held) return;
    land();
    rebuild();
  });
  observer.observe(document.documentElement);
  byId("why").addEventListener("scroll", markMore, { passive: true });
  observer.observe(byId("picture"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);
}

/**
 * The data of the page, which stand in it in base64, deflated.
 * @returns {Promise<PageData>}
 */
async function readData() {
  const bytes = Uint8Array.from(atob((byId("data").textContent ?? "").trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

async function main() {
  const data = await readData();
  begin(data);
  if (location.hash === "#live" && !data.frozen) app.mode = "live";
  preparePlanes();
  showWith(refreshViews, rebuildViews);
  onPlaying(refreshBar);
  put(byId("network-name"), data.title);
  buildHelp();
  byId("modes").hidden = data.frozen !== undefined;
  for (const mode of /** @type {const} */ (["step", "live"])) {
    byId(`mode-${mode}`).addEventListener("click", () => setMode(mode));
  }
  byId("help").addEventListener("click", toggleHelp);
  byId("large").addEventListener("click", toggleLarge);
  watchPicture();
  watchKeys();
  rebuild();
  announce(app.mode === "step" ? lineAloud() : liveInWords().join(" "));
  watchSize();
  Object.assign(window, { page: { app, compute, refresh } }); // for tests and for the curious, in the browser's console
  document.body.dataset.ready = "1";
}

main();
