/** The page: a drawing goes in, the network reads it, and every number can be asked why. */
import { paintInk, readColours } from "./colours.js";
import { pictureOf } from "./centring.js";
import { forward, largestFirst, Layer } from "./network.js";
import { Tiles } from "./tiles.js";
import { Outputs } from "./outputs.js";
import { Pad } from "./pad.js";
import { Why } from "./why.js";
import { answerText, byId } from "./words.js";

/** @import { Network, PackedLayer, Pass } from "./network.js" */
/** @import { Place } from "./why.js" */

/** @type {{side: number, pen: number, softmax: boolean, layers: PackedLayer[]}} */
const data = JSON.parse(byId("model").textContent ?? "");
/** @type {Network} */
const network = { layers: data.layers.map(Layer.unpack), softmax: data.softmax };
const last = network.layers.length - 1;

/** @type {Place | null} the neuron to explain; null: the answer, whatever it is */
let chosen = null;
/** @type {number | null} the output to compare a chosen one with; null: the strongest other */
let rival = null;
let frame = 0;

const withoutCentring = /** @type {HTMLInputElement} */ (byId("without-centring"));
const pad = new Pad(/** @type {HTMLCanvasElement} */ (byId("pad")), data.pen, refresh, announce);
const outputs = new Outputs(byId("outputs"), network, (neuron) => toggle({ layer: last, neuron }));
const why = new Why(network, data.side, choose, (output) => {
  if (chosen === null) chosen = { layer: last, neuron: read().winner };
  rival = output;
  refresh();
});
const tiled = last > 0 ? network.layers.slice(0, -1) : network.layers; // without hidden ones, the outputs have pictures
const groups = tiled.map((layer, layerIdx) => {
  const tiles = new Tiles(layer, layerIdx === 0 ? data.side : 0, (neuron) => toggle({ layer: layerIdx, neuron }));
  byId("hidden").append(tiles.element);
  return tiles;
});

/** What the network makes of the drawing as it is. */
function read() {
  const picture = pictureOf(pad.ink.dots, data.side, !withoutCentring.checked);
  /** @type {Pass | null} */
  const pass = pad.isEmpty ? null : forward(network, picture.pixels);
  return { picture, pass, winner: pass === null ? -1 : largestFirst(pass.answers)[0] };
}

/** Show everything anew with the next frame. */
function refresh() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    show();
  });
}

function show() {
  const { picture, pass, winner } = read();
  const explained = chosen ?? (pass === null ? null : { layer: last, neuron: winner });
  pad.show(picture.box);
  byId("hint").hidden = !pad.isEmpty;
  byId("hidden").classList.toggle("idle", pad.isEmpty);
  byId("how").hidden = withoutCentring.checked;
  byId("how-not").hidden = !withoutCentring.checked;
  /** @type {HTMLButtonElement[]} */ ([byId("clear"), byId("undo")]).forEach((one) => (one.disabled = pad.isEmpty));
  paintInk(/** @type {HTMLCanvasElement} */ (byId("seen")), picture.pixels, data.side);
  byId("answer").textContent = pass === null ? "–" : String(winner);
  byId("sure").textContent = pass === null ? "" : answerText(pass.answers[winner], network.softmax);
  groups.forEach((tiles, layerIdx) => {
    tiles.show(pass && pass.layers[layerIdx], chosen?.layer === layerIdx ? chosen.neuron : -1);
  });
  outputs.show(pass, winner, explained?.layer === last ? explained.neuron : -1);
  byId("follow").hidden = chosen === null;
  why.show(pass, explained, rivalOf(pass, explained));
}

/** The output that a chosen one is compared with. @param {Pass | null} pass @param {Place | null} explained */
function rivalOf(pass, explained) {
  if (pass === null || explained?.layer !== last) return -1;
  if (rival !== null && rival !== explained.neuron) return rival;
  return largestFirst(pass.layers[last].linear).filter((output) => output !== explained.neuron)[0];
}

/** @param {Place | null} place */
function choose(place) {
  chosen = place;
  rival = null;
  refresh();
}

/** Choose a neuron; the same one again lets go of it. @param {Place} place */
function toggle(place) {
  choose(chosen?.layer === place.layer && chosen.neuron === place.neuron ? null : place);
  const { top } = byId("why").getBoundingClientRect();
  if (chosen !== null && top > innerHeight - 120) byId("why").scrollIntoView(); // on a phone it is far below
}

/** For those who listen: the answer, at the end of a stroke. */
function announce() {
  const { pass, winner } = read();
  if (pass === null) return;
  const sure = answerText(pass.answers[winner], network.softmax);
  byId("say").textContent = `The network reads ${winner}, ${sure}.`;
}

/** Everything, in the colours of the moment. */
function paintAll() {
  readColours();
  for (const tiles of groups) tiles.paint();
  refresh();
}

/** Keys for the whole page. @param {KeyboardEvent} event */
function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
  if (event.key === "c" || event.key === "Delete") pad.clear();
  else if (event.key === "u" || event.key === "Backspace") pad.undo();
  else if (event.key === "w") withoutCentring.click();
  else if (event.key === "Escape") choose(null);
  else if (/^\d$/.test(event.key) && Number(event.key) < network.layers[last].numNeurons) {
    toggle({ layer: last, neuron: Number(event.key) });
  } else return;
  event.preventDefault();
}

const { numInputs } = network.layers[0];
const sizes = [numInputs, ...network.layers.map((layer) => layer.numNeurons)].join("-");
byId("about").textContent = `A network of ${sizes} reads it while you draw, and tells you why.`;
byId("outputs-title").textContent = network.softmax ? "outputs, as probabilities" : "outputs";
byId("clear").addEventListener("click", () => pad.clear());
byId("undo").addEventListener("click", () => pad.undo());
byId("follow").addEventListener("click", () => choose(null));
withoutCentring.addEventListener("change", refresh);
document.addEventListener("keydown", key);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintAll);
addEventListener("resize", refresh);
paintAll();
