/** The voice of a recorded call: as long as it was, at its pace; what it sounds like nobody hears, so it is silence. */
import { msToBytes } from '../../audio/pcm.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import type { RecordedCall, RecordedSynthesis } from '../bundle/recorded-call.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';
import type { Unanswered } from './unanswered.ts';

export class ReplayedSynthesizer implements Synthesizer {
  readonly name = 'recorded';
  readonly #time: TapeTime;
  readonly #voices: readonly RecordedVoice[];
  readonly #syntheses: RecordedSynthesis[];
  readonly #unanswered: Unanswered;

  constructor(
    time: TapeTime,
    { profile, syntheses }: Pick<RecordedCall, 'profile' | 'syntheses'>,
    unanswered: Unanswered,
  ) {
    this.#time = time;
    this.#voices = voicesOf(profile);
    this.#syntheses = [...syntheses];
    this.#unanswered = unanswered;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const recorded = this.#take(request);
    const shiftMs = this.#time.nowMs - recorded.atMs;
    for (const { atMs, audioMs, words, provider } of recorded.pieces) {
      await this.#time.until(atMs + shiftMs, signal);
      yield { pcm: new Uint8Array(msToBytes(audioMs, request.sampleRateHz)), words, provider };
    }
    await endAsRecorded(recorded.end, { time: this.#time, shiftMs, signal }, () =>
      this.#unanswered.error('tts', `The synthesis of «${request.text}» was cut short in the recording.`),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Each is given once, as long as there is another of the same text. */
  #take(request: SpeechRequest): RecordedSynthesis {
    const { text } = request;
    const asked = this.#voices.some((voice) => isSameVoice(request, voice))
      ? this.#syntheses.filter((synthesis) => synthesis.text === text)
      : [];
    const [found] = asked;
    if (!found) throw this.#unanswered.error('tts', `A voice was asked to say «${text}».`);
    if (asked.length > 1) this.#syntheses.splice(this.#syntheses.indexOf(found), 1);
    return found;
  }
}

/** Whose words they were: a bot's profile. */
export type RecordedVoice = Pick<RecordedCall['profile'], 'language' | 'voice'>;

/** One a language, the bot's own first. */
export function voicesOf(profile: Omit<BotProfile, 'name'>): readonly RecordedVoice[] {
  return inEachLanguage({ name: '', ...profile });
}

export function isSameVoice(a: RecordedVoice | SpeechRequest, b: RecordedVoice): boolean {
  const { name, role, speed } = b.voice;
  return (
    a.language === b.language && a.voice.name === name && a.voice.role === role && a.voice.speed === speed
  );
}
