/** What a recorded call was told and had done, with everything private in it masked by the rules of its words. */
import type { Json, JsonObject } from '../../base/json.ts';
import { jsonIn } from '../bundle/recorded-abilities.ts';
import type {
  RecordedContextAnswer,
  RecordedFlowState,
  RecordedToolUse,
} from '../bundle/recorded-abilities.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import type { Mask } from './redaction.ts';

type Abilities = Pick<RecordedCall, 'tools' | 'context' | 'flow'>;

/** Shorter numbers are counts and sizes, by which a script decides; a telephone number has more digits. */
const LEAST_DIGITS = 3;

/** Under such a key a company keeps what its customer is called. */
const NAME_KEY = /name|имя|фамили|фио|^שם/iu;

export function learnFromAbilities({ context, flow, profile }: RecordedCall, mask: Mask): void {
  for (const { known } of context?.answers ?? [])
    if (known?.caller !== undefined) learnNames(jsonIn(known.caller), mask);
  const names = Object.values(profile.flow?.steps ?? {}).flatMap(({ slot }) =>
    slot?.type === 'name' ? [slot.name] : [],
  );
  for (const name of names) {
    const { slots, ahead } = flow?.state ?? {};
    mask.learnName((slots?.[name] ?? ahead?.[name])?.value ?? '');
  }
}

export function redactedAbilities({ tools, context, flow }: Abilities, mask: Mask): Abilities {
  const hide = (text: string) => mask.masked(text);
  return {
    ...(tools && { tools: { ...tools, uses: tools.uses.map((use) => redactedUse(use, hide)) } }),
    ...(context && {
      context: {
        ...context,
        answers: context.answers.map((answer) => ({
          ...redactedAnswer(answer, hide),
          text: mask.maskedCaller(answer.text),
        })),
      },
    }),
    ...(flow && { flow: { ...flow, state: redactedFlow(flow.state, hide) } }),
  };
}

export function redactedFlow(state: RecordedFlowState, hide: Hide): RecordedFlowState {
  const slot = ({ value, spoken, ...rest }: RecordedFlowState['slots'][string]) => ({
    ...rest,
    value: hide(value),
    spoken: hide(spoken),
  });
  const { ahead, candidate, results, slots } = state;
  const all = (of: RecordedFlowState['slots']) =>
    Object.fromEntries(Object.entries(of).map(([name, filled]) => [name, slot(filled)]));
  return {
    ...state,
    slots: all(slots),
    ...(ahead && { ahead: all(ahead) }),
    ...(candidate && { candidate: slot(candidate) }),
    results: maskedJson(results, hide),
  };
}

/** A text that may be JSON, and then is JSON of the same shape. */
export function maskedJson(text: string, hide: Hide): string {
  try {
    const value = jsonIn(text);
    return typeof value === 'object' ? JSON.stringify(maskedValue(value, hide)) : hide(text);
  } catch {
    return hide(text);
  }
}

type Hide = (text: string) => string;

function redactedUse(use: RecordedToolUse, hide: Hide): RecordedToolUse {
  const { input, outcome } = use;
  const then = outcome?.then;
  return {
    ...use,
    input: maskedJson(input, hide),
    ...(outcome && {
      outcome: {
        ...outcome,
        content: maskedJson(outcome.content, hide),
        ...(then && {
          then:
            then.kind === 'transfer' && then.reason !== undefined
              ? { ...then, reason: hide(then.reason) }
              : then,
        }),
      },
    }),
  };
}

function redactedAnswer(answer: RecordedContextAnswer, hide: Hide): RecordedContextAnswer {
  const { known } = answer;
  if (!known) return answer;
  const { caller, passages } = known;
  return {
    ...answer,
    known: {
      ...known,
      ...(caller !== undefined && { caller: maskedJson(caller, hide) }),
      passages: passages.map(({ headings, terms, text, title, ...rest }) => ({
        ...rest,
        title: hide(title),
        headings: headings.map(hide),
        text: hide(text),
        terms: terms.map(hide),
      })),
    },
  };
}

function maskedValue(value: Json, hide: Hide): Json {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'number') return maskedNumber(value);
  if (isList(value)) return value.map((each) => maskedValue(each, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [maskedKey(key, hide), maskedValue(inner, hide)]),
  );
}

/** As large as it was, about. */
function maskedNumber(value: number): number {
  const digits = String(value).replaceAll(/\D/g, '').length;
  if (digits < LEAST_DIGITS) return value;
  const whole = Math.trunc(Math.abs(value));
  return whole === 0 ? 0 : Math.sign(value) * 10 ** (String(whole).replace(/\D.*/, '').length - 1);
}

/** What a profile names stays; a number by which things are found does not. */
function maskedKey(key: string, hide: Hide): string {
  return key.replaceAll(/\D/g, '').length < LEAST_DIGITS ? key : hide(key);
}

function learnNames(value: Json, mask: Mask, key = ''): void {
  if (typeof value === 'string' && NAME_KEY.test(key)) mask.learnName(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [inner, each] of Object.entries(value as JsonObject)) learnNames(each, mask, inner);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
