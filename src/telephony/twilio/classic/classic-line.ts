/**
 * A call without a stream: Twilio asks what is next, is told what to say and for what to listen, and asks again with what it has heard. Each
 * document has its number and is asked for by that: whoever asks again is told the same, and nothing happens twice.
 */
import { deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import { ParleyError, isParleyError } from '../../../base/errors.ts';
import { owned } from '../../../base/fault-scope.ts';
import type { Log } from '../../../base/log.ts';
import { LineEnd } from '../../line.ts';
import type { Awaited, ClipWords, Line, Party, Variables } from '../../line.ts';
import type { TransferTarget } from '../../transfer-target.ts';
import { WrittenHearing } from '../../written/written-hearing.ts';
import { WrittenPlayer } from '../../written/written-player.ts';
import { TWILIO_TRANSFERS, canDial, requireDial } from '../twiml.ts';
import type { TwilioRest } from '../twilio-rest.ts';
import type { Whispers } from '../whispers.ts';
import { gatherTwiml, goOnTwiml, hangupTwiml, putThroughTwiml, rejectTwiml } from './classic-twiml.ts';
import { isSpoken } from './say-voices.ts';

/** What a caller has done since the document before. */
export interface Heard {
  readonly words: string;
  readonly digits: string;
}

export interface ClassicLineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly rest: Pick<TwilioRest, 'end' | 'goOn'>;
  readonly whispers: Pick<Whispers, 'urlFor'>;
  readonly id: string;
  readonly callSid: string;
  readonly party: Party;
  /** Where Twilio asks for what comes behind the document of this number. */
  readonly urlAfter: (document: number) => string;
}

/** What the bot has said by then is said to the caller while it thinks on, ms: a longer silence sounds like a dead line. */
const SPOKEN_WITHIN_MS = 2000;

/** Twilio has an answer by then, ms, if only to ask again: it gives up after 15 s, with its two tries to connect of up to 5 s among them. */
export const TOLD_WITHIN_MS = 4500;

/** After what it was told to say and to wait for, Twilio has asked again by then, ms: it hears a caller for a minute at the most. */
const ASKED_WITHIN_MS = 75_000;
/** The slowest voices, ms a character. */
const CHARACTER_MS = 150;

/** A document in a request over REST may have 4000 characters. */
const MOST_ORDERED = 4000;

/** Documents that Twilio may ask for again: it does so within seconds. */
const KEPT_DOCUMENTS = 8;

export class ClassicLine implements Line {
  readonly id: string;
  readonly transfers = TWILIO_TRANSFERS;
  readonly party: Party;
  readonly hearing: WrittenHearing;
  readonly player: WrittenPlayer;
  readonly #options: ClassicLineOptions;
  readonly #log: Log;
  readonly #end = new AbortController();
  /** By the number of the document before. */
  readonly #documents = new Map<number, Promise<string>>();
  /** Of the document that is asked for, or was last. */
  #number = 0;
  /** Twilio waits for a document. */
  #asked: Deferred<string> | undefined;
  /** Twilio asks for more by itself: at the beginning, and behind words that were not all. */
  #goesOn = true;
  /** Said, and in no document yet. */
  #said: ClipWords[] = [];
  #wanted: Awaited | undefined;
  #isAnswered = false;
  /** Behind what was said last. */
  #last: ((said: readonly ClipWords[]) => string) | undefined;
  #isLate = false;
  #isWarned = false;
  /** What comes of it belongs to the call. */
  readonly #taken = owned((heard: Heard) => this.#take(heard));
  #cancelWaits: readonly CancelTimer[] = [];
  #cancelPatience: CancelTimer = () => undefined;

