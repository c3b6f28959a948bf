/** A file of a folder of documents that cannot be searched. The others are. */
import type { ErrorCode } from '../../base/error-catalogue.ts';

export type BadFileCode = Extract<ErrorCode, `KNOWLEDGE_FILE_${string}` | 'KNOWLEDGE_TOO_MUCH'>;

export interface BadFile {
  /** Within its folder, with `/`. */
  readonly file: string;
  readonly code: BadFileCode;
  /** What is wrong with it, as the end of "It …". */
  readonly detail: string;
}
