// What putting the modules together relies on, and what the levels of the picture promise.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { LEVELS, Shape, chooseLevel } from "../../neurons/inspection/page/browser/levels.js";
import { contour } from "../../neurons/inspection/page/browser/planes.js";
import { filled } from "../../neurons/inspection/page/browser/walk.js";
import { othersInWords } from "../../neurons/inspection/page/browser/reasons.js";
import { slopeFormula } from "../../neurons/inspection/page/browser/words.js";

const FOLDER = new URL("../../neurons/inspection/page/browser/", import.meta.url);
const MODULES = readFileSync(new URL("modules.txt", FOLDER), "utf8").split(/\s+/).filter(Boolean);
const textOf = (name) => readFileSync(new URL(name, FOLDER), "utf8");

test("modules.txt names every module once", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".js") && name !== "eslint.config.js");
  assert.deepEqual([...MODULES].sort(), files.sort());
});

test("no two modules share a name", () => {
  const owners = new Map();
  for (const name of MODULES) {
    for (const [, thing] of textOf(name).matchAll(/^(?:export )?(?:async )?(?:const|let|class|function) (\w+)/gm)) {
      assert.ok(!owners.has(thing), `${thing} is in ${owners.get(thing)} and in ${name}`);
      owners.set(thing, name);
    }
  }
});

test("a constant that begins with another module's stands after it", () => {
  MODULES.forEach((name, at) => {
    for (const [, from] of textOf(name).matchAll(/^import .* from "\.\/(.*)";$/gm)) {
      const extended = new RegExp(`extends (${[...textOf(from).matchAll(/^export class (\w+)/gm)].map(([, one]) => one).join("|")}) `);
      if (extended.test(textOf(name))) assert.ok(MODULES.indexOf(from) < at, `${from} comes after ${name}`);
    }
  });
});

test("a line is a comment or code, and nothing ends the script", () => {
  for (const name of MODULES) {
    const text = textOf(name);
    assert.doesNotMatch(text, /^ *\/\*\*.*\*\/ *\S/m, name);
    assert.doesNotMatch(text, /<\/script/i, name);
    assert.doesNotMatch(text, /\.(innerHTML|outerHTML)|insertAdjacentHTML|document\.write/, name);
  }
});

test("the fullest level that fits is taken", () => {
  const room = { width: 800, height: 520, isFixed: true, isPhone: false, isLarge: false, isLive: true };
  const levelOf = (sizes, more = {}) => chooseLevel(new Shape(sizes, "mse", true, true), { ...room, ...more })?.level.name;
  assert.equal(levelOf([2, 2, 1]), "full");
  assert.equal(levelOf([2, 8, 1]), "mini");
  assert.equal(levelOf([8, 40, 10]), undefined);
  assert.equal(levelOf([2, 2, 1], { width: 560 }), "slim");
  assert.equal(levelOf([2, 2, 1], { width: 360, isPhone: true }), "phone");
  const order = LEVELS.map(({ name }) => name);
  for (let width = 400; width < 1400; width += 50) {
    const [now, next] = [levelOf([2, 3, 1], { width }), levelOf([2, 3, 1], { width: width + 50 })];
    if (now && next) assert.ok(order.indexOf(next) <= order.indexOf(now), `at ${width}`);
  }
});

test("what is chosen has room for all cards", () => {
  for (const sizes of [[2, 2, 1], [2, 4, 1], [3, 5, 4, 2], [4, 8, 3]]) {
    for (const [width, height] of [[500, 450], [800, 540], [1100, 700]]) {
      const shape = new Shape(sizes, "mse", false, false);
      const room = { width, height, isFixed: true, isPhone: false, isLarge: false, isLive: true };
      const choice = chooseLevel(shape, room);
      if (!choice) continue;
      const { level, zoom, row } = choice;
      assert.ok(shape.widthOfAll(level) * zoom <= width);
      for (let l = 1; l < sizes.length; l++) assert.ok(shape.heightOfLayer(level, l, row) * zoom < height);
    }
  }
});

test("the boundary of two halves is a straight line between them", () => {
  const n = 8;
  const grid = Float32Array.from({ length: n * n }, (_, at) => (at % n) - 3.5);
  const places = [...contour(grid, n, 80).matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x]) => Number(x));
  assert.ok(places.length > 0);
  for (const x of places) assert.equal(x, 40);
});

test("a template gets its numbers", () => {
  const values = { "w:1:0:0": -0.25, "x:0": 2, "z:1:0:1": -0.5 };
  const pieces = ["0 + ", ["w:1:0:0", 6, 1], " * ", ["x:0", 6, 1], " = ", ["z:1:0:1", 4, 0]];
  assert.equal(filled(pieces, (key) => values[key]), "0 + (-0.25) * 2 = -0.5");
});

test("what a step did to the other examples is told as the numbers have it", () => {
  const changes = [
    { name: "0  0", before: 0.23, after: 0.33 },
    { name: "1  0", before: 0.2, after: 0.15 },
    { name: "1  1", before: 0.4, after: 0.41 },
  ];
  assert.match(othersInWords(changes, 0.3, 0.31), /^Of the others, 1 got better and 2 worse \(most of all 0 {2}0: by 0\.1000\)\. The mean of all rose\./);
  assert.equal(othersInWords(changes.slice(1, 2), 0.3, 0.2), "Of the others, 1 got better and none worse. The mean of all fell.");
  assert.equal(othersInWords([], 0.3, 0.3), "");
});

test("the slope's formula is told where it gives the slope", () => {
  const a = 1 / (1 + Math.exp(1));
  assert.equal(slopeFormula("sigmoid", -1, a, a * (1 - a)), "= a (1 − a) = 0.2689 × (1 − 0.2689) = ");
  assert.equal(slopeFormula("sigmoid", -1, a, 0.7), "is ");
  assert.equal(slopeFormula("tanh", -0.5, -0.4621, 1 - 0.4621 ** 2), "= 1 − a² = 1 − (−0.4621)² = ");
  assert.equal(slopeFormula("relu", -0.5, 0, 0), "at z up to 0 is ");
  assert.equal(slopeFormula("leaky_relu", 2, 2, 1), "at z above 0 is ");
  assert.equal(slopeFormula("leaky_relu(0.2)", -2, -0.4, 0.2), "at z up to 0 is ");
});
