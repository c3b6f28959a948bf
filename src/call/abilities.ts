/**
 * What a bot can do in one call beside talking: have things done, know what is known elsewhere, follow a script. What a bot has none of is
 * not there.
 */
import type { Clock } from '../base/clock.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { CallContext } from '../context/call-context.ts';
import type { ContextFacts } from '../context/known-context.ts';
import { contextSection } from '../context/context-section.ts';
import type { SlotSpec } from '../languages/slots/slot.ts';
import type { Party } from '../telephony/line.ts';
import type { BotTools } from '../tools/bot-tools.ts';
import { CallHands } from '../tools/desk/call-hands.ts';
import type { DoneTool } from '../tools/desk/tool-desk.ts';
import type { EarlierUse, ToolJournal } from '../tools/journal/tool-journal.ts';
import { toldOfEarlier } from '../tools/journal/tool-journal.ts';
import type { CallFacts } from '../tools/tool.ts';
import type { Collecting } from './listening/digits.ts';
import { hiddenPieces, withHiddenDigits } from './listening/keys.ts';
import type { Hands } from './hands.ts';
import { FlowMachine } from './flow/flow-machine.ts';
import { FlowScripts } from './flow-script.ts';
import type { FlowState } from './flow/flow-state.ts';
import type { OpeningScript, Script } from './script.ts';

/** What one call is told from elsewhere. */
export type ContextOfCall = Pick<CallContext, 'callerLookup' | 'heard' | 'for' | 'close'>;

/** What the calls of a bot share. */
export interface BotAbilities {
  /** Undefined for a bot without tools. */
  readonly tools: Pick<BotTools, 'maxRounds' | 'list'> | undefined;
  readonly journal: ToolJournal;
  /** What this call is told from elsewhere; undefined for a bot that is told nothing. */
  readonly contextOf: (
    facts: () => CallFacts,
    onReady: (facts: ContextFacts) => void,
  ) => ContextOfCall | undefined;
  /** Of the call's moment, `YYYY-MM-DD` by the bot's clocks. */
  readonly today: () => string;
}

export interface AbilitiesOptions {
  readonly bot: BotAbilities | undefined;
  readonly profile: BotProfile;
  readonly call: { readonly id: string; readonly party: Pick<Party, 'direction' | 'number' | 'dialled'> };
  /** What the call was ordered with. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Told of what was finished although the turn that wanted it is over. */
  readonly onLate: (done: DoneTool) => void;
  /** Told where the script stands whenever that has changed. */
  readonly onStep: (state: FlowState) => void;
  readonly onContext: (facts: ContextFacts) => void;
  /** The call in which the conversation began, if an earlier process has had it. */
  readonly conversation?: string | undefined;
  /** What an earlier process has done in this conversation. */
  readonly earlier?: readonly EarlierUse[] | undefined;
  /** Which turn is answered now. */
  readonly turn: () => number;
  /** What the model has kept in an earlier process. */
  readonly remembered?: Readonly<Record<string, string>> | undefined;
  /** Where an earlier process has left the script. */
  readonly flow?: FlowState | undefined;
  readonly language: string;
}

export class Abilities {
  readonly hands: Hands | undefined;
  readonly #hands: CallHands | undefined;
  readonly #options: AbilitiesOptions;
  readonly #machine: FlowMachine | undefined;
  readonly #scripts: FlowScripts | undefined;
  readonly #context: ContextOfCall | undefined;
  /** Of what an earlier process has begun, for the model. */
  readonly #warning: string | undefined;
  /** Asked for in turns that are over. */
  readonly #abandoned = new Set<string>();
  readonly #remembered: Record<string, string> = {};
  /** Keys of a sensitive number, which stand nowhere else: all that were hidden, in their order. */
  readonly #typed: string[] = [];
  #contextFacts: JsonObject = {};

