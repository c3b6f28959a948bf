/** Who has picked up, told from the callee's audio as it arrives and from the words that are understood. Pure: no clock but the audio's own. */
import { Framer } from '../../audio/framer.ts';
import { msToBytes } from '../../audio/pcm.ts';
import { VOICE_FRAME_MS, VoiceActivity } from '../../vad/voice-activity.ts';
import { AnswererJudge, type AnswererEvent, type AnswererTuning } from './answerer-judge.ts';
import { ToneWatch } from './held-tone.ts';

export interface AnswererOptions {
  /** 8000 or 16000. */
  readonly sampleRateHz: number;
  /** When the call was answered, on the line's clock: the first sample's time. */
  readonly answeredAtMs: number;
  readonly tuning?: Partial<AnswererTuning>;
}

export class AnswererDetector {
  readonly #judge: AnswererJudge;
  readonly #sampleRateHz: number;
  readonly #framer: Framer;
  readonly #voice: VoiceActivity;
  readonly #tones = new ToneWatch();
  #nowMs: number;
  #closed = false;

  /** Throws AUDIO_INVALID for a rate that voice cannot be told at. */
  constructor({ sampleRateHz, answeredAtMs, tuning }: AnswererOptions) {
    this.#judge = new AnswererJudge(answeredAtMs, tuning);
    this.#sampleRateHz = sampleRateHz;
    this.#nowMs = answeredAtMs;
    this.#framer = new Framer(msToBytes(VOICE_FRAME_MS, sampleRateHz));
    this.#voice = new VoiceActivity({ sampleRateHz, startMs: answeredAtMs });
  }

  /** Hears the next piece, PCM 16-bit signed little-endian mono of any length; pieces follow each other without gaps. */
  hear(pcm: Uint8Array): readonly AnswererEvent[] {
    if (this.#closed || this.#judge.isOver) return [];
    return this.#framer.push(pcm).flatMap((frame) => this.#hearFrame(frame) ?? []);
  }

  /** What is understood of the callee so far, partial or final. */
  words(text: string): readonly AnswererEvent[] {
    const event = this.#closed ? undefined : this.#judge.words(text);
    return event ? [event] : [];
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
    if (edge && edge.kind !== 'sound') this.#judge.voice(edge);
    return this.#judge.at(this.#nowMs, tone);
  }
}
