/**
 * One real, streamed request to the language model, as a call makes it: with the bot's prompt, its greeting and its fields, read to the
 * end. Its latency is that of the first words.
 */
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { textsOf } from '../../llm/chat.ts';
import type { Chat } from '../../llm/chat.ts';
import { composeMessages } from '../../llm/prompt.ts';
import { asBot } from './differing-bots.ts';
import type { Check } from './check.ts';

/** A first token later than this is heard as a pause behind the filler. */
const SLOW_FIRST_TOKEN_MS = 2000;
const QUESTION = 'Answer with the one word: ready';

export function chatCheck(chat: Chat, bot: BotProfile, clock: Clock): Check {
  return {
    name: `chat (${chat.name})${asBot(bot)}`,
    async run(signal) {
      const askedAtMs = clock.nowMs();
      let firstTokenMs: number | undefined;
      const { model, temperature, maxTokens } = bot.llm;
      const messages = composeMessages({
        profilePrompt: bot.prompt,
        language: bot.language,
        history: [
          { role: 'assistant', content: bot.greeting },
          { role: 'user', content: QUESTION },
        ],
      });
      const request = { messages, model, ...(temperature !== 'none' && { temperature }), maxTokens };
      for await (const text of textsOf(chat.reply(request, signal))) {
        if (/[\p{L}\p{N}]/u.test(text)) firstTokenMs ??= clock.nowMs() - askedAtMs;
      }
      if (firstTokenMs === undefined) throw new ParleyError('LLM_BAD_ANSWER', 'The answer held no word.');
      if (firstTokenMs <= SLOW_FIRST_TOKEN_MS)
        return { ok: true, finding: 'answers', latencyMs: firstTokenMs };
      return {
        ok: 'warn',
        finding: 'answers, but its first word comes late',
        advice:
          'Callers will wait: choose a faster model (OPENAI_MODEL) or a nearer endpoint (OPENAI_BASE_URL).',
        latencyMs: firstTokenMs,
      };
    },
  };
}