  constructor(options: ClassicLineOptions) {
    const { clock, id, log, party } = options;
    this.#options = options;
    this.id = id;
    this.party = party;
    this.#log = log.child({ call: id });
    this.hearing = new WrittenHearing(clock, (wanted) => this.#onAwaited(wanted));
    this.player = new WrittenPlayer(clock, (words) => this.#onSaid(words));
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** What Twilio does next, behind the document of the number `after`; 0 at the beginning. Never rejects. */
  next(after: number, heard: Heard): Promise<string> {
    const told = this.#documents.get(after);
    if (told) return told;
    const asked = deferred<string>();
    this.#documents.set(after, asked.promise);
    this.#documents.delete(after - KEPT_DOCUMENTS);
    // Twilio has given up on the one before.
    this.#asked?.resolve(goOnTwiml([], this.#options.urlAfter(this.#number)));
    this.#number = Math.max(this.#number, after) + 1;
    this.#asked = asked;
    this.#cancelPatience();
    if (this.ended.aborted) this.#tell(this.#last ?? hangupTwiml);
    else this.#taken(heard);
    return asked.promise;
  }

  async answer(): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.');
    this.#isAnswered = true;
  }

  async hangup(): Promise<void> {
    if (this.ended.aborted) return;
    const document = this.#isAnswered ? hangupTwiml : rejectTwiml;
    await this.#over('us', document).catch((error: unknown) => this.#notHungUp(error));
  }

  /** Whether anybody answers there cannot be known; that there is no dialplan can. */
  hasPlace(to: TransferTarget): Promise<boolean> {
    return Promise.resolve(canDial(to));
  }

  /** Throws LINE_ENDED, TRANSFER_NOWHERE for what Twilio cannot dial, or TWILIO_*: then the caller is still here. */
  async transfer(to: TransferTarget, variables?: Variables): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.');
    requireDial(to);
    const callerId = this.party.dialled || undefined;
    const whisperUrl = this.#options.whispers.urlFor(variables);
    try {
      await this.#over('transferred', (said) => putThroughTwiml(said, to, { callerId, whisperUrl }));
    } catch (error) {
      if (!isParleyError(error, 'TWILIO_CALL_GONE')) throw error;
      throw new ParleyError('LINE_ENDED', 'The caller is gone.', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.hangup();
    this.hearing.close();
    await this.player.stop();
  }

  /** Twilio has told that it is over. */
  gone(): void {
    this.#ended('caller');
    this.#tell(hangupTwiml);
  }

  /** Another server has the call: whoever waits for a document here asks there. */
  taken(): void {
    this.#ended('caller');
    this.#tellGoOn();
  }

  #take({ words, digits }: Heard): void {
    const wentOn = this.#goesOn;
    this.#goesOn = false;
    const isHeard = words !== '' || digits !== '' || !wentOn;
    if (!isHeard && this.#wanted) return this.#tellGather(this.#wanted);
    if (isHeard) this.#wanted = undefined;
    this.#await();
    if (words !== '') this.hearing.say(words);
    else if (digits !== '') this.hearing.press(digits);
    else if (!wentOn) this.hearing.silent();
  }

  #await(): void {
    const { clock } = this.#options;
    this.#isLate = false;
    this.#cancelWaits = [
      clock.after(SPOKEN_WITHIN_MS, () => {
        this.#isLate = true;
        if (this.#said.length > 0) this.#tellGoOn();
      }),
      clock.after(TOLD_WITHIN_MS, () => this.#tellGoOn()),
    ];
  }

  #onSaid(words: ClipWords): void {
    this.#said.push(words);
    if (!isSpoken(words.language) && !this.#isWarned) {
      this.#isWarned = true;
      const fields = { event: 'twilio.unspoken', code: 'TWILIO_LANGUAGE_UNSPOKEN', language: words.language };
      this.#log.error(fields, 'Twilio has no voice for what the bot says');
    }
    if (this.#isLate) this.#tellGoOn();
  }

  #onAwaited(wanted: Awaited): void {
    this.#wanted = wanted;
    if (this.#asked) this.#tellGather(wanted);
  }

  #tellGather(wanted: Awaited): void {
    const url = this.#options.urlAfter(this.#number);
    this.#tell((said) => gatherTwiml(said, wanted, url), wanted.silenceMs);
  }

  #tellGoOn(): void {
    if (!this.#asked) return;
    this.#goesOn = true;
    const url = this.#options.urlAfter(this.#number);
    this.#tell((said) => goOnTwiml(said, url));
  }

  /** Answers Twilio, if it asks, with all that was said. `waitsMs`: so long it waits then. */
  #tell(document: (said: readonly ClipWords[]) => string, waitsMs = 0): void {
    const asked = this.#asked;
    if (!asked) return;
    for (const cancel of this.#cancelWaits) cancel();
    this.#isLate = false;
    const said = this.#said.splice(0);
    const saysMs = said.reduce((sum, { text }) => sum + text.length * CHARACTER_MS, 0);
    this.#asked = undefined;
    asked.resolve(document(said));
    this.#cancelPatience();
    if (!this.ended.aborted)
      this.#cancelPatience = this.#options.clock.after(saysMs + waitsMs + ASKED_WITHIN_MS, () => {
        // Twilio ends a call whose document it cannot have: it is over, or another server goes on with it.
        this.#log.warn({ event: 'twilio.abandoned' }, 'Twilio does not ask what is next');
        this.gone();
      });
  }

  #notHungUp(error: unknown): void {
    if (!isParleyError(error, 'TWILIO_CALL_GONE'))
      this.#log.warn({ event: 'line.hangup', error }, 'Twilio was not told to hang up');
  }

  /** The last document: the answer to Twilio where it asks, or will; else it is ordered over REST, and this throws what that throws. */
  async #over(by: LineEnd['by'], document: (said: readonly ClipWords[]) => string): Promise<void> {
    this.#last = document;
    if (!this.#asked && !this.#goesOn) {
      const { callSid, rest } = this.#options;
      const ordered = ordering(document, this.#said);
      if (by === 'us') this.#ended(by);
      if (by === 'us' && this.#said.length === 0) await rest.end(callSid);
      else await rest.goOn(callSid, ordered);
    }
    this.#ended(by);
    this.#tell(document);
  }

  #ended(by: LineEnd['by']): void {
    if (this.ended.aborted) return;
    for (const cancel of this.#cancelWaits) cancel();
    this.#cancelPatience();
    this.#end.abort(new LineEnd(by));
    this.#log.info({ event: 'twilio.ended', by }, 'a classic call is over');
  }
}

/** What was said last goes before what was said first where not all has room. */
function ordering(document: (said: readonly ClipWords[]) => string, said: readonly ClipWords[]): string {
  const whole = document(said);
  return whole.length <= MOST_ORDERED || said.length === 0 ? whole : ordering(document, said.slice(1));
}
