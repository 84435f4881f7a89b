/**
 * The Python of the page: started, asked one question at a time, stopped and started again.
 */

/** @typedef {{ kind: string, content: any }} Shown what a program shows: a text, a page, a picture */

/** What a waiting caller gets when Python is stopped. */
export class Stopped extends Error {}

export class Interpreter {
  /**
   * @param {Record<string, Uint8Array<ArrayBuffer>>} files what the page carries
   * @param {{ worker: string, packages: string[] }} settings the worker's text, the packages to load
   * @param {{ state: (state: "starting" | "ready" | "busy" | "broken", why: string) => void, show: (shown: Shown) => void }} listener
   */
  constructor(files, settings, listener) {
    this.settings = settings;
    this.listener = listener;
    this.files = { ...files };
    /** @type {Promise<WebAssembly.Module>} */
    this.program = WebAssembly.compile(files["pyodide.asm.wasm"]);
    delete this.files["pyodide.asm.wasm"];
    this.address = URL.createObjectURL(new Blob([settings.worker], { type: "text/javascript" }));
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {{ resolve: (value: any) => void, reject: (error: Error) => void } | null} */
    this.waiting = null;
    /** @type {Promise<void>} */
    this.ready = this.start();
  }

  /** Start Python, or start it again. */
  async start() {
    this.listener.state("starting", "");
    const worker = (this.worker = new Worker(this.address));
    const { packages } = this.settings;
    worker.postMessage({ settings: { files: this.files, program: await this.program, packages } });
    await new Promise((/** @type {(value: void) => void} */ resolve) => {
      worker.onmessage = ({ data }) => {
        if (data.kind === "ready") {
          this.listener.state("ready", "");
          resolve();
        } else this.heard(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.heard({ kind: "broken", content: event.message });
      };
    });
  }

  /** @param {Shown} message */
  heard(message) {
    if (message.kind === "answer") {
      const { waiting } = this;
      this.waiting = null;
      this.listener.state("ready", "");
      waiting?.resolve(message.content);
    } else if (message.kind === "broken") {
      this.listener.state("broken", message.content);
      this.waiting?.reject(new Error(message.content));
      this.waiting = null;
    } else this.listener.show(message);
  }

  /**
   * Ask a question: what `session.answered` takes.
   * @param {Record<string, any>} question
   * @param {Uint8Array} [content]
   * @returns {Promise<any>}
   */
  async ask(question, content) {
    await this.ready;
    if (this.waiting) throw new Error("Python is busy");
    this.listener.state("busy", "");
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker?.postMessage({ question: JSON.stringify(question), content });
    });
  }

  /** End what runs, and start Python again. */
  stop() {
    this.worker?.terminate();
    this.waiting?.reject(new Stopped());
    this.waiting = null;
    this.ready = this.start();
  }
}
