// Numbers as Python writes them. numbers_of_python.json holds [number, its "%.6g", the recorder's result], by Python.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { asResult, general, long, short, typed, unpacked } from "../../neurons/inspection/page/browser/numbers.js";

const ROWS = JSON.parse(readFileSync(new URL("numbers_of_python.json", import.meta.url), "utf8"));

test("six digits are Python's", () => {
  for (const [number, sixDigits] of ROWS) assert.equal(general(number, 6), sixDigits);
});

test("a result is the recorder's", () => {
  for (const [number, , result] of ROWS) assert.equal(asResult(number), result);
});

test("in the picture a number has at most seven signs", () => {
  for (const [number] of ROWS) {
    if (Math.abs(number) < 1e99 && Math.abs(number) > 1e-99) assert.ok(short(number).length <= 7, short(number));
  }
  assert.equal(short(-0.5), "−0.500");
  assert.equal(short(undefined), "");
  assert.equal(long(-0.036751), "−0.03675");
});

test("what is typed may have a comma", () => {
  assert.equal(typed(" -0,5 "), -0.5);
  assert.equal(typed("−2.25"), -2.25);
  assert.ok(Number.isNaN(typed("")));
  assert.ok(Number.isNaN(typed("one")));
});

test("packed lists come out as they went in", () => {
  const bytes = (list) => Buffer.from(list.buffer).toString("base64");
  assert.deepEqual([...unpacked([1, 2.5])], [1, 2.5]);
  assert.deepEqual([...unpacked({ f8: bytes(Float64Array.of(0.1, -3)) })], [0.1, -3]);
  assert.deepEqual([...unpacked({ f4: bytes(Float32Array.of(0.1)) })], [Math.fround(0.1)]);
  assert.deepEqual([...unpacked({ u1: bytes(Uint8Array.of(0, 4, 16)), scale: 16 })], [0, 0.25, 1]);
});
