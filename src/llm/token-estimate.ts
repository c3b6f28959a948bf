/** How many tokens a text has, roughly: about three of its characters make one in Russian, four in English. For where nobody tells. */
const CHARACTERS_PER_TOKEN = 3;

export function estimatedTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
