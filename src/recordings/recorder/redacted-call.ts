/** A recorded call with everything private in it masked: each text by the same rules, so that the parts still fit each other. */
import { inEachLanguage } from '../../config/profile-in-language.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { learnFromAbilities, maskedJson, redactedAbilities, redactedFlow } from './redacted-abilities.ts';
import { learnVariables, maskedVariables, withoutVariables } from './private-variables.ts';
import type { Mask } from './redaction.ts';
import type {
  RecordedCall,
  RecordedOrder,
  RecordedReply,
  RecordedSynthesis,
} from '../bundle/recorded-call.ts';

/** What the bot's own profile says is the operator's, and stays; but for the caller's number, where the profile wanted it. */
export function redactedCall(recorded: RecordedCall, mask: Mask): RecordedCall {
  learnVariables(mask, recorded.variables);
  const call = withoutNumber(recorded, mask);
  mask.learnName(call.party.name);
  learnFromAbilities(call, mask);
  for (const { events } of call.utterances)
    for (const { event } of events) if ('text' in event) mask.learn(event.text);
  for (const { tokens } of call.replies) mask.learnFromBot(tokens.map(({ text }) => text).join(''));
  const hide = (text: string) => mask.masked(text);
  const told = toldOf(call);
  const hideCaller = (text: string) => mask.maskedCaller(text);
  return {
    ...call,
    party: { ...call.party, number: shownEnd(call.party.number), name: hide(call.party.name) },
    ...(call.variables && { variables: maskedVariables(mask, call.variables) }),
    line: {
      ...call.line,
      hearing: call.line.hearing.map((event) =>
        'digit' in event ? { ...event, digit: event.digit.replace(/\d/, '0') } : event,
      ),
    },
    orders: call.orders.map((order) => redactedOrder(order, hide)),
    utterances: call.utterances.map((utterance) => ({
      ...utterance,
      events: utterance.events.map(({ atMs, event }) => ({ atMs, event: withText(event, hideCaller) })),
    })),
    replies: call.replies.map((reply) => redactedReply(reply, told, mask)),
    syntheses: call.syntheses.map((synthesis) => redactedSynthesis(synthesis, mask)),
    ...redactedAbilities(call, mask),
    ...(call.resumed && {
      resumed: {
        ...call.resumed,
        ...(call.resumed.flow && { flow: redactedFlow(call.resumed.flow, hide) }),
        messages: call.resumed.messages.map(({ done, ...said }) => ({
          ...said,
          content: hideSaid(said, mask),
          ...(done && {
            done: redactedCalls(done, hide).map((each) => ({ ...each, result: hide(each.result) })),
          }),
        })),
      },
    }),
    timeline: call.timeline.map((entry) => redactedEntry(entry, hide)),
    ari: call.ari.map(({ atMs, kind, name }) => ({ atMs, kind, name, facts: {} })),
  };
}

/** Fewer digits are no telephone number, and stand in many a prompt. */
const LEAST_DIGITS = 3;

/** The profile of a call has its caller's number filled in, and what it was ordered with: masked there, and in what the model was told, in the same way. */
function withoutNumber(call: RecordedCall, mask: Mask): RecordedCall {
  const { number } = call.party;
  const { greeting, prompt } = call.profile;
  const isNumber = number.replaceAll(/\D/g, '').length >= LEAST_DIGITS;
  if (!isNumber && !call.variables) return call;
  const hideVariables = withoutVariables(mask, call.variables);
  const hide = (text: string) => hideVariables(isNumber ? text.replaceAll(number, shownEnd(number)) : text);
  return {
    ...call,
    profile: {
      ...call.profile,
      prompt: hide(prompt),
      // As what was synthesized of it will be.
      greeting: hide(greeting) === greeting ? greeting : mask.masked(greeting),
    },
    replies: call.replies.map((reply) => ({
      ...reply,
      request: {
        ...reply.request,
        messages: reply.request.messages.map((said) =>
          said.role === 'system' ? { ...said, content: hide(said.content) } : said,
        ),
      },
    })),
  };
}

type Hide = (text: string) => string;

function withText<T extends { readonly kind: string }>(event: T, hide: Hide): T {
  return 'text' in event && typeof event.text === 'string' ? { ...event, text: hide(event.text) } : event;
}

