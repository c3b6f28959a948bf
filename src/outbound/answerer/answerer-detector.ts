/**
 * Who has picked up, told from the callee's audio as it arrives and from the words that are understood: a person says a word or two and
 * waits, a machine goes on, and beeps. After a machine it is told when a message may begin. Pure: no clock but the audio's own.
 */
import { Framer } from '../../audio/framer.ts';
import { msToBytes } from '../../audio/pcm.ts';
import { machinePhraseIn } from '../../languages/machine-words.ts';
import { VOICE_FRAME_MS, VoiceActivity } from '../../vad/voice-activity.ts';
import type { Answerer } from '../call-out.ts';
import { ToneWatch, type HeldTone } from './held-tone.ts';

export interface AnswererTuning {
  /** A greeting up to so long is as short as "hello", ms. 1000. */
  readonly shortGreetingMs: number;
  /** Silence after a short greeting that makes it a person's, ms. 400. */
  readonly silenceAfterShortMs: number;
  /** The same after a longer one, ms. 700: machines pause between sentences for less. */
  readonly silenceAfterLongMs: number;
  /** Who speaks for so long without such a pause is a machine, ms. 3200: a receptionist's greeting takes less. */
  readonly longestGreetingMs: number;
  /** Nobody has said anything for so long after the answer, ms. 5000. */
  readonly silenceMs: number;
  /** A beep lasts so long at least, ms. 150: keys and clicks are shorter. */
  readonly leastBeepMs: number;
  /** The tone of a fax machine does, ms. 400. CED lasts 2.6 s, CNG half a second (ITU-T T.30). */
  readonly leastFaxMs: number;
  /** After a beep another one may follow; after so much silence none does, ms. 300. */
  readonly afterBeepMs: number;
  /** A machine that has been silent for so long has no beep, ms. 2000. */
  readonly afterGreetingMs: number;
  /** A message begins so long after the answer at the latest, ms. 40 000. */
  readonly longestMachineMs: number;
}

const ANSWERER_DEFAULTS: AnswererTuning = Object.freeze({
  shortGreetingMs: 1000,
  silenceAfterShortMs: 400,
  silenceAfterLongMs: 700,
  longestGreetingMs: 3200,
  silenceMs: 5000,
  leastBeepMs: 150,
  leastFaxMs: 400,
  afterBeepMs: 300,
  afterGreetingMs: 2000,
  longestMachineMs: 40_000,
});

const FAX_HZ = [2100, 1100];
const FAX_WITHIN_HZ = 38;
const BEEP_HZ = { from: 400, to: 2000 };

export type Reason =
  'shortGreeting' | 'pause' | 'longGreeting' | 'phrase' | 'beep' | 'faxTone' | 'nothingSaid';

export type AnswererEvent =
  /** Times are on the clock of the audio. Told once. */
  | { readonly kind: 'decided'; readonly by: Answerer; readonly reason: Reason; readonly atMs: number }
  /** A machine records now. Told once, after `decided`. */
  | {
      readonly kind: 'recording';
      readonly after: 'beep' | 'silence' | 'limit';
      readonly atMs: number;
    };

export interface AnswererOptions {
  /** 8000 or 16000. */
  readonly sampleRateHz: number;
  /** When the call was answered, on the line's clock: the first sample's time. */
  readonly answeredAtMs: number;
  readonly tuning?: Partial<AnswererTuning>;
}

export class AnswererDetector {
  readonly #tuning: AnswererTuning;
  readonly #sampleRateHz: number;
  readonly #answeredAtMs: number;
  readonly #framer: Framer;
  readonly #voice: VoiceActivity;
  readonly #tones = new ToneWatch();
  #nowMs: number;
  #decided: Answerer | undefined;
  #isRecording = false;
  #spokeFromMs: number | undefined;
  #spokeUntilMs = 0;
  #isSpeaking = false;
  #beepEndedAtMs: number | undefined;
  #closed = false;

  /** Throws AUDIO_INVALID for a rate that voice cannot be told at. */
  constructor({ sampleRateHz, answeredAtMs, tuning }: AnswererOptions) {
    this.#tuning = { ...ANSWERER_DEFAULTS, ...tuning };
    this.#sampleRateHz = sampleRateHz;
    this.#answeredAtMs = answeredAtMs;
    this.#nowMs = answeredAtMs;
    this.#framer = new Framer(msToBytes(VOICE_FRAME_MS, sampleRateHz));
    this.#voice = new VoiceActivity({ sampleRateHz, startMs: answeredAtMs });
  }

