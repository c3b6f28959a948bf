/** Hands a caller over as the bot's action says: sends him on, or rings a colleague while he waits, and brings him back if that fails. */
import { childOf } from '../../base/abort.ts';
import { isParleyError } from '../../base/errors.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { HistoryMessage } from '../../llm/prompt.ts';
import type { Unanswered } from '../../telephony/line.ts';
import type { Line, Variables } from '../../telephony/line.ts';
import type { Referral, RungPlace, TransferTarget } from '../../telephony/transfer-target.ts';
import type { CallAction } from '../../tools/tool.ts';
import type { CallKit } from '../call-kit.ts';
import type { Persona } from '../persona.ts';
import type { Mouth } from '../speaking/mouth.ts';
import { askColleague } from './asking.ts';
import { briefing, knownText } from './briefing.ts';
import { contextVariables } from './context-variables.ts';
import { HoldSound } from './hold-sound.ts';
import { placeNamed } from './places.ts';

/** How long a colleague's telephone rings, ms: five times or six. */
const RINGS_MS = 25_000;

export type TransferAction = Extract<CallAction, { kind: 'transfer' }>;

export interface TransferParts {
  readonly kit: Pick<
    CallKit,
    'clock' | 'log' | 'chat' | 'recognizer' | 'colleaguesRecognizer' | 'synthesizer' | 'askColleague'
  >;
  readonly line: Line;
  readonly profile: BotProfile;
  readonly mouth: Mouth;
  /** Who speaks to the caller at present. */
  readonly persona: () => Persona;
  /** Who speaks to colleagues: the bot as its profile has it first. */
  readonly ownPersona: Persona;
  readonly history: () => readonly HistoryMessage[];
  /** What this caller has told, by name, for a colleague to read: nothing that is to be masked. */
  readonly slots: () => Readonly<Record<string, string>>;
}

export type TransferOutcome =
  /** The caller and a colleague talk to each other. */
  | { readonly kind: 'connected' }
  /** The caller is to be sent there. */
  | { readonly kind: 'sendOn'; readonly place: TransferTarget; readonly variables: Variables }
  /** The caller is still here. */
  | { readonly kind: 'failed'; readonly because: Unanswered };

export class Transfers {
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
  }

  /** Throws the signal's reason: the call is over, and no colleague is rung any more. */
  async run(action: TransferAction, signal: AbortSignal): Promise<TransferOutcome> {
    const { line, profile } = this.#parts;
    const place = placeNamed(profile, action.to);
    if (!place || !((await line.hasPlace?.(place)) ?? true))
      return { kind: 'failed', because: 'unreachable' };
    if (place.kind === 'refer') return this.#refer(action, place);
    // Only telephones that are rung can be asked first; a number that need not be asked is dialled without us.
    const isRung = place.kind === 'endpoint' || (place.kind === 'number' && action.warm);
    if (isRung && line.consult) return this.#consult(action, place, signal);
    return { kind: 'sendOn', place, variables: this.#variables(action) };
  }

  /** Where the far end goes there by itself, nothing of the call stays here. */
  async #refer(action: TransferAction, place: Referral): Promise<TransferOutcome> {
    const { kit, line, mouth } = this.#parts;
    const hold = new HoldSound({ mouth, phrases: this.#holdPhrases() });
    try {
      await line.transfer(place, this.#variables(action));
      return { kind: 'connected' };
    } catch (error) {
      if (isParleyError(error, 'LINE_ENDED')) throw error;
      kit.log.warn({ event: 'transfer.referred', error }, 'the far end does not go where it is sent');
      return { kind: 'failed', because: 'unreachable' };
    } finally {
      await hold.stop();
    }
  }

  async #consult(
    { reason = '', warm }: TransferAction,
    to: RungPlace,
    signal: AbortSignal,
  ): Promise<TransferOutcome> {
    const { kit, line, mouth } = this.#parts;
    const ask = kit.askColleague ?? askColleague;
    const work = childOf(signal);
    const told = warm ? this.#told(reason, work.signal) : Promise.resolve('');
    told.catch(() => undefined);
    const hold = new HoldSound({ mouth, phrases: this.#holdPhrases() });
    try {
      const options = { withinMs: RINGS_MS, variables: this.#variables({ reason }) };
      const rung = await line.consult?.(to, options, signal);
      if (rung?.outcome !== 'answered') return { kind: 'failed', because: rung?.outcome ?? 'unreachable' };
      const { colleague } = rung;
      try {
        const will = warm ? await ask(this.#asking(), colleague, told, signal) : 'yes';
        if (will !== 'yes') return { kind: 'failed', because: will === 'no' ? 'declined' : 'noAnswer' };
        await hold.stop();
        await colleague.connect();
        return { kind: 'connected' };
      } catch (error) {
        signal.throwIfAborted();
        if (!isParleyError(error, 'LINE_ENDED')) throw error;
        return { kind: 'failed', because: 'noAnswer' };
      } finally {
        await colleague.close();
      }
    } finally {
      work.abort(new Error('the colleague has been rung'));
      await hold.stop();
    }
  }

  #asking() {
    const { kit, ownPersona } = this.#parts;
    const { clock, colleaguesRecognizer, synthesizer } = kit;
    const { language, voice } = ownPersona;
    return { clock, recognizer: colleaguesRecognizer ?? kit.recognizer, synthesizer, language, voice };
  }

  #told(reason: string, signal: AbortSignal): Promise<string> {
    const { history, kit, ownPersona, profile } = this.#parts;
    const parts = { ...kit, llm: profile.llm, language: ownPersona.language };
    return briefing(parts, history(), { reason, slots: this.#slots }, signal);
  }

  get #slots(): Readonly<Record<string, string>> {
    return this.#parts.slots();
  }

  #variables({ reason = '' }: Pick<TransferAction, 'reason'>): Variables {
    const { line, ownPersona, profile } = this.#parts;
    const slots = this.#slots;
    return contextVariables({
      callId: line.id,
      bot: profile.name,
      language: ownPersona.language,
      caller: line.party.number,
      reason,
      summary: knownText({ reason, slots }),
      slots,
    });
  }

  #holdPhrases() {
    const { book, hold } = this.#parts.persona().phrases;
    return book.ready('hold', hold);
  }
}
