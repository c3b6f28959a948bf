/** Whether a rehearsed call was a good one, by rules. */
import { durationText } from '../base/time-text.ts';
import { expressionIn } from '../config/yaml-kinds.ts';
import { scriptOf } from '../languages/script-of.ts';
import { sentencesOf } from '../languages/sentences.ts';
import { entriesOf } from '../timeline/timeline-entries.ts';
import { silentSpans, spokenSpans } from '../timeline/timeline-spans.ts';
import type { SpokenSpan } from '../timeline/timeline-spans.ts';
import { turnStages, turnsOf } from '../timeline/turn-stages.ts';
import type { CallerExpectations } from './caller-file.ts';
import type { RehearsedCall } from './rehearse.ts';

export interface Figures {
  readonly turns: number;
  readonly lengthMs: number;
  /** From the caller's last word to the answer, of each turn that was answered, ms. */
  readonly answersMs: readonly number[];
  /** The longest that the caller waited without a sound, ms. */
  readonly longestSilenceMs: number;
}

export function figuresOf({ timeline }: Pick<RehearsedCall, 'timeline'>): Figures {
  const turns = turnsOf(timeline);
  return {
    turns: turns.length,
    lengthMs: timeline.at(-1)?.atMs ?? 0,
    answersMs: turns.flatMap((turn) => turnStages(timeline, turn).times.voiceToVoice ?? []),
    longestSilenceMs: Math.max(0, ...silentSpans(timeline, 0).map(({ fromMs, toMs }) => toMs - fromMs)),
  };
}

/** What was wrong, a sentence each; none for a good call. */
export function faultsOf(call: RehearsedCall): readonly string[] {
  const { expect } = call.caller;
  const said = spokenSpans(call.timeline);
  return [
    ...(call.broken === undefined ? [] : [`the rehearsal broke: ${call.broken}`]),
    ...call.unknownTools.map(
      (name) => `${name} was used, and the caller's file has no answer in tools.${name}`,
    ),
    ...wrongSlots(call, expect.slots),
    ...differs('the outcome', expect.outcome, call.outcome),
    ...wrongResult(call, expect.result),
    ...differs('the steps', expect.steps?.join(', '), call.steps.join(', ')),
    ...differs('the end', expect.endedBy, call.endedBy),
    ...differs('the language', expect.language, call.language),
    ...differs('the tools', sortedText(expect.tools), sortedText(call.tools)),
    ...tooLate(call, expect.within),
    ...failures(call),
    ...doubleQuestions(said),
    ...mixedLanguages(said, call),
    ...wrongWords(said, expect),
  ];
}

function wrongSlots({ slots }: RehearsedCall, expected: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const found = slots[name];
    const fits = expressionIn(value)?.test(found ?? '') ?? found === value;
    return fits ? [] : [`the slot ${name} was ${found ?? 'empty'}, expected ${value}`];
  });
}

function wrongResult(
  { result }: RehearsedCall,
  expected: CallerExpectations['result'] = {},
): readonly string[] {
  return Object.entries(expected).flatMap(([key, value]) => {
    const found = JSON.stringify(result?.[key]);
    return found === JSON.stringify(value)
      ? []
      : [`the result's ${key} was ${found ?? 'missing'}, expected ${JSON.stringify(value)}`];
  });
}

function sortedText(names: readonly string[] | undefined): string | undefined {
  return names?.toSorted().join(', ');
}

function tooLate(call: RehearsedCall, withinMs: number): readonly string[] {
  const { timeline } = call;
  const silences = silentSpans(timeline, withinMs).map(
    ({ fromMs, toMs, turn }) =>
      `turn ${turn}: the caller heard nothing for ${durationText(toMs - fromMs)}, expected at most ${durationText(withinMs)}`,
  );
  return silences;
}

function failures({ timeline }: RehearsedCall): readonly string[] {
  return entriesOf(timeline, 'failure').map(({ turn, code }) => `turn ${turn}: ${code}`);
}

/** Of what the bot says in one turn, before the caller may answer. */
function doubleQuestions(said: readonly SpokenSpan[]): readonly string[] {
  return turnsIn(said).flatMap(([turn, spans]) => {
    const asked = sentencesOf(textOf(spans.filter(({ kind }) => kind === 'answer'))).filter((sentence) =>
      /[?？؟]\s*$/u.test(sentence),
    );
    return asked.length < 2 ? [] : [`turn ${turn}: two questions at once: ${asked.join(' ')}`];
  });
}

/** Fewer words behind one another are a name, an address, or a word that is the same everywhere. */
const FEWEST_WORDS = 3;

/** In each turn everything is in the letters of one language. Languages with the same letters are not told from one another. */
function mixedLanguages(said: readonly SpokenSpan[], call: RehearsedCall): readonly string[] {
  const { language } = call.caller;
  const scripts = [...new Set([language, 'ru-RU', 'en-US', 'he-IL'])].flatMap((tag) => scriptOf(tag) ?? []);
  return turnsIn(said).flatMap(([turn, spans]) => {
    const found = new Set(scripts.map(String).filter((_, at) => speaks(textOf(spans), scripts[at])));
    return found.size < 2 ? [] : [`turn ${turn}: two languages: ${textOf(spans)}`];
  });
}

function speaks(text: string, script: RegExp | undefined): boolean {
  let words = 0;
  return text.split(/\s+/).some((word) => {
    words = script?.test(word) ? words + 1 : 0;
    return words >= FEWEST_WORDS;
  });
}

function wrongWords(
  said: readonly SpokenSpan[],
  { says, never }: Pick<CallerExpectations, 'says' | 'never'>,
): readonly string[] {
  const texts = turnsIn(said).map(([, spans]) => textOf(spans));
  let at = 0;
  for (const what of says) {
    const found = texts.findIndex((text, place) => place >= at && what.test(text));
    if (found < 0) return [`the bot did not say ${String(what)} in its place`];
    at = found;
  }
  return texts.flatMap((text) => (never.some((what) => what.test(text)) ? [`the bot said «${text}»`] : []));
}

function differs(what: string, expected: string | undefined, found: string | undefined): readonly string[] {
  if (expected === undefined || expected === (found ?? '')) return [];
  return [
    `${what}: ${found === undefined || found === '' ? 'none' : found}; expected ${expected === '' ? 'none' : expected}`,
  ];
}

function turnsIn(said: readonly SpokenSpan[]): readonly (readonly [turn: number, spans: SpokenSpan[]])[] {
  const turns = new Map<number, SpokenSpan[]>();
  for (const span of said) turns.set(span.turn, [...(turns.get(span.turn) ?? []), span]);
  return [...turns];
}

function textOf(spans: readonly SpokenSpan[]): string {
  return spans.map(({ text }) => text).join(' ');
}
