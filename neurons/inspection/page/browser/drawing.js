// An empty picture of the network, for the cards and the dots to draw in.
import { svg } from "./dom.js";

/**
 * @param {HTMLElement} host
 * @param {import("./network.js").Network} network
 * @param {string} level
 * @param {number} zoom
 * @param {number} width before the zoom
 * @param {number} height
 * @returns {Picture}
 */
export function newPicture(host, network, level, zoom, width, height) {
  const frame = { width: width * zoom, height: height * zoom, viewBox: `0 0 ${width} ${height}` };
  const label = `Network ${network.sizes.join("-")}. Arrow keys move between its numbers.`;
  const root = svg("svg", { ...frame, role: "group", "aria-label": label }, host);
  const over = svg("svg", { ...frame, "aria-hidden": "true", style: "pointer-events:none;z-index:2" }, host);
  return {
    level,
    zoom,
    root,
    over,
    cells: new Map(),
    edges: [],
    wires: [],
    boxes: new Map(),
    tiles: [],
    dots: [],
    plane: null,
    image: null,
    halo: svg("path", { class: "halo", d: "" }, root),
    path: svg("path", { class: "path", d: "" }, root),
    pills: svg("g", {}, over),
    corner: null,
    focus: "",
  };
}
