import type { Json } from '../../base/json.ts';
import { digitsSaid, withoutNumbers } from '../../languages/without-numbers.ts';
import { MASK } from './flow-state.ts';
import type { FilledSlot, FlowState } from './flow-state.ts';
import type { Values } from './flow-walk.ts';

/** Fewer letters and digits stand in any text by chance. */
const FEWEST_HIDDEN = 3;

/** What the conditions and texts of a flow name: slots, results, and what is known elsewhere (`known`). */
export class FlowValues {
  /** Sensitive values: here alone, and gone with the process. */
  readonly #secrets = new Map<number, string>();
  readonly #known: (name: string) => Json | undefined;

  constructor(known: (name: string) => Json | undefined = () => undefined) {
    this.#known = known;
  }

  /** Keeps the value of a slot whose `secret` is this one. */
  keep(secret: number, value: string): void {
    this.#secrets.set(secret, value);
  }

  valueIn({ value, secret }: FilledSlot): string {
    return secret === undefined ? value : (this.#secrets.get(secret) ?? '');
  }

  /** The same text with every sensitive value masked that stands in it, also in groups, `4276 1234`, or in words for numbers. */
  hidden(text: string, language: string): string {
    if (this.#secrets.size === 0) return text;
    const secrets = [...this.#secrets.values()];
    const written = secrets.reduce((plain, secret) => {
      const signs = [...secret].filter((sign) => /[\p{L}\p{N}]/u.test(sign));
      if (signs.length < FEWEST_HIDDEN) return plain;
      return plain.replaceAll(new RegExp(signs.join('[\\s.,()+-]*'), 'giu'), MASK);
    }, text);
    const said = digitsSaid(written, language);
    const isSaid = secrets.some(
      (secret) => /^\+?\d{4,}$/.test(secret) && said.includes(secret.replace('+', '')),
    );
    return isSaid ? withoutNumbers(written, language) : written;
  }

  of(state: FlowState): Values {
    const from = (slotOf: (slot: FilledSlot) => string) => (name: string) => {
      const slot = Object.hasOwn(state.slots, name) ? state.slots[name] : undefined;
      return slot ? slotOf(slot) : (state.results[name] ?? this.#known(name));
    };
    return {
      of: from((slot) => this.valueIn(slot)),
      spoken: from((slot) => (slot.secret === undefined ? slot.spoken : this.valueIn(slot))),
      masked: from(({ spoken }) => spoken),
    };
  }
}
