/**
 * What one call used, and what that costs by the operator's price table. Near the bill, not the bill: what the timeline cannot know is
 * said at each figure.
 */
import { entriesOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';

/** Prices in one currency; 0 is not counted. */
export interface Prices {
  /** ISO 4217. */
  readonly currency: string;
  /** A synthesis over gRPC (SpeechKit v3, at most 250 characters): https://yandex.cloud/en/docs/speechkit/pricing */
  readonly synthesisRequest: number;
  /** Synthesis over HTTP (SpeechKit v1). */
  readonly synthesisMillionCharacters: number;
  readonly googleMillionCharacters: number;
  readonly openaiMillionCharacters: number;
  /** Each beginning 15 s of what is sent to recognition. */
  readonly recognitionUnit: number;
  readonly inputMillionTokens: number;
  readonly outputMillionTokens: number;
}

export interface CallUsage {
  /** Syntheses over Yandex's gRPC. Speech from the cache is in no figure here; a synthesis that was cancelled before its first audio neither. */
  readonly synthesisRequests: number;
  /** Characters that were synthesized over Yandex's HTTP. */
  readonly synthesisCharacters: number;
  readonly googleCharacters: number;
  readonly openaiCharacters: number;
  readonly recognizedSeconds: number;
  /**
   * A unit for every 15 s of each stretch of speech. In file mode each stretch is a request; in stream mode a pause within an utterance
   * begins none, and this is an upper bound.
   */
  readonly recognitionUnits: number;
  /** As the model told, or else estimated from the characters of the prompt and the pieces of the answer. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Some of the tokens were estimated. */
  readonly tokensEstimated: boolean;
}

export interface CallCost {
  readonly currency: string;
  readonly synthesis: number;
  readonly recognition: number;
  readonly model: number;
  readonly total: number;
}

/** The synthesizers that are billed by characters, each at a price of its own. */
const BY_CHARACTERS = {
  synthesisCharacters: 'yandex-http',
  googleCharacters: 'google-tts',
  openaiCharacters: 'openai-tts',
} as const;
const BILLED_BY_CHARACTERS: readonly string[] = Object.values(BY_CHARACTERS);
/** Words that are read, or said by somebody else. */
const SPOKEN_BY_NOBODY = 'none';

/** Cost nothing: memory, and this machine's own voice. */
const FREE: ReadonlySet<string> = new Set(['cache', 'espeak', SPOKEN_BY_NOBODY]);
/** SpeechKit rounds the seconds of a request up to this. */
const RECOGNITION_UNIT_MS = 15_000;

type Entries = readonly TimelineEntry[];

export function usageOf(timeline: Entries): CallUsage {
  const speech = entriesOf(timeline, 'speech.stopped').filter(({ typed }) => !typed);
  const tokens = entriesOf(timeline, 'chat.usage');
  return {
    ...synthesisOf(timeline),
    recognizedSeconds: sum(speech.map(({ speechMs }) => speechMs)) / 1000,
    recognitionUnits: sum(
      speech.map(({ speechMs }) => Math.max(1, Math.ceil(speechMs / RECOGNITION_UNIT_MS))),
    ),
    inputTokens: sum(tokens.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(tokens.map(({ outputTokens }) => outputTokens)),
    tokensEstimated: tokens.some(({ estimated }) => estimated),
  };
}

/** Undefined if nothing has a price. */
export function costOf(usage: CallUsage, prices: Prices): CallCost | undefined {
  const { currency, ...all } = prices;
  if (Object.values(all).every((price) => price === 0)) return undefined;
  const synthesis =
    usage.synthesisRequests * prices.synthesisRequest +
    (usage.synthesisCharacters / 1e6) * prices.synthesisMillionCharacters +
    (usage.googleCharacters / 1e6) * prices.googleMillionCharacters +
    (usage.openaiCharacters / 1e6) * prices.openaiMillionCharacters;
  const recognition = usage.recognitionUnits * prices.recognitionUnit;
  const model =
    (usage.inputTokens / 1e6) * prices.inputMillionTokens +
    (usage.outputTokens / 1e6) * prices.outputMillionTokens;
  return { currency, synthesis, recognition, model, total: synthesis + recognition + model };
}

function synthesisOf(timeline: Entries): Pick<CallUsage, 'synthesisRequests' | keyof typeof BY_CHARACTERS> {
  const served = entriesOf(timeline, 'synthesis.firstAudio').filter(({ provider }) => !FREE.has(provider));
  const asked = entriesOf(timeline, 'synthesis.started');
  const charactersOf = (turn: number, index: number) =>
    asked.find((entry) => entry.turn === turn && entry.index === index)?.characters ?? 0;
  const charactersBy = (name: string) =>
    sum(
      served.filter(({ provider }) => provider === name).map(({ turn, index }) => charactersOf(turn, index)),
    );
  const requests = served.filter(({ provider }) => !BILLED_BY_CHARACTERS.includes(provider));
  return {
    synthesisRequests: requests.length + thrownAwayRequests(timeline),
    synthesisCharacters: charactersBy(BY_CHARACTERS.synthesisCharacters),
    googleCharacters: charactersBy(BY_CHARACTERS.googleCharacters),
    openaiCharacters: charactersBy(BY_CHARACTERS.openaiCharacters),
  };
}

/** Of an early answer that was thrown away at most the first chunk was synthesized: by whoever spoke first otherwise. */
function thrownAwayRequests(timeline: Entries): number {
  const spoke = entriesOf(timeline, 'synthesis.firstAudio').map(({ provider }) => provider);
  const first = spoke.find((provider) => provider !== 'cache');
  if (spoke.includes(SPOKEN_BY_NOBODY) || first === 'espeak') return 0;
  if (
    first !== undefined &&
    first !== BY_CHARACTERS.synthesisCharacters &&
    BILLED_BY_CHARACTERS.includes(first)
  )
    return 0;
  return entriesOf(timeline, 'earlyAnswer.wasted').filter(({ characters = 0 }) => characters > 0).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
