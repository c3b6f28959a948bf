/** Marks that look like markup and are not: the keys of a telephone, and the pauses that an author writes for the synthesizer. */
import type { Surroundings } from './citations.ts';

/** "*100#", "*#06#", "**21*79991234567#" */
const CODE = /\*[\d*#]{0,30}#/y;
const MAY_BECOME_CODE = /^\*[\d*#]{0,30}$/;
const MOST_CODE_CHARS = 32;

const BEFORE_KEY = /(?:^|[\s«"'(“„])$/;
const BEHIND_KEY = /^[\s»"')”.,;:!?]/;

/** The length of the star at `at` that is a key of a telephone, with the code that it opens; 0 for none; undefined if that depends on what follows. */
export function telephoneMarkLength(
  text: string,
  at: number,
  { before, ended }: Surroundings,
): number | undefined {
  CODE.lastIndex = at;
  const code = CODE.exec(text)?.[0];
  if (code !== undefined && /\d/.test(code)) return code.length;
  const following = text.slice(at, at + MOST_CODE_CHARS);
  if (!ended && following.length < MOST_CODE_CHARS && MAY_BECOME_CODE.test(following)) return undefined;
  if (!BEFORE_KEY.test(before)) return 0;
  return following.length === 1 || BEHIND_KEY.test(following.slice(1)) ? 1 : 0;
}

/** SpeechKit's, behind "sil" or alone: https://yandex.cloud/docs/speechkit/tts/markup/tts-markup */
const PAUSE = /<\[(?:\d{1,5}|tiny|small|medium|large|huge)\]>/y;
const MAY_BECOME_PAUSE = /^<(?:\[(?:\d{0,5}|[a-z]{0,6})(?:\](?:>)?)?)?$/;

/** The length of the pause at `at`; 0 for none; undefined if that depends on what follows. */
export function pauseLength(text: string, at: number, ended: boolean): number | undefined {
  PAUSE.lastIndex = at;
  const pause = PAUSE.exec(text)?.[0];
  if (pause !== undefined) return pause.length;
  return !ended && MAY_BECOME_PAUSE.test(text.slice(at, at + 10)) && text.length - at < 10 ? undefined : 0;
}
