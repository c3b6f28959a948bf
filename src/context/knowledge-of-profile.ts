/** The folder of documents that a profile names, as it is opened. */
import { resolve } from 'node:path';
import type { FolderOptions } from './knowledge/knowledge-folder.ts';

/** What a profile says of it. */
interface NamedFolder {
  readonly dir: string;
  readonly embeddings?:
    { readonly baseUrl: string; readonly model: string; readonly apiKey?: string | undefined } | undefined;
}

/** `withSecrets` fills in `${NAME}`. */
export function folderOptions(
  { dir, embeddings }: NamedFolder,
  botsDir: string,
  withSecrets: (text: string) => string,
): FolderOptions {
  const { baseUrl, model, apiKey } = embeddings ?? {};
  return {
    dir: resolve(botsDir, dir),
    ...(baseUrl === undefined || model === undefined
      ? {}
      : { embeddings: { baseUrl, model, apiKey: apiKey === undefined ? undefined : withSecrets(apiKey) } }),
  };
}
