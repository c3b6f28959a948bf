/** What a file says, whatever it is written in. */

export type Block =
  | { readonly kind: 'heading'; /** 1 for the largest. */ readonly level: number; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

export interface Document {
  /** As the file itself says; undefined if it does not. */
  readonly title: string | undefined;
  readonly blocks: readonly Block[];
}

/** One line, as it is read aloud: no runs of white space, no invisible characters. */
export function plainLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
}
