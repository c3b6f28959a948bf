/**
 * What a bundle's stops.json holds where RECORD_PAUSES asks for it: where the caller paused, what the words sounded like to whoever waited
 * for more, and whether more came. It holds no words: it says how many of the events of an utterance in call.json had been told, and there
 * they stand as far as they may be kept. Times are those of call.json.
 */
import { z } from 'zod';
import { SOUNDS_OF_WORDS } from '../../endpointing/sound-of-words.ts';

export const STOPS_FORMAT = 'parley-stops';
export const STOPS_VERSION = 1;

/** Of a call; the first are kept. An hour of dictation has as many. */
export const MOST_STOPS = 500;
/** Of a stop, the last: a recognizer that is slow tells of a few words more behind each. */
export const MOST_TOLD = 8;

const ms = z.number();

const told = z.strictObject({
  atMs: ms,
  /** So many events of the utterance had been told by then. */
  events: z.int().min(0),
  sounds: z.enum(SOUNDS_OF_WORDS),
  /** The recognizer believed that the speaker had finished. */
  endOfUtterance: z.literal(true).exactOptional(),
});

const stop = z.strictObject({
  /** Its place in the call's utterances. */
  utterance: z.int().min(0),
  /** The caller's last loud frame. */
  endedAtMs: ms,
  /** What was known of the words when the stop was told of, and what came to be known before the caller went on or the turn was over. */
  told: z.array(told).min(1).max(MOST_TOLD).readonly(),
  /** Until the caller went on, before an answer was heard; absent where it was the end of the turn. */
  wentOnAfterMs: ms.min(0).exactOptional(),
});
export type RecordedStop = z.output<typeof stop>;

export const recordedStops = z.strictObject({
  format: z.literal(STOPS_FORMAT),
  version: z.literal(STOPS_VERSION),
  stops: z.array(stop).max(MOST_STOPS).readonly(),
});
