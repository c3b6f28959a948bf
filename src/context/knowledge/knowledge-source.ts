/** What a call asks for passages. */
import type { FoundPassage } from './found-passage.ts';

export interface KnowledgeSource {
  /** Whether passages are found by meaning as well: a request to an endpoint, paid for by the question. */
  readonly hasMeaning: boolean;
  /** By words, the best first; in milliseconds. Empty if nothing is found; rejects with KNOWLEDGE_UNAVAILABLE. */
  byWords(question: string, most: number): Promise<readonly FoundPassage[]>;
  /** By words and by meaning. Rejects with the signal's reason, KNOWLEDGE_EMBEDDINGS_FAILED or KNOWLEDGE_UNAVAILABLE. */
  byMeaning(question: string, most: number, signal: AbortSignal): Promise<readonly FoundPassage[]>;
}
