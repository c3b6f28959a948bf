/** A caller of a scenario, on a phone: says what it has to, and waits for what the bot says by what the service notes of the call. */
import { fromSamples, slice, toSamples } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { entriesOf } from '../../src/timeline/timeline-entries.ts';
import { spokenSpans } from '../../src/timeline/timeline-spans.ts';
import type { Timeline, TimelineEntry } from '../../src/timeline/timeline.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { ChatSimulator } from '../../src/lab/simulator/chat.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import { until } from '../support/until.ts';

/** At a time, ms: so long a word waits for the noise before it. */
const NOISE_PIECE_MS = 60;
/** Longer than any answer of a scenario, ms. */
const HEARD_WITHIN_MS = 25_000;
/** A phone is put down a moment after the last word, ms. */
const BREATH_MS = 400;

export interface ConversationParts {
  readonly call: PhoneCall;
  readonly timeline: () => Timeline | undefined;
  readonly clips: ReadonlyMap<string, Pcm>;
  readonly noise: Pcm | undefined;
  readonly chat: ChatSimulator;
  readonly speech: SpeechKitSimulator;
}

export class Conversation {
  readonly chat: ChatSimulator;
  readonly speech: SpeechKitSimulator;
  readonly #parts: ConversationParts;
  readonly #toSay: { readonly pcm: Pcm; readonly said: () => void }[] = [];
  #isOver = false;
  /** How many sayings of the bot have been waited for: the same text may come again. */
  #heard = 0;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.chat = parts.chat;
    this.speech = parts.speech;
    void parts.call.ended.then(() => (this.#isOver = true));
    if (parts.noise) void this.#rustle(parts.noise);
  }

  /** Says one of the scenario's utterances, and resolves when it is said. */
  async say(name: string): Promise<void> {
    const pcm = this.#parts.clips.get(name);
    if (!pcm) throw new Error(`the caller has nothing called ${name} to say`);
    await this.sound(pcm);
  }

  async sound(pcm: Pcm): Promise<void> {
    if (!this.#parts.noise) return void (await this.#parts.call.say(pcm));
    await new Promise<void>((said) => this.#toSay.push({ pcm, said }));
  }

  pause(forMs: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, forMs));
  }

  /** The bot begins to say it. */
  async started(text: string): Promise<void> {
    const isSaid = () => this.#startOf(text) !== undefined;
    await until(`«${text}» is said`, isSaid, HEARD_WITHIN_MS).catch((cause: unknown) => {
      const happened = this.#entries.flatMap((entry) =>
        'text' in entry ? [`${entry.type}: ${entry.text}`] : [],
      );
      throw new Error(`«${text}» was not said, but: ${happened.join('; ')}`, { cause });
    });
  }

  /** The bot has said it, and is silent. */
  async heard(text: string): Promise<void> {
    await this.started(text);
    const begun = this.#startOf(text);
    this.#heard = this.#starts().indexOf(begun as never) + 1;
    await until(`«${text}» is said to its end`, () => this.#isSilent, HEARD_WITHIN_MS);
    await this.pause(BREATH_MS);
  }

  /** The bot has greeted, whatever it says. */
  async greeted(): Promise<void> {
    await until('the greeting is said', () => this.#starts().length > 0 && this.#isSilent, HEARD_WITHIN_MS);
    await this.pause(BREATH_MS);
  }

  async hangup(): Promise<void> {
    await this.#parts.call.hangup();
  }

  /** The bot ends the call. */
  async ended(): Promise<void> {
    await this.#parts.call.ended;
  }

  get #isSilent(): boolean {
    return spokenSpans(this.#entries).every(({ outcome }) => outcome !== undefined);
  }

  get #entries(): readonly TimelineEntry[] {
    return this.#parts.timeline()?.entries ?? [];
  }

  #starts() {
    return entriesOf(this.#entries, 'playback.started');
  }

  #startOf(text: string) {
    return this.#starts()
      .slice(this.#heard)
      .find((entry) => entry.text === text);
  }

  /** Noise without end, and what is to be said on top of it. */
  async #rustle(noise: Pcm): Promise<void> {
    for (let atMs = 0; !this.#isOver;) {
      const next = this.#toSay.shift();
      const pcm = next ? mixed(next.pcm, noise) : slice(noise, atMs, atMs + NOISE_PIECE_MS);
      atMs = pcm.data.byteLength === 0 ? 0 : atMs + NOISE_PIECE_MS;
      await this.#parts.call.say(pcm).catch(() => (this.#isOver = true));
      next?.said();
    }
  }
}

/** Both at once; as long as the speech. */
function mixed(speech: Pcm, noise: Pcm): Pcm {
  const under = toSamples(noise);
  return fromSamples(
    toSamples(speech).map((sample, at) => sample + (under[at % under.length] ?? 0)),
    speech.sampleRateHz,
  );
}
