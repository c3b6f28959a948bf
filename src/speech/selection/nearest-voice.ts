/** Who speaks for a voice where another provider has to: the same voice if it has it, else the nearest, so that a caller is startled as little as can be. */
import type { KnownVoice } from '../synthesis/provider.ts';
import type { Voice } from '../synthesis/synthesizer.ts';

/**
 * Of `own`, a provider's voices: the voice itself, else one of the language and the same gender, else one of the language; at the same pace,
 * without a role. `known` are the voices of all providers. A voice that nobody knows is left alone: its provider may have voices that it does
 * not tell of.
 */
export function nearestVoice(
  voice: Voice,
  language: string,
  own: readonly KnownVoice[],
  known: readonly KnownVoice[],
): Voice {
  const speaking = own.filter((each) => speaks(each, language));
  if (speaking.some(({ name }) => name === voice.name)) return voice;
  const gender = known.find(({ name }) => name === voice.name)?.gender;
  if (gender === undefined) return voice;
  const nearest = speaking.find((each) => each.gender === gender) ?? speaking[0];
  return nearest ? { name: nearest.name, speed: voice.speed } : voice;
}

/** Hebrew is he-IL to one and he-HE to another, and whoever speaks pt-PT is understood in Brazil. */
function speaks({ language: own }: KnownVoice, language: string): boolean {
  return own === undefined || firstPart(own) === firstPart(language);
}

function firstPart(language: string): string {
  return language.split('-', 1)[0]?.toLowerCase() ?? '';
}
