/** What a phone has heard of a bot, by the ear's functions: nothing is known here but sound. Times are from the answer of the call, ms. */
import { GAP_MS, dialogueOf } from '../../ear/dialogue.ts';
import type { Dialogue } from '../../ear/dialogue.ts';
import { SideMeter } from '../../ear/side-meter.ts';
import { joinedSpans } from '../../ear/sound-spans.ts';
import type { SoundSpan } from '../../ear/sound-spans.ts';
import { durationMs } from '../../audio/pcm.ts';
import type { PhoneCall, Track } from '../phone/phone.ts';
import { tonesHeard } from '../phone/tones.ts';
import { isEcho } from './echo.ts';

/** How far a tone may be from what it is meant to be, Hz: half of what lies between two. */
const SAME_TONE_HZ = 15;

export interface Heard {
  /** The bot, without the silences inside words. */
  readonly bot: readonly SoundSpan[];
  readonly dialogue: Dialogue;
  /** What the caller says comes back. */
  readonly isEcho: boolean;
  readonly heard: Track;
}

export function heardIn(call: Pick<PhoneCall, 'said' | 'heard'>): Heard {
  const [said, heard] = [call.said(), call.heard()];
  const bot = spansOf(heard);
  return {
    bot: joinedSpans(bot, GAP_MS),
    dialogue: dialogueOf(spansOf(said), bot, durationMs(heard.pcm)),
    isEcho: isEcho(said.pcm, heard.pcm),
    heard,
  };
}

/**
 * Whether the tones that were heard go back behind one that comes later; null where none of them was heard. Each answer is one by itself:
 * `beginMs` tells when the caller has spoken, after which the bot may begin anew. What begins in `unheeding` is of an answer that should have
 * ended, and of the next one.
 */
export function orderOf(
  heard: Track,
  tonesHz: readonly number[],
  beginMs: readonly number[] = [],
  unheeding: SoundSpan = { fromMs: Infinity, toMs: Infinity },
): 'kept' | 'broken' | null {
  if (tonesHz.length === 0) return null;
  const places = tonesHeard(heard).flatMap(({ hz, startMs }) => {
    const place = tonesHz.findIndex((each) => Math.abs(each - hz) <= SAME_TONE_HZ);
    const isUnheeding = startMs >= unheeding.fromMs && startMs < unheeding.toMs;
    return place < 0 || isUnheeding ? [] : [{ place, answer: beginMs.filter((ms) => ms <= startMs).length }];
  });
  if (places.length === 0) return null;
  const goesBack = places.some(({ place, answer }, at) => {
    const before = places[at - 1];
    return before !== undefined && before.answer === answer && place < before.place;
  });
  return goesBack ? 'broken' : 'kept';
}

function spansOf({ pcm }: Track): readonly SoundSpan[] {
  // A track has silence where nothing was sent: there is no line's noise to be told from it.
  const meter = new SideMeter({ sampleRateHz: pcm.sampleRateHz, background: 'clean' });
  meter.hear(pcm.data, 0);
  return meter.heardSince(0).spans;
}
