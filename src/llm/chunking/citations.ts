/** "300[1]", "[^2]", "[3](https://…)", "【4†source】": where a model has its words from. Nobody says that on the telephone. */

const CITATION = /\[\^?\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,5}\]|【[^【】\n]{0,40}】/y;
const MAY_BECOME_CITATION =
  /^(?:\[\^?(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,5}(?:\s?[,–-]?\s?))?|【[^【】\n]{0,40})$/;
const MOST_CHARS = 50;

/** A citation stands right behind what it proves, or behind a number; "press [1]" is none. */
const BEHIND = /[\p{L}\p{N}.,;!?%)»”"'\]】]$|\d\s$/u;

export interface Surroundings {
  /** The characters before, two at least if there are so many. */
  readonly before: string;
  readonly ended: boolean;
}

/** The length of the citation at `at`; 0 for none; undefined if that depends on what follows. */
export function citationLength(
  text: string,
  at: number,
  { before, ended }: Surroundings,
): number | undefined {
  CITATION.lastIndex = at;
  const citation = CITATION.exec(text)?.[0];
  if (citation !== undefined) {
    const isCertain = citation.startsWith('[^') || citation.includes('†');
    return isCertain || (citation.startsWith('[') && BEHIND.test(before)) ? citation.length : 0;
  }
  if (ended || text.length - at > MOST_CHARS) return 0;
  return MAY_BECOME_CITATION.test(text.slice(at)) ? undefined : 0;
}
