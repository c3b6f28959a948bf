/** The thread that holds the indexes of all folders and searches them: no sound waits for a search, and no search for a call. */
import { errorCode } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { answerQuestions } from '../../base/thread.ts';
import type { FoundPassage } from './found-passage.ts';
import { readIndex } from './index-file.ts';
import { LoadedIndex } from './loaded-index.ts';

export type SearchQuestion =
  /** Answered at once; SearchNews tells when it is done, and until then what was loaded before is searched. */
  | { readonly kind: 'load'; readonly key: string; readonly path: string }
  | { readonly kind: 'drop'; readonly key: string }
  | {
      readonly kind: 'search';
      readonly key: string;
      readonly question: string;
      readonly most: number;
      readonly vector: Float32Array | undefined;
    };

/** Undefined if nothing is loaded for the key. */
export type SearchAnswer = readonly FoundPassage[] | undefined;

export interface SearchNews {
  readonly key: string;
  /** `none` if there is no file. */
  readonly loaded: 'whole' | 'none' | ErrorCode;
}

const indexes = new Map<string, LoadedIndex>();

const { tell } = answerQuestions((question) => answer(question as SearchQuestion));

function answer(question: SearchQuestion): SearchAnswer {
  switch (question.kind) {
    case 'load':
      void load(question.key, question.path).then((loaded) =>
        tell({ key: question.key, loaded } satisfies SearchNews),
      );
      return undefined;
    case 'drop':
      indexes.delete(question.key);
      return undefined;
    case 'search': {
      const { key, question: text, most, vector } = question;
      return indexes.get(key)?.find(text, { most, vector });
    }
  }
}

async function load(key: string, path: string): Promise<SearchNews['loaded']> {
  try {
    const kept = await readIndex(path);
    if (kept === undefined) return 'none';
    indexes.set(key, await LoadedIndex.load(kept));
    return 'whole';
  } catch (error) {
    return errorCode(error);
  }
}
