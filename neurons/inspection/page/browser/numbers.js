// Numbers as text, and lists of numbers out of the page's data.

/**
 * A number for the picture: three decimals, two digits where it is small.
 * @param {number | undefined} value
 */
export function short(value) {
  if (value === undefined || Number.isNaN(value)) return "";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (Number.isInteger(value) && size < 1000) return sign + size;
  if (size >= 1e5) return sign + size.toExponential(1).replace("e+", "e");
  if (size >= 1000) return sign + size.toFixed(0);
  if (size >= 100) return sign + size.toFixed(1);
  if (size >= 10) return sign + size.toFixed(2);
  if (size >= 0.00995) return sign + size.toFixed(3);
  if (size >= 0.00095) return sign + size.toFixed(4);
  return sign + size.toExponential(1).replace("e-", "e−");
}

/**
 * A number for a sentence: four or five digits.
 * @param {number} value
 */
export function long(value) {
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return minus(String(value));
  const size = Math.abs(value);
  if (size < 0.01 || size >= 1e6) return minus(general(value, 4)); // as the line of numbers writes it
  return minus(value.toFixed(size < 0.1 ? 5 : 4));
}

/** @param {string} text */
function minus(text) {
  return text.replace(/-/g, "−");
}

/**
 * A negative number in brackets.
 * @param {number} value
 */
export function bracketed(value) {
  return value < 0 ? `(${long(value)})` : long(value);
}

/**
 * As Python's `format(value, ".6g")`: it can be pasted into Python.
 * @param {number} value
 * @param {number} digits
 */
export function general(value, digits) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const [mantissa, power] = rounded(Math.abs(value), digits).split("e");
  const sign = value < 0 ? "-" : "";
  const exponent = Number(power);
  const figures = mantissa.replace(".", "");
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${withoutZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return sign + withoutZeros(`0.${"0".repeat(-exponent - 1)}${figures}`);
  return sign + withoutZeros(`${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`);
}

/**
 * `value` in exponential form; a tie goes to the even digit as in Python, where JavaScript takes the larger number.
 * @param {number} value
 * @param {number} digits
 */
function rounded(value, digits) {
  const exact = value.toExponential(60);
  const rest = exact.slice(digits + 1, exact.indexOf("e"));
  const last = Number(exact[digits === 1 ? 0 : digits]);
  if (!/^50*$/.test(rest) || last % 2 === 1) return value.toExponential(digits - 1);
  return exact.slice(0, digits === 1 ? 1 : digits + 1) + exact.slice(exact.indexOf("e"));
}

/**
 * A result as the recorder writes it: four digits, a fifth where the fourth hangs by a hair.
 * @param {number} value
 */
export function asResult(value) {
  const size = Math.abs(value);
  if (size >= 1e4 && size < 1e6) {
    const whole = general(value, size < 1e5 ? 5 : 6);
    return whole.includes("e") ? value.toFixed(0) : whole; // rounded up to a power of ten
  }
  const text = general(value * (1 - 4e-6), 4);
  return text === general(value * (1 + 4e-6), 4) ? text : general(value, 5);
}

/** @param {string} text */
function withoutZeros(text) {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}

/**
 * The sign of a number as a class of the style sheet: plus, minus or nought.
 * @param {number} value
 */
export function signClass(value) {
  return value > 0 ? "p" : value < 0 ? "m" : "o";
}

/**
 * What was typed, with a comma or a point; NaN where it is not a number.
 * @param {string} text
 */
export function typed(text) {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return plain === "" ? NaN : Number(plain);
}

/**
 * @param {Packed} packed
 * @returns {Float64Array}
 */
export function unpacked(packed) {
  if (Array.isArray(packed)) return Float64Array.from(packed);
  if ("f8" in packed) return new Float64Array(bytesOf(packed.f8).buffer);
  if ("f4" in packed) return Float64Array.from(new Float32Array(bytesOf(packed.f4).buffer));
  const { scale } = packed;
  return Float64Array.from(bytesOf(packed.u1), (byte) => byte / scale);
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
