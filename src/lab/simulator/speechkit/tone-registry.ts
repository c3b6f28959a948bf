/** One pure tone a text, so that who said what, and in which order, can be read from audio alone. */
const LOWEST_HZ = 320;
const HIGHEST_HZ = 3300;
/** Far enough apart to be told from each other in 40 ms. */
const STEP_HZ = 40;
const SIZE = Math.floor((HIGHEST_HZ - LOWEST_HZ) / STEP_HZ) + 1;

/** The same texts in the same order get the same tones. When all 75 are taken, the oldest text's tone passes to the new one. */
export class ToneRegistry {
  readonly #texts: string[] = [];
  readonly #slots = new Map<string, number>();
  #next = 0;

  /** The tone of a text, in hertz; a text not seen before gets the next one. */
  hzOf(text: string): number {
    const slot = this.#slots.get(text) ?? this.#take(text);
    return LOWEST_HZ + slot * STEP_HZ;
  }

  /** The text whose tone is nearest, if one is within half a step. */
  textOf(hz: number): string | undefined {
    const slot = Math.round((hz - LOWEST_HZ) / STEP_HZ);
    return this.#texts[slot];
  }

  /** Every tone in use, in hertz. */
  tones(): readonly number[] {
    return this.#texts.map((_, slot) => LOWEST_HZ + slot * STEP_HZ);
  }

  #take(text: string): number {
    const slot = this.#next % SIZE;
    this.#next += 1;
    const former = this.#texts[slot];
    if (former !== undefined) this.#slots.delete(former);
    this.#texts[slot] = text;
    this.#slots.set(text, slot);
    return slot;
  }
}
