import type { Json } from '../../base/json.ts';
import type { FilledSlot, FlowState } from './flow-state.ts';
import type { Values } from './flow-walk.ts';

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