  /** Hears the next piece, PCM 16-bit signed little-endian mono of any length; pieces follow each other without gaps. */
  hear(pcm: Uint8Array): readonly AnswererEvent[] {
    if (this.#closed) return [];
    return this.#framer.push(pcm).flatMap((frame) => this.#hearFrame(frame) ?? []);
  }

  /** What is understood of the callee so far, partial or final. */
  words(text: string): readonly AnswererEvent[] {
    const isOpen = !this.#closed && this.#decided === undefined;
    return isOpen && machinePhraseIn(text) !== undefined ? [this.#decide('machine', 'phrase')] : [];
  }

  /** Frees what it holds. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#voice.close();
  }

  #hearFrame(frame: Uint8Array): AnswererEvent | undefined {
    const fromMs = this.#nowMs;
    this.#nowMs += VOICE_FRAME_MS;
    const tone = this.#tones.push({ sampleRateHz: this.#sampleRateHz, data: frame }, fromMs, this.#nowMs);
    const edge = this.#voice.push(frame);
    if (edge?.kind === 'started') {
      this.#isSpeaking = true;
      this.#spokeFromMs ??= edge.atMs;
      // It spoke on after what was taken for its beep.
      this.#beepEndedAtMs = undefined;
    }
    if (edge?.kind === 'stopped') {
      this.#isSpeaking = false;
      this.#spokeUntilMs = edge.endedAtMs;
    }
    if (this.#isBeep(tone)) this.#beepEndedAtMs = tone?.untilMs;
    return this.#decided === undefined ? this.#whoAnswers(tone) : this.#whenToSpeak(tone);
  }

  #isBeep(tone: HeldTone | undefined): boolean {
    const { from, to } = BEEP_HZ;
    return (
      tone !== undefined &&
      tone.hz >= from &&
      tone.hz <= to &&
      tone.untilMs - tone.fromMs >= this.#tuning.leastBeepMs
    );
  }

  #whoAnswers(tone: HeldTone | undefined): AnswererEvent | undefined {
    const tuning = this.#tuning;
    if (tone && isFax(tone, tuning.leastFaxMs)) return this.#decide('fax', 'faxTone');
    if (this.#spokeFromMs === undefined) {
      const isSilent = this.#nowMs - this.#answeredAtMs >= tuning.silenceMs;
      return isSilent ? this.#decide('silence', 'nothingSaid') : undefined;
    }
    // Ringback comes before anybody speaks, and no person beeps.
    if (this.#beepEndedAtMs !== undefined) return this.#decide('machine', 'beep');
    const untilMs = this.#isSpeaking ? this.#nowMs : this.#spokeUntilMs;
    const greetingMs = untilMs - this.#spokeFromMs;
    if (greetingMs >= tuning.longestGreetingMs) return this.#decide('machine', 'longGreeting');
    if (this.#isSpeaking) return undefined;
    const isShort = greetingMs <= tuning.shortGreetingMs;
    const enoughMs = isShort ? tuning.silenceAfterShortMs : tuning.silenceAfterLongMs;
    if (this.#nowMs - untilMs < enoughMs || tone !== undefined) return undefined;
    return this.#decide('person', isShort ? 'shortGreeting' : 'pause');
  }

  #whenToSpeak(tone: HeldTone | undefined): AnswererEvent | undefined {
    if (this.#decided !== 'machine' || this.#isRecording) return undefined;
    const { afterBeepMs, afterGreetingMs, longestMachineMs } = this.#tuning;
    const beepMs = this.#beepEndedAtMs;
    // A tone that goes on may become the next beep.
    const isAfterBeep = beepMs !== undefined && tone === undefined && this.#nowMs - beepMs >= afterBeepMs;
    if (isAfterBeep) return this.#record('beep');
    const isOver = !this.#isSpeaking && beepMs === undefined;
    if (isOver && this.#nowMs - this.#spokeUntilMs >= afterGreetingMs) return this.#record('silence');
    return this.#nowMs - this.#answeredAtMs >= longestMachineMs ? this.#record('limit') : undefined;
  }

  #decide(by: Answerer, reason: Reason): AnswererEvent {
    this.#decided = by;
    return { kind: 'decided', by, reason, atMs: this.#nowMs };
  }

  #record(after: 'beep' | 'silence' | 'limit'): AnswererEvent {
    this.#isRecording = true;
    return { kind: 'recording', after, atMs: this.#nowMs };
  }
}

function isFax({ hz, fromMs, untilMs }: HeldTone, leastMs: number): boolean {
  return untilMs - fromMs >= leastMs && FAX_HZ.some((fax) => Math.abs(hz - fax) <= FAX_WITHIN_HZ);
}
