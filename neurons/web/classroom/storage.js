/**
 * What is kept in the browser: the texts and the progress, by course and by the name that the user has typed.
 *
 * Browsers give all pages that are opened from folders one storage, and several people may share a machine.
 */

/** @typedef {{ passed?: number, hints?: number }} Progress */
/** @typedef {{ files: Record<string, string>, progress: Record<string, Progress>, at: string }} Kept */

const ALL = "neurons: "; // how each of our keys begins

export class Storage {
  /** @param {string} course what the course is called */
  constructor(course) {
    this.start = `${ALL}${course}: `;
    this.works = true;
  }

  /** @param {string} name @returns {Kept | null} */
  read(name) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.start + name) ?? "null");
      return kept && typeof kept.files === "object" && typeof kept.progress === "object" ? kept : null;
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {Kept} kept */
  write(name, kept) {
    try {
      localStorage.setItem(this.start + name, JSON.stringify(kept));
      localStorage.setItem(ALL + "last", name);
    } catch {
      this.works = false;
    }
  }

  /** @param {string} name */
  remove(name) {
    try {
      localStorage.removeItem(this.start + name);
    } catch {
      this.works = false;
    }
  }

  /** The name that was used last. */
  lastName() {
    try {
      return localStorage.getItem(ALL + "last") ?? "";
    } catch {
      return "";
    }
  }

  /** Forget everybody. */
  forget() {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(ALL)) localStorage.removeItem(key);
    } catch {
      this.works = false;
    }
  }
}
