/** `<Dial>`: rings somebody, and lets both talk to each other (twilio.com/docs/voice/twiml/dial). */
import { systemClock } from '../../../base/clock.ts';
import type { RungPhone, TwilioHandset } from './phones.ts';
import type { Fields } from './signing.ts';
import type { Verb } from './twiml.ts';

/** As Twilio has it where nothing is said, seconds. */
const TIMEOUT_SECONDS = 30;

export interface Dialling {
  readonly phoneAt: (number: string) => RungPhone | undefined;
  /** Makes the callee's leg, tells the callee what stands at `whisperUrl`, and joins it to the caller's; resolves with its CallSid. */
  readonly join: (handset: TwilioHandset, number: string, whisperUrl: string | undefined) => Promise<string>;
}

/** Resolves when it is over, with the fields that its `action` is asked with. */
export async function dialled(verb: Verb, { phoneAt, join }: Dialling): Promise<Fields> {
  const number = (verb.nouns[0]?.text ?? verb.text).trim();
  const rung = phoneAt(number)?.rung();
  if (!rung) return [['DialCallStatus', 'failed']];
  if (!rung.answers) {
    if (rung.how !== 'ring') return [['DialCallStatus', 'busy']];
    const withinMs = Number(verb.attributes['timeout'] ?? TIMEOUT_SECONDS) * 1000;
    await new Promise<void>((resolve) => systemClock.after(withinMs, resolve));
    return [['DialCallStatus', 'no-answer']];
  }
  const joined = join(rung.handset, number, verb.nouns[0]?.attributes['url']);
  rung.answer();
  const sid = await joined;
  await rung.handset.ended;
  return [
    ['DialCallStatus', 'completed'],
    ['DialCallSid', sid],
    ['DialBridged', 'true'],
  ];
}
