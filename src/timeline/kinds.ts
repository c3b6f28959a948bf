/**
 * What the facts of a timeline can be, where they are one of a few: the one list of each. Types, the schema of recorded calls and the
 * labels of metrics are made of these. Names are stable: they stand in logs and recorded calls.
 */

/** What the bot says a thing as. */
export const SPEECH_KINDS = [
  'greeting',
  'filler',
  'hold',
  'answer',
  'repeat',
  'prompt',
  'apology',
  'goodbye',
  'operator',
  'transfer',
  'consent',
  'message',
] as const;
export type SpeechKind = (typeof SPEECH_KINDS)[number];

/** Said over a wait, which goes on behind it: neither an answer nor part of the conversation. */
export const SMALL_TALK: ReadonlySet<SpeechKind> = new Set(['filler', 'hold']);

/** What a sound over the bot turned out to be. */
export const RESUME_CAUSES = ['noSpeech', 'tooShort', 'notUnderstood', 'backchannel', 'ownEcho'] as const;
export type ResumeCause = (typeof RESUME_CAUSES)[number];

/** Where something failed and the call went on. */
export const FAILURE_STAGES = ['recognition', 'chat', 'synthesis'] as const;
export type FailureStage = (typeof FAILURE_STAGES)[number];

/** What became of something that was done for the caller. */
export const TOOL_STATUSES = ['done', 'failed'] as const;
export type ToolStatus = (typeof TOOL_STATUSES)[number];

/** What became of a caller who was to be handed over. */
export const TRANSFER_OUTCOMES = [
  'connected',
  'sendOn',
  'noAnswer',
  'busy',
  'declined',
  'unreachable',
] as const;
export type TransferResult = (typeof TRANSFER_OUTCOMES)[number];

/**
 * Whether a call may be recorded, where its bot tells or asks first. `announced`: the caller has heard that it is; `given`, `refused`: what
 * the caller has answered; `unclear`: no answer that could be understood; `unheard`: nobody could be told. Only the first two are consent.
 */
export const CONSENT_OUTCOMES = ['announced', 'given', 'refused', 'unclear', 'unheard'] as const;
export type ConsentOutcome = (typeof CONSENT_OUTCOMES)[number];

export const TURN_OUTCOMES = ['spoken', 'interrupted', 'failed', 'notUnderstood'] as const;
export type TurnOutcome = (typeof TURN_OUTCOMES)[number];

/**
 * `bot`: the bot has ended it, as its script or the model wanted; `goodbye`: the caller has taken leave; `operator`: the operator has
 * hung up; `stopped`: Parley itself stops; `machine`, `fax`: that is what has picked up where Parley has called; `moved`: another daemon of
 * the fleet goes on with it.
 */
export const CALL_END_CAUSES = [
  'caller',
  'bot',
  'goodbye',
  'silence',
  'tooLong',
  'failure',
  'digit',
  'operator',
  'transferred',
  'lost',
  'stopped',
  'machine',
  'fax',
  'moved',
] as const;
export type CallEndCause = (typeof CALL_END_CAUSES)[number];

/** `caller`: the conversation only goes on. `callee`: who was called says hello, and is greeted then. */
export type FirstToSpeak = 'bot' | 'caller' | 'callee';

/** Who has picked up where Parley has called. `silence`: nobody says anything. */
export const ANSWERERS = ['person', 'machine', 'fax', 'silence'] as const;

/** By what that was told. `spokeAgain`: what was taken for a machine has said another short thing and waited; `key`: one was pressed. */
export const ANSWERER_REASONS = [
  'shortGreeting',
  'pause',
  'longGreeting',
  'phrase',
  'beep',
  'faxTone',
  'nothingSaid',
  'spokeAgain',
  'key',
] as const;

/** After what a machine was taken to record. */
export const MACHINE_RECORDS_AFTER = ['beep', 'silence', 'limit'] as const;

/** Why a call that Parley has placed was none: nobody has answered. */
export const UNANSWERED_CAUSES = ['busy', 'noAnswer', 'unreachable', 'refused', 'failed'] as const;
export type UnansweredCause = (typeof UNANSWERED_CAUSES)[number];
