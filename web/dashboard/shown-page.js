/** A page of the dashboard that is kept true while it is looked at. */
import { byId } from './dom.js';

export class ShownPage {
  #id;
  #everyMs;
  #timer;

  /** `id`: the element that is the page. Whoever extends this has a `load()`, which shows it as it is now and never rejects. */
  constructor(id, everyMs) {
    this.#id = id;
    this.#everyMs = everyMs;
  }

  /** Shows it and keeps it true, or takes it away. */
  toggle(isShown) {
    byId(this.#id).hidden = !isShown;
    clearInterval(this.#timer);
    if (!isShown) return;
    void this.load();
    this.#timer = setInterval(() => document.hidden || void this.load(), this.#everyMs);
  }
}
