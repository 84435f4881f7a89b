/**
 * What a student's answers say: right, right from an earlier number, a mistake by its name, or not recognised.
 * The same steps as judging.py, with the same formulas, which Python wrote into the page.
 *
 * @typedef {(v: number[]) => number} Formula
 * @typedef {{compute: Formula, uses: number[]}} Way  a right way to a number, and the places of v it uses
 * @typedef {{id: string, texts: Map<number, Formula>}} WrongWay  a mistake and the questions whose formula it changes
 * @typedef {{first: number, asks: boolean[], right: Way[], others: Map<number, Way>, wrongWays: WrongWay[]}} Formulas
 * @typedef {{kind: string, ids: string[], start: number}} Verdict
 * @typedef {{value: number, id: string, start: number}} WrongNumber
 */

const NUDGE = 1e-6; // downwards: an a of exactly 0 is that of a ReLU which is off, and stays off
const NUMBER = /^[+-]?(\d+([.,](\d*))?|[.,](\d+))(e[+-]?\d+)?$/i;

/**
 * A typed number, with a comma or a point, and how many decimals it has; null if it is not a number.
 * @param {string} text
 * @returns {{value: number, decimals: number} | null}
 */
export function readNumber(text) {
  const plain = text.replace(/\s+/gu, "").replace(/[\u2212\u2013]/gu, "-");
  const found = NUMBER.exec(plain);
  if (found === null) {
    return null;
  }
  const decimals = found[5] ? 17 : (found[3] ?? found[4] ?? "").length;
  return { value: Number(plain.replace(",", ".")), decimals };
}

/**
 * v with the right answers.
 * @param {Formulas} formulas
 * @param {number[]} given
 */
export function rightAnswers(formulas, given) {
  const v = [...given];
  for (const way of formulas.right) {
    v.push(way.compute(v));
  }
  return v;
}

/**
 * How far a right answer may be off: a unit of the last decimal, and what the rounding of the numbers before can do.
 * @param {Way} way
 * @param {number[]} v
 * @param {number[]} slack  of the numbers before
 * @param {number} unit
 */
function slackOf(way, v, slack, unit) {
  const value = way.compute(v);
  const nudged = [...v];
  let carried = 0;
  for (const place of way.uses) {
    if (slack[place] > 0) {
      nudged[place] = v[place] - NUDGE;
      carried += (Math.abs(way.compute(nudged) - value) / NUDGE) * (slack[place] - 0.5 * unit);
      nudged[place] = v[place];
    }
  }
  return unit + carried;
}

/**
 * A verdict per question; `answers` has a text for each, "" where none was given.
 * @param {Formulas} formulas
 * @param {number[]} given
 * @param {number} decimals
 * @param {string[]} answers
 * @returns {Verdict[]}
 */
