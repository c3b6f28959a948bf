/**
 * A caller of a call without a stream: hears `<Say>`, and is listened to in `<Gather>`, an utterance or some keys at a time
 * (twilio.com/docs/voice/twiml/gather, …/say). How long it takes to say something is nobody's matter here.
 */
import { deferred } from '../../../base/async.ts';
import type { Fields } from './signing.ts';
import type { Verb } from './twiml.ts';

export interface SaidText {
  readonly text: string;
  readonly language: string;
  readonly voice: string | undefined;
  /** The caller is heard meanwhile. */
  readonly canBeCut: boolean;
}

/** What Twilio would refuse. */
type OnFault = (what: string) => void;

const MOST_SAID = 4096;
const MOST_HINTS = 500;
const MOST_HINT = 100;

export class SpokenTurns {
  /** In the order in which it was said. */
  readonly said: SaidText[] = [];
  /** Verbs that this call has gone by. */
  readonly verbs: Verb[] = [];
  readonly #onFault: OnFault;
  #heard = deferred<Fields>();
  #listens = deferred<boolean>();
  #gather: Verb | undefined;

  constructor(onFault: OnFault) {
    this.#onFault = onFault;
  }

  /** True when the caller may speak; false if the call is over. */
  listening(): Promise<boolean> {
    return this.#listens.promise;
  }

  /** How it is listened to at present. */
  get gather(): Verb | undefined {
    return this.#gather;
  }

  speak(text: string): void {
    this.#answer([
      ['SpeechResult', text],
      ['Confidence', '0.9'],
    ]);
  }

  /** Twilio takes as many as it was told to. */
  press(digits: string): void {
    const { numDigits, finishOnKey = '#' } = this.#gather?.attributes ?? {};
    const [told = ''] = finishOnKey === '' ? [digits] : digits.split(finishOnKey);
    this.#answer([['Digits', told.slice(0, Number(numDigits ?? 100))]]);
  }

  /** Says nothing for as long as Twilio waits. */
  beSilent(): void {
    this.#answer([]);
  }

  say(verb: Verb, canBeCut = false): void {
    const { language = 'en-US', voice } = verb.attributes;
    if (verb.text.trim() === '' || verb.text.length > MOST_SAID)
      this.#onFault('a <Say> of no or too many words');
    if (voice !== undefined && !voice.includes(language))
      this.#onFault(`${voice} does not speak ${language}`);
    this.said.push({ text: verb.text, language, voice, canBeCut });
  }

  /** What is asked with when the caller has said something, or nothing. */
  async listen(verb: Verb): Promise<Fields> {
    this.#check(verb);
    for (const noun of verb.nouns) {
      if (noun.name === 'Say') this.say(noun, true);
      else if (noun.name !== 'Pause') this.#onFault(`a <${noun.name}> in a <Gather>`);
    }
    this.#heard = deferred<Fields>();
    this.#gather = verb;
    this.#listens.resolve(true);
    return this.#heard.promise;
  }

  /** The call goes on otherwise: nobody waits for what the caller says here. */
  cut(): void {
    this.#gather = undefined;
    this.#listens.resolve(false);
    this.#listens = deferred<boolean>();
  }

  over(): void {
    this.#gather = undefined;
    this.#listens.resolve(false);
    this.#heard.resolve([]);
  }

  #answer(fields: Fields): void {
    if (!this.#gather) throw new Error('nobody listens');
    this.#gather = undefined;
    this.#listens = deferred<boolean>();
    this.#heard.resolve(fields);
  }

  #check({ attributes }: Verb): void {
    const { action, timeout = '5', hints = '', numDigits = '1', input = 'dtmf', language = '' } = attributes;
    const isWhole = (text: string) => /^[1-9]\d*$/.test(text);
    if (action === undefined || !URL.canParse(action)) this.#onFault('a <Gather> without an address');
    if (!isWhole(timeout) || !isWhole(numDigits))
      this.#onFault('a <Gather> that waits for no time or no key');
    if (!input.split(' ').every((each) => each === 'speech' || each === 'dtmf'))
      this.#onFault(`input ${input}`);
    if (!/^[a-z]{2,3}-[A-Z]{2}$/.test(language)) this.#onFault(`a <Gather> in the language "${language}"`);
    const each = hints.split(',').filter(Boolean);
    if (each.length > MOST_HINTS || each.some((hint) => hint.length > MOST_HINT))
      this.#onFault('hints too long');
  }
}
