/** What is different where Google's models speak OpenAI's protocol. */

/** gemini: see gemini-turns.ts, and that it is asked not to think before it speaks. */
export type Dialect = 'openai' | 'gemini';

/** https://ai.google.dev/gemini-api/docs/openai */
const GOOGLE_HOST = 'generativelanguage.googleapis.com';

export function dialectOf(baseUrl: string): Dialect {
  return new URL(baseUrl).hostname === GOOGLE_HOST ? 'gemini' : 'openai';
}
