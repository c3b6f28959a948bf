/** The last thing a caller gets who is still there: the fallback where somebody can help, else a goodbye. */
import { aborted } from '../../base/async.ts';
import { isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { clipOf } from '../../telephony/line.ts';
import type { Line, Variables } from '../../telephony/line.ts';
import type { TransferTarget } from '../../telephony/transfer-target.ts';
import type { Mouth } from '../speaking/mouth.ts';
import type { PhraseBook } from '../speaking/phrase-book.ts';

export interface FarewellParts {
  readonly line: Line;
  readonly mouth: Mouth;
  readonly book: PhraseBook;
  readonly log: Log;
}

export interface Farewell {
  /** Where the caller finds help, if not here. */
  readonly place: TransferTarget | undefined;
  /** What those are told who help there. */
  readonly variables?: Variables | undefined;
  /** What is said to a caller who is not sent on; nothing if not given. */
  readonly goodbye: string | undefined;
}

/** Silences the bot and sees the caller off. Never rejects. */
export async function seeOff(parts: FarewellParts, { place, variables, goodbye }: Farewell): Promise<void> {
  const { line, log, mouth } = parts;
  await mouth.stop();
  if (line.ended.aborted) return;
  try {
    if (place && (await isThere(parts, place))) await line.transfer(place, variables);
    else if (goodbye !== undefined) await sayGoodbye(parts, goodbye);
  } catch (error) {
    if (!isParleyError(error, 'LINE_ENDED'))
      log.warn({ event: 'call.part', error }, 'a caller could not be seen off');
  }
}

/** A caller who is sent to a place that there is not is cut off without a word. */
async function isThere({ line, log }: FarewellParts, place: TransferTarget): Promise<boolean> {
  const has = (await line.hasPlace?.(place)) ?? true;
  if (!has)
    log.error({ event: 'call.placeMissing', place }, 'there is no such place to hand a caller over to');
  return has;
}

/** Only what is ready: nobody waits for a goodbye. */
async function sayGoodbye({ book, line, mouth }: FarewellParts, goodbye: string): Promise<void> {
  const [phrase] = book.ready('goodbye', [goodbye]);
  if (!phrase) return;
  const { finished } = mouth.say(clipOf(phrase.pcm), { kind: 'goodbye', text: phrase.text });
  await Promise.race([finished, aborted(line.ended)]);
}
