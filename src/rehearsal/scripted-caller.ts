/** A caller who knows beforehand what to say to what. */
import type { Chance } from '../base/seeded.ts';
import { sentencesOf } from '../languages/sentences.ts';
import type { CallerLine, CallerProfile } from './caller-file.ts';
import type { CallerDeed, CallerMind } from './caller-mind.ts';

/** Whoever has said a thing so often in vain gives up. */
const MOST_REPEATED = 4;

/** How likely a caller with a question in mind asks it now instead of answering. */
const DIGRESSES = 0.5;

export class ScriptedCaller implements CallerMind {
  readonly #caller: CallerProfile;
  readonly #chance: Chance;
  readonly #said = new Map<CallerLine, number>();
  /** Those over which they have talked already. */
  readonly #interrupted = new Set<CallerLine>();
  readonly #questions: string[];
  #hasDigressed = false;

  constructor(caller: CallerProfile, chance: Chance) {
    this.#caller = caller;
    this.#chance = chance;
    this.#questions = [...caller.digressions];
  }

  next(heard: string): Promise<CallerDeed> {
    return Promise.resolve(this.#digression() ?? this.#answer(heard));
  }

  over(saying: string): { readonly afterMs: number; readonly deed: CallerDeed } | undefined {
    const line = this.#matching(saying);
    const afterMs = line?.interrupts ?? this.#caller.interrupts;
    if (!line || afterMs === undefined || this.#interrupted.has(line)) return undefined;
    this.#interrupted.add(line);
    return { afterMs, deed: deedOf(line) };
  }

  /** Never two behind one another: who has been answered goes on. */
  #digression(): CallerDeed | undefined {
    const isDue = this.#questions.length > 0 && !this.#hasDigressed && this.#chance.next() < DIGRESSES;
    this.#hasDigressed = isDue;
    if (!isDue) return undefined;
    const [text] = this.#questions.splice(this.#chance.whole(0, this.#questions.length - 1), 1);
    return { kind: 'say', text: text ?? '' };
  }

  #answer(heard: string): CallerDeed {
    const line = this.#matching(heard) ?? this.#caller.says.find((one) => !one.when && !this.#said.has(one));
    const { otherwise } = this.#caller;
    if (!line) return otherwise === undefined ? { kind: 'silent' } : { kind: 'say', text: otherwise };
    const times = (this.#said.get(line) ?? 0) + 1;
    this.#said.set(line, times);
    return times > MOST_REPEATED ? { kind: 'hangUp' } : deedOf(line);
  }

  /** What was said last was asked. */
  #matching(heard: string): CallerLine | undefined {
    const last = sentencesOf(heard).at(-1) ?? heard;
    const fits = (text: string) => (line: CallerLine) =>
      line.when?.test(text) === true && !(line.once && this.#said.has(line));
    return this.#caller.says.find(fits(last)) ?? this.#caller.says.find(fits(heard));
  }
}

function deedOf({ say, heardAs, keys, silent }: CallerLine): CallerDeed {
  if (say !== undefined) return { kind: 'say', text: say, ...(heardAs !== undefined && { heardAs }) };
  if (keys !== undefined) return { kind: 'press', keys };
  return silent ? { kind: 'silent' } : { kind: 'hangUp' };
}
