/**
 * One real synthesis by each synthesizer and one real recognition by each recognizer. What was spoken is what is listened to, so that the recognition has
 * something to understand.
 */
import { bytesToMs, silence } from '../../audio/pcm.ts';
import { once } from '../../base/async.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import type { Check } from './check.ts';
import { asBot } from './differing-bots.ts';

/** The telephone's. */
const SAMPLE_RATE_HZ = 8000;

export function speechChecks(
  synthesizers: readonly Synthesizer[],
  recognizers: readonly Recognizer[],
  bot: BotProfile,
  clock: Clock,
): readonly Check[] {
  let spoken: Uint8Array = silence(1000, SAMPLE_RATE_HZ).data;
  const keep = (pcm: Uint8Array) => (spoken = pcm);
  return [
    ...synthesizers.map((synthesizer) => synthesisCheck(synthesizer, bot, clock, keep)),
    ...recognizers.map((recognizer) => recognitionCheck(recognizer, bot, clock, () => spoken)),
  ];
}

/** Another bot's voice, by one synthesizer. */
export function voiceCheck(synthesizer: Synthesizer, bot: BotProfile, clock: Clock): Check {
  return synthesisCheck(synthesizer, bot, clock, () => undefined);
}

function synthesisCheck(
  synthesizer: Synthesizer,
  bot: BotProfile,
  clock: Clock,
  keep: (pcm: Uint8Array) => unknown,
): Check {
  return {
    name: `synthesis (${synthesizer.name})${asBot(bot)}`,
    async run(signal) {
      const { language, voice, hold } = bot;
      const [text = bot.greeting] = hold;
      const askedAtMs = clock.nowMs();
      let firstAudioMs: number | undefined;
      const pieces: Uint8Array[] = [];
      const request = { text, language, voice, sampleRateHz: SAMPLE_RATE_HZ };
      for await (const { pcm } of synthesizer.synthesize(request, signal)) {
        if (pcm.byteLength > 0) firstAudioMs ??= clock.nowMs() - askedAtMs;
        pieces.push(pcm);
      }
      if (firstAudioMs === undefined)
        throw new ParleyError('TTS_BAD_ANSWER', 'There was no audio in the answer.');
      const pcm = Buffer.concat(pieces);
      keep(pcm);
      const seconds = (bytesToMs(pcm.byteLength, SAMPLE_RATE_HZ) / 1000).toFixed(1);
      return { ok: true, finding: `${seconds} s of speech by ${voice.name}`, latencyMs: firstAudioMs };
    },
  };
}

function recognitionCheck(
  recognizer: Recognizer,
  bot: BotProfile,
  clock: Clock,
  spoken: () => Uint8Array,
): Check {
  return {
    name: `recognition (${recognizer.name})`,
    async run(signal) {
      const askedAtMs = clock.nowMs();
      const finals: string[] = [];
      const request = { language: bot.language, sampleRateHz: SAMPLE_RATE_HZ };
      for await (const event of recognizer.recognize(once(spoken()), request, signal)) {
        if (event.kind === 'final' && event.text !== '') finals.push(event.text);
      }
      const latencyMs = clock.nowMs() - askedAtMs;
      const understood = finals.join(' ');
      return {
        ok: true,
        finding: understood === '' ? 'answers; heard no words' : `understood "${understood}"`,
        latencyMs,
      };
    },
  };
}
