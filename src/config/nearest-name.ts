/**
 * Which known name somebody probably meant. Used for settings and for the keys of bot profiles.
 */
import { editDistance } from '../base/edit-distance.ts';

/** Known names that `name` is likely a slip of, the likeliest first; at most three. */
export function likelyMeant(name: string, known: Iterable<string>): readonly string[] {
  return [...known]
    .map((candidate) => ({ candidate, distance: likeness(name, candidate) }))
    .filter(({ distance }) => distance !== undefined)
    .sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** 0: the same letters; more: further away; undefined: something else. */
function likeness(name: string, candidate: string): number | undefined {
  const distance = editDistance(squash(name), squash(candidate));
  if (distance <= Math.max(1, Math.floor(candidate.length / 6))) return distance;
  return leavesWordsOut(name, candidate) ? distance : undefined;
}

/** `OPENAI_APIKEY`, `openai_api_key` and `OPENAI_API_KEY` are the same letters. */
function squash(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** `YANDEX_TTS_URL` leaves a word out of `YANDEX_TTS_GRPC_URL`. */
function leavesWordsOut(name: string, candidate: string): boolean {
  const words = name.toUpperCase().split('_');
  const candidateWords = candidate.toUpperCase().split('_');
  if (words.length < 2 || words[0] !== candidateWords[0]) return false;
  return words.every((word) => candidateWords.includes(word));
}
