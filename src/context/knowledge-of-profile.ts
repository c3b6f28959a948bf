/** The folder of documents that a profile names, as it is opened. */
import { resolve } from 'node:path';
import { withGapsFilled } from '../base/template.ts';
import type { FolderOptions } from './knowledge/knowledge-folder.ts';

/** What a profile says of it. */
interface NamedFolder {
  readonly dir: string;
  readonly embeddings?:
    { readonly baseUrl: string; readonly model: string; readonly apiKey?: string | undefined } | undefined;
}

/** `secretOf`: what stands in the place of `${NAME}`. */
export function folderOptions(
  { dir, embeddings }: NamedFolder,
  botsDir: string,
  secretOf: (name: string) => string,
): FolderOptions {
  const { baseUrl, model, apiKey } = embeddings ?? {};
  const key = apiKey === undefined ? undefined : withGapsFilled(apiKey, ({ name }) => secretOf(name));
  return {
    dir: resolve(botsDir, dir),
    ...(baseUrl === undefined || model === undefined ? {} : { embeddings: { baseUrl, model, apiKey: key } }),
  };
}
