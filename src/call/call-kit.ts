/** What a call needs beside its line. Shared by all calls. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Chat } from '../llm/chat.ts';
import type { Recognizer } from '../speech/recognition/recognizer.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import type { AnswererWatch } from '../outbound/answerer/answerer-watch.ts';
import type { BotAbilities } from './abilities.ts';
import type { Collecting } from './listening/digits.ts';
import type { askColleague } from './transfer/asking.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';

export type AskColleague = typeof askColleague;

export interface CallKit {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly recognizer: Recognizer;
  /** Hears a colleague who is rung for the caller; `recognizer`, if not given. */
  readonly colleaguesRecognizer?: Recognizer;
  readonly chat: Chat;
  readonly synthesizer: Synthesizer;
  /** How many chunks may be synthesized ahead of the one that is heard. */
  readonly synthesisWindow: number;
  /** How a colleague is asked; by what he says and presses, if not given. */
  readonly askColleague?: AskColleague | undefined;
  /** What the bot can do beside talking; without it, it only talks. */
  readonly abilities?: BotAbilities | undefined;
  /** Which number is asked for at present, so that keys are taken for it: that of a script's open question. */
  readonly collecting?: (() => Collecting | undefined) | undefined;
  /** What a call that Parley has placed was ordered with. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Who answers a call that Parley has placed; without it, whoever it is is greeted at once. */
  readonly answerer?: AnswererWatch | undefined;
  /** Where a call goes when Parley cannot serve it; without it the bot says goodbye and hangs up. */
  readonly fallback: TransferTarget | undefined;
}
