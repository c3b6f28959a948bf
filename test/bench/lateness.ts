/** How late an event loop does what is due: whatever it measures or scripts is later by as much. */
export class Lateness {
  #lateMs: number[] = [];
  #timer: NodeJS.Timeout;

  /** Looks at the loop that it is made in, until `stop`. */
  constructor() {
    this.#timer = this.#lookAgain();
  }

  /** What there was since it was last taken, ms, a look each. */
  taken(): readonly number[] {
    const taken = this.#lateMs;
    this.#lateMs = [];
    return taken;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #lookAgain(): NodeJS.Timeout {
    const dueMs = performance.now() + LOOK_EVERY_MS;
    return setTimeout(() => {
      this.#lateMs.push(Math.max(0, performance.now() - dueMs));
      this.#timer = this.#lookAgain();
    }, LOOK_EVERY_MS);
  }
}

/** As often as a phone has something to send. */
const LOOK_EVERY_MS = 20;
