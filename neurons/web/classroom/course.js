/**
 * The course in this page: its programs and exercises, and one student's texts and progress.
 */

/**
 * @typedef {object} Unit a program to run, or an exercise
 * @property {string} name 06_weight_gradients; its file is this and .py
 * @property {string} number 06, or nothing for a program
 * @property {string} title
 * @property {string} lesson HTML, made by us
 * @property {string[]} hints HTML
 * @property {string} text the file as it is at the start
 * @property {number} seconds that a check may take
 */

/** @typedef {import("./storage.js").Kept} Kept */

export class Course {
  /**
   * @param {Unit[]} units
   * @param {import("./storage.js").Storage} storage
   * @param {string} first the unit to begin with
   */
  constructor(units, storage, first) {
    this.units = units;
    this.storage = storage;
    this.first = first;
    this.name = storage.lastName();
    this.kept = this.read(this.name);
  }

  /** @param {string} name @returns {Kept} */
  read(name) {
    return this.storage.read(name) ?? { files: {}, progress: {}, at: this.first };
  }

  /** The unit that is open. @returns {Unit} */
  get unit() {
    return this.units.find((unit) => unit.name === this.kept.at) ?? this.units[0];
  }

  /** @param {string} name */
  goTo(name) {
    this.kept.at = name;
    this.keep();
  }

  /** The unit after the open one, or null. @returns {Unit | null} */
  get next() {
    return this.units[this.units.indexOf(this.unit) + 1] ?? null;
  }

  /** @param {Unit} unit */
  textOf(unit) {
    return this.kept.files[unit.name + ".py"] ?? unit.text;
  }

  /** @param {Unit} unit @param {string} text */
  setText(unit, text) {
    if (text === unit.text) delete this.kept.files[unit.name + ".py"];
    else this.kept.files[unit.name + ".py"] = text;
    this.keep();
  }

  /** @param {Unit} unit */
  progressOf(unit) {
    return this.kept.progress[unit.name] ?? {};
  }

  /** @param {Unit} unit @param {import("./storage.js").Progress} what */
  record(unit, what) {
    this.kept.progress[unit.name] = { ...this.progressOf(unit), ...what };
    this.keep();
  }

  get numPassed() {
    return this.units.filter((unit) => this.progressOf(unit).passed).length;
  }

  keep() {
    this.storage.write(this.name, this.kept);
  }

  /**
   * Somebody types a name: their work comes back, if it is kept here; else what is here without a name becomes theirs.
   * @param {string} name
   */
  rename(name) {
    if (name === this.name) return;
    const theirs = this.storage.read(name);
    if (theirs) this.kept = theirs;
    else if (this.name === "") this.storage.remove("");
    else this.kept = this.read(name);
    this.name = name;
    this.keep();
  }

  /** @param {{ files: Record<string, string>, progress: Kept["progress"] }} opened what a saved file holds */
  replace({ files, progress }) {
    this.kept = { files: {}, progress, at: this.kept.at };
    for (const unit of this.units) {
      const text = files[unit.name + ".py"];
      if (text !== undefined && text !== unit.text) this.kept.files[unit.name + ".py"] = text;
    }
    this.keep();
  }

  forget() {
    this.storage.forget();
    this.name = "";
    this.kept = this.read("");
  }
}
