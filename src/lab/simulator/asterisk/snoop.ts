import type { Channel, FarEnd } from './channel.ts';
import type { Frame } from './frames.ts';

/** The far end of a snoop channel (`spy=in`): says what the spied channel's caller says, and is told nothing. */
export class SnoopEnd implements FarEnd {
  readonly #spied: Channel;

  constructor(spied: Channel) {
    this.#spied = spied;
  }

  /** The channel that it listened to has gone: so must the snoop. */
  get bereft(): boolean {
    return this.#spied.gone;
  }

  speak(): Frame {
    return this.#spied.said;
  }

  hear(): void {
    // Nothing is whispered back.
  }

  answered(): void {
    // A snoop is up from the start.
  }

  hungUp(): void {
    // The spied channel does not notice.
  }
}
