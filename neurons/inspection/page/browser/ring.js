// The ring in the plane: inputs between the examples, and what the network answers there.
import { app, exampleShown, parametersShown } from "./app.js";
import { follow, html, svg } from "./dom.js";
import { showExample, showInputs } from "./shown.js";
import { view } from "./picture.js";

const NEAR = 0.06; // of the plane: an example so near is meant

/**
 * Follow the pointer over the large plane.
 * @param {PointerEvent} event
 */
export function dragRing(event) {
  if (app.mode !== "live" || !(event.target instanceof HTMLCanvasElement)) return;
  event.preventDefault();
  const box = event.target.getBoundingClientRect();
  const move = (/** @type {PointerEvent} */ at) => {
    const across = Math.max(0, Math.min(1, (at.clientX - box.left) / box.width));
    const up = 1 - Math.max(0, Math.min(1, (at.clientY - box.top) / box.height));
    putRing(across, up);
  };
  move(event);
  follow(event, move);
}

/**
 * @param {number} across part of the plane
 * @param {number} up
 */
function putRing(across, up) {
  const { planes } = view;
  const isPlane = app.network.numInputs === 2;
  const distances = app.plan.examples.map(({ x }) => {
    const dx = planes.part(0, x[0]) - across;
    return isPlane ? Math.hypot(dx, planes.part(1, x[1]) - up) : Math.abs(dx);
  });
  const nearest = distances.indexOf(Math.min(...distances));
  if (distances[nearest] < (isPlane ? NEAR : NEAR / 6)) {
    showExample(nearest);
    return;
  }
  const places = isPlane ? [across, up] : [across];
  const x = places.map((part, i) => roundTo(planes.at(i, part), (planes.ranges[i][1] - planes.ranges[i][0]) / 80));
  showInputs(x, "Drag the ring: what does it answer between the examples?");
}

/**
 * @param {number} value
 * @param {number} step
 */
function roundTo(value, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Number((Math.round(value / step) * step).toFixed(digits + 1));
}

/**
 * The plane at the side, where the stage has no room for it.
 * @param {HTMLElement} box
 * @param {number} size
 */
export function drawSidePlane(box, size) {
  const several = app.network.numOutputs > 1;
  const inputs = app.network.numInputs === 1 ? "x[0] →" : "x[0] →, x[1] ↑";
  html("h2", {}, box, `${several ? "Classes" : "Answers"} for ${inputs}`);
  const frame = html("div", { class: "side-plane" }, box);
  frame.style.width = frame.style.height = `${size}px`;
  const canvas = html("canvas", { class: "big", width: 48, height: 48, "aria-hidden": "true" }, frame);
  const marks = svg("svg", { width: size, height: size, "aria-hidden": "true" }, frame);
  view.planes.paintPlane({ canvas, marks, size }, parametersShown(), exampleShown());
  canvas.addEventListener("pointerdown", dragRing);
}