  constructor(options: AbilitiesOptions) {
    this.#options = options;
    const { bot, profile, call, clock, log, random, onContext } = options;
    const { earlier = [], remembered = {} } = options;
    Object.assign(this.#remembered, remembered);
    this.#warning = toldOfEarlier(earlier);
    const facts = () => this.#facts();
    if (profile.flow) {
      this.#machine = new FlowMachine(
        profile.flow,
        {
          seed: Math.floor(random() * SEEDS),
          isWarm: profile.tools.list.some((tool) => 'transfer' in tool && tool.transfer.warm),
          language: options.language,
          known: (name) => this.#valueOf(name),
        },
        options.flow,
      );
      this.#scripts = new FlowScripts(this.#machine, options.onStep);
    }
    if (bot?.tools) {
      const { tools, journal } = bot;
      const remember = (name: string, value: string) => void (this.#remembered[name] = value);
      this.#hands = new CallHands({
        tools: () => tools.list({ remember }),
        maxRounds: tools.maxRounds,
        facts,
        call: options.conversation ?? call.id,
        journal,
        clock,
        log,
        random,
        earlier,
        turn: options.turn,
        onStarted: ({ readOnly }) => {
          if (!readOnly) this.#scripts?.toolBegan();
        },
        onDone: (done) => this.#told(done),
        shown: (content) => this.#machine?.hidden(content) ?? content,
      });
      this.hands = this.#handsOf(this.#hands);
    }
    this.#context = bot?.contextOf(facts, onContext);
    this.#context?.callerLookup();
  }

  /** The script's part in an answer to these words; undefined without one. */
  readonly scriptFor = (text: string, language: string): Script | undefined =>
    this.#scripts?.answering({
      text: this.#typedFor(text),
      language,
      today: this.#options.bot?.today() ?? '',
    });

  /** What the script says before the caller has said anything; undefined without one. */
  opening(): OpeningScript | undefined {
    return this.#scripts?.opening();
  }

  /** What is known from elsewhere and bears on these words, as a part of the prompt. */
  readonly contextFor = async (text: string, language: string, signal: AbortSignal): Promise<string> => {
    const known = await this.#context?.for(text, signal);
    if (known?.caller !== undefined) this.#contextFacts = { caller: known.caller };
    const told = known ? contextSection(known, { language }) : '';
    return [this.#warning ?? '', told].filter(Boolean).join('\n\n');
  };

  /** The caller's words so far: what they ask for is looked for while they speak. */
  heard(text: string): void {
    // A search may go by an endpoint that makes meanings of words: it is none of its business.
    if (!this.isSensitiveNow && !this.asksSensitive) this.#context?.heard(text);
  }

  /** The same text as it may be written down: without what the caller has given in confidence. */
  hidden(text: string): string {
    return this.#machine?.hidden(text) ?? text;
  }

  /** What the caller is being asked for. */
  get expects(): SlotSpec | undefined {
    return this.#scripts?.expects;
  }

  /** Which number is asked for, so that keys are taken for it. */
  get collecting(): Collecting | undefined {
    // What is asked for next is known as soon as the last key is taken: a `#` behind it is none of it.
    const expects = this.#machine?.expects;
    const most = expects && mostDigits(expects);
    if (most === undefined) return undefined;
    const isSensitive = this.isSensitiveNow || this.asksSensitive;
    const sensitive = isSensitive && { take: (digits: string) => void this.#typed.push(digits) };
    return { most, terminator: '#', betweenMs: BETWEEN_KEYS_MS, ...(sensitive && { sensitive }) };
  }

  /** What is said now must not be written down or recorded. */
  get isSensitiveNow(): boolean {
    return this.#scripts?.isSensitive ?? false;
  }

  /** The same of what the caller says over the question for it. */
  get asksSensitive(): boolean {
    return this.#scripts?.asksSensitive ?? false;
  }

  /** Where the script stands, for disk. */
  get flow(): FlowState | undefined {
    return this.#scripts?.state;
  }

  /** What the caller has told, without what is sensitive. */
  get slots(): Readonly<Record<string, string>> {
    const told = Object.entries(this.#scripts?.state.slots ?? {});
    return Object.fromEntries([
      ...Object.entries(this.#remembered),
      ...told.map(([name, { value }]): [string, string] => [name, value]),
    ]);
  }

  /** Waits for what must be finished; nothing is looked for any more. */
  async close(): Promise<void> {
    this.#context?.close();
    await this.#hands?.settled();
  }

  /** With the keys that were hidden in it: those that were pressed last. */
  #typedFor(text: string): string {
    const hidden = hiddenPieces(text);
    const typed = hidden === 0 ? [] : this.#typed.slice(-hidden);
    return withHiddenDigits(text, (at) => typed[at]);
  }

  #handsOf(hands: CallHands): Hands {
    return {
      maxRounds: hands.maxRounds,
      offers: () => hands.offers(),
      saying: (call) => hands.saying(call),
      use: async (call, when) => {
        try {
          return await hands.use(call, when);
        } catch (error) {
          this.#abandoned.add(call.id);
          throw error;
        }
      },
    };
  }

  /** Whoever has asked learns it from the outcome; but not in a turn that is over. */
  #told(done: DoneTool): void {
    if (this.#abandoned.delete(done.id) && !done.readOnly && done.how !== 'notSent')
      this.#options.onLate(done);
  }

  #facts(): CallFacts {
    const { call, profile, variables = {} } = this.#options;
    const { direction, number, dialled } = call.party;
    const slots = { ...this.#remembered, ...this.#machine?.slots };
    return {
      id: this.#options.conversation ?? call.id,
      callerNumber: number,
      dialled,
      bot: profile.name,
      direction,
      variables,
      slots,
      context: this.#contextFacts,
    };
  }

  #valueOf(name: string): Json | undefined {
    const { call, variables = {} } = this.#options;
    if (name === 'direction') return call.party.direction;
    if (name.startsWith(OF_VARIABLES)) return partOf(variables, name.slice(OF_VARIABLES.length));
    if (name === 'caller.number') return call.party.number;
    // An order that is tried again after a restart must be the same.
    if (name === 'call.id') return this.#options.conversation ?? call.id;
    if (name === 'call.dialled') return call.party.dialled;
    if (name === 'call.bot') return this.#options.profile.name;
    if (!name.startsWith('context.')) return undefined;
    return name.split('.').slice(1).reduce<Json | undefined>(partOf, this.#contextFacts);
  }
}

function partOf(whole: Json | undefined, key: string): Json | undefined {
  const isObject = typeof whole === 'object' && whole !== null && !Array.isArray(whole);
  return isObject && Object.hasOwn(whole, key) ? (whole as JsonObject)[key] : undefined;
}

const OF_VARIABLES = 'variables.';

/** Between two keys, ms: whoever reads a number off a card looks up and down again. */
const BETWEEN_KEYS_MS = 4000;

/** The longest telephone number, with its country: https://www.itu.int/rec/T-REC-E.164 */
const PHONE_DIGITS = 15;

/** The longest number that anybody means. */
const NUMBER_DIGITS = 12;

function mostDigits({ type, length }: SlotSpec): number | undefined {
  if (type === 'phone') return PHONE_DIGITS;
  if (type === 'number') return NUMBER_DIGITS;
  if (type !== 'digits') return undefined;
  return typeof length === 'number' ? length : (length?.max ?? PHONE_DIGITS);
}

/** So many orders of return phrases. */
const SEEDS = 2 ** 31;