function redactedEntry(entry: TimelineEntry, hide: Hide): TimelineEntry {
  if (entry.type === 'digit') return { ...entry, digit: entry.digit.replace(/\d/, '0') };
  return 'text' in entry ? { ...entry, text: hide(entry.text) } : entry;
}

function redactedSynthesis(synthesis: RecordedSynthesis, mask: Mask): RecordedSynthesis {
  const { pieces, text } = synthesis;
  const words = pieces.flatMap((piece) => piece.words.map(({ word }) => word));
  const masked = mask.maskedWords(words, text).values();
  const next = (word: string) => masked.next().value ?? word;
  return {
    ...synthesis,
    text: mask.masked(text),
    pieces: pieces.map((piece) => ({
      ...piece,
      words: piece.words.map((timed) => ({ ...timed, word: next(timed.word) })),
    })),
  };
}

function redactedOrder(order: RecordedOrder, hide: Hide): RecordedOrder {
  switch (order.kind) {
    case 'say':
      return { ...order, text: hide(order.text) };
    case 'transfer':
      return { ...order, place: redactedPlace(order.place) };
    case 'end':
    case 'move':
      return order;
  }
}

/** Whom it reaches may be a person's own number. */
function redactedPlace(place: PlaceOf<RecordedOrder>): PlaceOf<RecordedOrder> {
  if (place.kind === 'dialplan') return { ...place, extension: shownEnd(place.extension) };
  if (place.kind === 'refer') return { ...place, uri: shownEnd(place.uri) };
  if (place.kind === 'number') return { ...place, number: shownEnd(place.number) };
  return { ...place, endpoint: shownEnd(place.endpoint) };
}

type PlaceOf<Order> = Order extends { readonly place: infer Place } ? Place : never;

/** Tokens are masked together: a number may be several of them. */
function redactedReply(reply: RecordedReply, told: Told, mask: Mask): RecordedReply {
  const { messages } = reply.request;
  const whole = mask.masked(reply.tokens.map(({ text }) => text).join(''));
  const hide = (text: string) => mask.masked(text);
  let at = 0;
  return {
    ...reply,
    request: {
      ...reply.request,
      messages: messages.map((said) => ({
        ...said,
        content: said.role === 'system' ? hideTold(said.content, told, hide) : hideSaid(said, mask),
        ...(said.toolCalls && { toolCalls: redactedCalls(said.toolCalls, hide) }),
      })),
    },
    ...(reply.toolCalls && { toolCalls: redactedCalls(reply.toolCalls, hide) }),
    tokens: reply.tokens.map(({ atMs, text }) => {
      const masked = whole.slice(at, at + text.length);
      at += text.length;
      return { atMs, text: masked };
    }),
  };
}

/** What the operator told the model, in any language, and whether others have told it something behind that. */
interface Told {
  readonly prompts: readonly string[];
  readonly byOthers: boolean;
}

function toldOf({ bot, context, flow, profile, resumed }: RecordedCall): Told {
  const prompts = inEachLanguage({ name: bot, ...profile }).map(({ prompt }) => prompt.trim());
  return { prompts, byOthers: [context, flow, resumed?.earlier].some(Boolean) };
}

function hideTold(content: string, { byOthers, prompts }: Told, hide: Hide): string {
  const own = prompts.find((prompt) => content.includes(prompt));
  if (own === undefined) return hide(content);
  if (!byOthers) return content;
  const end = content.indexOf(own) + own.length;
  return content.slice(0, end) + hide(content.slice(end));
}

function redactedCalls<T extends { readonly input: string }>(calls: readonly T[], hide: Hide): readonly T[] {
  return calls.map((call) => ({ ...call, input: maskedJson(call.input, hide) }));
}

function hideSaid(
  { role, content }: { readonly role: string; readonly content: string },
  mask: Mask,
): string {
  return role === 'user' ? mask.maskedCaller(content) : mask.masked(content);
}

/** Only the last two digits of a telephone number tell an operator which call it was. */
function shownEnd(number: string): string {
  return number.replaceAll(/\d(?=(?:\D*\d){2})/g, '0');
}
