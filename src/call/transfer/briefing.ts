/** What a colleague is told of a caller in a few seconds: by the model, from the conversation; without one in time, from what is known. */
import { childWithin, untilAborted } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { textsOf } from '../../llm/chat.ts';
import type { Chat } from '../../llm/chat.ts';
import type { HistoryMessage } from '../../llm/prompt.ts';

/** How long the model may take, ms: a colleague's telephone rings for longer. */
const WITHIN_MS = 4000;

/** About ten seconds of speech: with the words around it less than 15. */
const LONGEST = 150;

const MAX_TOKENS = 150;

/** So much of the end of a conversation says what it is about. */
const MOST_MESSAGES = 20;

export interface BriefingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly chat: Chat;
  readonly llm: BotProfile['llm'];
  /** What the colleague speaks, BCP-47. */
  readonly language: string;
}

export interface Known {
  readonly reason: string;
  /** Nothing that is to be masked. */
  readonly slots: Readonly<Record<string, string>>;
}

/** One or two sentences, at most 150 characters; empty if nothing at all is known. Throws the signal's reason only. */
export async function briefing(
  parts: BriefingParts,
  history: readonly HistoryMessage[],
  known: Known,
  signal: AbortSignal,
): Promise<string> {
  const work = childWithin(WITHIN_MS, parts.clock, () => new Error('the model is late'), signal);
  try {
    const text = await summarised(parts, history, known, work.signal);
    if (text !== '') return text;
  } catch (error) {
    signal.throwIfAborted();
    parts.log.warn(
      { event: 'transfer.briefing', code: errorCode(error) },
      'the model has not told in time who calls and why',
    );
  } finally {
    work.release();
  }
  return knownText(known);
}

/** What is known without asking anybody. */
export function knownText({ reason, slots }: Known): string {
  const told = Object.entries(slots).map(([name, value]) => `${name}: ${value}`);
  return shortened([reason, told.join(', ')].filter((text) => text.trim() !== '').join('. '));
}

async function summarised(
  { chat, language, llm: { provider, model, temperature } }: BriefingParts,
  history: readonly HistoryMessage[],
  { reason, slots }: Known,
  signal: AbortSignal,
): Promise<string> {
  const said = history
    .slice(-MOST_MESSAGES)
    .filter(({ content }) => content.trim() !== '')
    .map(({ role, content }) => `${role === 'user' ? 'Caller' : 'Bot'}: ${content.replaceAll('|', ' ')}`);
  const facts = JSON.stringify({ reason, ...slots });
  const request = {
    ...(provider && { provider }),
    model,
    ...(temperature !== 'none' && { temperature }),
    maxTokens: MAX_TOKENS,
    messages: [
      { role: 'system', content: instruction(language) },
      { role: 'user', content: `${said.join('\n')}\n\n${facts}` },
    ] as const,
  };
  let text = '';
  for await (const piece of untilAborted(textsOf(chat.reply(request, signal)), signal)) text += piece;
  return shortened(text);
}

function instruction(language: string): string {
  return (
    'A caller is being put through to a colleague. From the conversation below say to the colleague who calls and what the caller ' +
    `wants, in one or two short sentences, at most 20 words, in the language ${language}. ` +
    'Only what was said; no greeting, no question, no markup, no card or document numbers.'
  );
}

/** Whole sentences where there are any, else whole words. */
function shortened(text: string): string {
  const plain = text
    .replaceAll(/[|*_#`]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (plain.length <= LONGEST) return plain;
  const within = plain.slice(0, LONGEST);
  const sentenceEnd = within.search(/[.!?…][^.!?…]*$/);
  if (sentenceEnd > 0) return within.slice(0, sentenceEnd + 1);
  return within.slice(0, Math.max(0, within.lastIndexOf(' '))) || within;
}
