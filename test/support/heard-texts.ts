/** What a phone heard, as texts: the stand-in speech service says each text as a tone of its own. */
import { tonesHeard } from '../../src/phone/tones.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import type { SpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';

export interface HeardText {
  /** What the bot said, by the tone that stands for it. */
  readonly text: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How long it sounded; less than from start to end if it was paused on the way. */
  readonly soundMs: number;
}

/** A text that stops for less has not stopped, ms: packets come late where the machine is busy. Far less than any pause of a bot. */
const SAME_HEARING_MS = 150;

/** Tones that stand for a text; speech and noise stand for none. */
export function heardTexts(call: PhoneCall, speech: Pick<SpeechKitSimulator, 'textOf'>): HeardText[] {
  const texts: HeardText[] = [];
  for (const { hz, startedAtMs, endedAtMs } of tonesHeard(call.heard())) {
    const text = speech.textOf(hz);
    if (text === undefined) continue;
    const last = texts.at(-1);
    if (last?.text === text && startedAtMs - last.endedAtMs < SAME_HEARING_MS) {
      texts[texts.length - 1] = { ...last, endedAtMs, soundMs: last.soundMs + endedAtMs - startedAtMs };
    } else texts.push({ text, startedAtMs, endedAtMs, soundMs: endedAtMs - startedAtMs });
  }
  return texts;
}