export function judge(formulas, given, decimals, answers) {
  const { first, right, others, wrongWays } = formulas;
  const unit = 10 ** -decimals;
  const truth = rightAnswers(formulas, given);
  const allowed = given.map(() => 0);
  for (const way of right) {
    allowed.push(slackOf(way, truth, allowed, unit));
  }
  const own = [...given]; // grows question by question
  const slack = given.map(() => 0);
  /** @type {Map<number, number>} the place of each number that is known -> the number */
  const pinned = new Map();
  /** @type {Map<number, number>} place -> the question with the mistake that the number goes back to */
  const roots = new Map();
  /** @type {Map<WrongWay, number[]>} the numbers of each wrong way so far */
  const worked = new Map();
  formulas.asks.forEach((asks, k) => asks || pinned.set(first + k, truth[first + k]));

  /**
   * The number of question k on a wrong way, with the student's own numbers where there are some.
   * @param {WrongWay} wrongWay
   * @param {number} k
   */
  function work(wrongWay, k) {
    const [begins] = wrongWay.texts.keys(); // up to its first change it is the right way
    const v = worked.get(wrongWay) ?? own.slice(0, first + begins);
    worked.set(wrongWay, v);
    while (v.length <= first + k) {
      const compute = wrongWay.texts.get(v.length - first) ?? right[v.length - first].compute;
      v.push(pinned.get(v.length) ?? compute(v));
    }
    return v[first + k];
  }

  /**
   * What each mistake makes of question k: those made in k first, then nearer ones.
   * @param {number} k
   */
  function explanations(k) {
    /** @type {WrongNumber[]} */
    const found = [];
    for (const wrongWay of wrongWays) {
      const starts = [...wrongWay.texts.keys()].filter((j) => j === k || (j < k && !pinned.has(first + j)));
      const value = starts.length > 0 ? work(wrongWay, k) : NaN;
      if (Number.isFinite(value)) {
        found.push({ value, id: wrongWay.id, start: starts.includes(k) ? k : Math.min(...starts) });
      }
    }
    return found.sort((one, other) => other.start - one.start);
  }

  /**
   * The question with the mistake that a number goes back to, or -1.
   * @param {number} place
   * @param {Way} way
   */
  function goBack(place, way) {
    const from = way.uses.find((name) => roots.has(name));
    const root = from === undefined ? -1 : /** @type {number} */ (roots.get(from));
    if (root >= 0) {
      roots.set(place, root);
    }
    return root;
  }

  /**
   * The verdict on question k, and the number with which the student goes on.
   * @param {number} k
   * @param {string} answer
   * @returns {[Verdict, number]}
   */
  function judged(k, answer) {
    const place = first + k;
    const way = right[k];
    const follows = way.compute(own);
    const near = Math.max(slackOf(way, own, slack, unit), allowed[place]);
    slack.push(near);
    if (!formulas.asks[k]) {
      return [verdict("right"), truth[place]];
    }
    const number = readNumber(answer);
    if (number === null) {
      goBack(place, way);
      return [verdict(answer.trim() ? "unreadable" : "empty"), follows];
    }
    const typed = number.value;
    if (Math.abs(typed - truth[place]) <= near) {
      return [verdict("right"), truth[place]];
    }
    const ways = [way, others.get(k) ?? way].map((one) => ({ way: one, value: one.compute(own) }));
    for (const one of ways) {
      if (Math.abs(typed - one.value) <= near) {
        const root = goBack(place, one.way);
        return [root < 0 ? verdict("right") : verdict("follows", [], root), one.value];
      }
    }
    for (const one of [{ way: { ...way, uses: [] }, value: truth[place] }, ...ways]) {
      if (isRoundedFurther(typed, number.decimals, one.value, decimals)) {
        return [verdict("coarse", [], goBack(place, one.way)), one.value];
      }
    }
    roots.set(place, k);
    const rights = [truth[place], ...ways.map((one) => one.value)];
    const named = explanations(k).filter((e) => rights.every((value) => Math.abs(e.value - value) > near));
    const hits = together(named.filter((e) => Math.abs(e.value - typed) <= near), named, near);
    if (hits.length === 0) {
      return [verdict("unknown"), typed];
    }
    const ids = [...new Set(hits.map((hit) => hit.id))];
    return [verdict("mistake", ids, Math.max(...hits.map((hit) => hit.start))), hits[0].value];
  }

  return answers.map((answer, k) => {
    const [found, value] = judged(k, answer);
    own.push(value);
    if (found.kind !== "empty") {
      pinned.set(first + k, value);
      for (const v of worked.values()) {
        if (v.length > first + k) {
          v[first + k] = value;
        }
      }
    }
    return found;
  });
}

/**
 * @param {string} kind
 * @param {string[]} ids
 * @param {number} start
 * @returns {Verdict}
 */
function verdict(kind, ids = [], start = -1) {
  return { kind, ids, start };
}

/**
 * True if the answer is this value with fewer decimals than asked, but at least two, and not rounded to 0.
 * @param {number} typed
 * @param {number} decimals
 * @param {number} value
 * @param {number} asked
 */
function isRoundedFurther(typed, decimals, value, asked) {
  return decimals >= 2 && decimals < asked && typed !== 0 && Math.abs(typed - value) <= 0.5000001 * 10 ** -decimals;
}

/**
 * The hits, and the explanations that rounding cannot tell from them.
 * @param {WrongNumber[]} hits
 * @param {WrongNumber[]} named
 * @param {number} near
 */
function together(hits, named, near) {
  let size = 0;
  while (hits.length > size) {
    size = hits.length;
    const before = hits;
    hits = named.filter((e) => before.some((hit) => Math.abs(e.value - hit.value) <= near));
  }
  return hits;
}
