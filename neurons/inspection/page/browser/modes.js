// The two modes, the help, and the switch for projectors.
import { announce, byId } from "./dom.js";
import { app, compute, rebuild } from "./app.js";
import { land } from "./flow.js";
import { stop } from "./play.js";

/** @param {"step" | "live"} mode */
export function setMode(mode) {
  if (app.mode === mode || app.data.frozen) return;
  stop();
  land();
  app.mode = mode;
  app.line = 0;
  app.note = null;
  app.held = null;
  compute();
  rebuild();
  announce(mode === "live" ? "Live: change any number." : "Step by step.");
}

export function toggleHelp() {
  const keys = byId("keys");
  keys.hidden = !keys.hidden;
  byId("help").setAttribute("aria-expanded", String(!keys.hidden));
}

export function toggleLarge() {
  app.isLarge = !app.isLarge;
  byId("large").setAttribute("aria-pressed", String(app.isLarge));
  rebuild();
  announce(app.isLarge ? "Large, for a projector." : "Normal size.");
}
