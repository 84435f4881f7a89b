// What runs by itself: one thing at a time, until it is stopped.

/** @type {(() => void) | null} */
let cancel = null;
let whenChanged = () => {};

/** @param {() => void} changed is called when something starts or stops */
export function onPlaying(changed) {
  whenChanged = changed;
}

export function isPlaying() {
  return cancel !== null;
}

/** Stop what runs; false where nothing does. */
export function stop() {
  if (!cancel) return false;
  cancel();
  cancel = null;
  whenChanged();
  return true;
}

/**
 * Call `tick` after `wait` milliseconds, then again after as many as it returns.
 * @param {() => number} tick
 * @param {number} wait
 */
export function start(tick, wait) {
  let timer = 0;
  const next = (/** @type {number} */ pause) => {
    timer = window.setTimeout(() => {
      const again = tick();
      if (cancel === mine) next(again);
    }, pause);
  };
  const mine = () => clearTimeout(timer);
  cancel = mine;
  next(wait);
  whenChanged();
}

/**
 * Call `draw` with every frame, with the milliseconds since the last.
 * @param {(passed: number) => void} draw
 */
export function startFrames(draw) {
  let last = performance.now();
  let frame = 0;
  const step = (/** @type {number} */ now) => {
    const passed = Math.max(0, Math.min(100, now - last)); // a frame's time can lie before the start
    last = now;
    draw(passed);
    if (cancel === mine) frame = requestAnimationFrame(step);
  };
  const mine = () => cancelAnimationFrame(frame);
  cancel = mine;
  frame = requestAnimationFrame(step);
  whenChanged();
}
