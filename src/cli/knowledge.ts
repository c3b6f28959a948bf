/** `parley knowledge`: what a bot's documents hold, and what would be found in them for a question, and why. */
import { join } from 'node:path';
import { Command } from 'commander';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { errorCode, ParleyError } from '../base/errors.ts';
import { loadBots } from '../config/bots.ts';
import { readBotSettings } from '../config/settings.ts';
import type { Environment } from '../config/settings.ts';
import { folderOptions } from '../context/knowledge-of-profile.ts';
import type { FoundPassage } from '../context/knowledge/found-passage.ts';
import { indexPath } from '../context/knowledge/knowledge-folder.ts';
import type { FolderOptions } from '../context/knowledge/knowledge-folder.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';

/** The endpoint for embeddings is waited for longer than a caller would, ms: this shows what it finds. */
const EMBEDDED_WITHIN_MS = 10_000;

/** Of a passage's text. */
const SHOWN_CHARS = 300;

interface Options {
  readonly json?: true;
}

export function knowledgeCommand(env: Environment, end: (status: number) => void): Command {
  return new Command('knowledge')
    .description("look into a bot's documents as a call does")
    .addCommand(
      new Command('ask')
        .description('show what would be found for a question, and why; status 1 if nothing is')
        .argument('<bot>', 'its profile')
        .argument('<question>', 'as a caller says it')
        .option('--json', 'print one JSON object')
        .action(async (bot: string, question: string, options: Options) =>
          end(await ask(env, bot, question, options)),
        ),
    )
    .addCommand(
      new Command('list')
        .description('show the files and what is wrong with them; status 1 if there is nothing to search')
        .argument('<bot>', 'its profile')
        .option('--json', 'print one JSON object')
        .action(async (bot: string, options: Options) => end(await list(env, bot, options))),
    );
}

async function ask(env: Environment, bot: string, question: string, { json }: Options): Promise<number> {
  const { folder, top, kept, bad } = await opened(env, bot);
  const { LoadedIndex } = await import('../context/knowledge/loaded-index.ts');
  const { vector, withoutEmbeddings } = await vectorOf(question, folder);
  const found = (await LoadedIndex.load(kept)).find(question, { most: top, vector });
  if (json) console.log(JSON.stringify({ found, bad, withoutEmbeddings }, undefined, 2));
  else {
    console.log(found.length === 0 ? 'Nothing is found.' : found.map(shown).join('\n\n'));
    if (withoutEmbeddings) console.log(`\nBy words only: ${withoutEmbeddings}`);
    if (bad.length > 0) console.log(`\n${bad.length} files are not searched: parley knowledge list ${bot}`);
  }
  return found.length > 0 ? EXIT_OK : EXIT_FAULT;
}

async function list(env: Environment, bot: string, { json }: Options): Promise<number> {
  const { folder, kept, bad } = await opened(env, bot);
  const counts = new Map<string, number>();
  for (const { file } of kept.passages) counts.set(file, (counts.get(file) ?? 0) + 1);
  const files = [...counts].map(([file, passages]) => ({ file, passages }));
  if (json) console.log(JSON.stringify({ dir: folder.dir, files, bad }, undefined, 2));
  else {
    console.log(`${folder.dir}: ${files.length} files, ${kept.passages.length} passages`);
    for (const { file, passages } of files) console.log(`  ${file}  ${passages}`);
    for (const { file, code, detail } of bad)
      console.log(`  ${file}  is not searched: it ${detail}. ${ERROR_CATALOGUE[code].advice} [${code}]`);
  }
  return files.length > 0 ? EXIT_OK : EXIT_FAULT;
}

/** The folder with its index made, in this process. */
async function opened(env: Environment, bot: string) {
  const { botsDir, dataDir, secrets } = readBotSettings(env);
  const profile = (await loadBots(botsDir, [...secrets.keys()])).get(bot);
  const knowledge = profile.context?.knowledge;
  if (!knowledge) throw new ParleyError('KNOWLEDGE_NOT_NAMED', `The bot ${bot} names no documents.`);
  const secretOf = (name: string) => secrets.get(name) ?? '';
  const folder = folderOptions(knowledge, botsDir, secretOf);
  const path = indexPath(join(dataDir, 'knowledge'), folder);
  // Loaded only here: the other commands read no documents.
  const [{ buildIndex }, { readIndex }] = await Promise.all([
    import('../context/knowledge/build-index.ts'),
    import('../context/knowledge/index-file.ts'),
  ]);
  const { bad } = await buildIndex({ ...folder, path });
  const kept = await readIndex(path);
  if (!kept) throw new ParleyError('KNOWLEDGE_INDEX_UNUSABLE', `${path} has gone.`);
  return { folder, top: knowledge.top, kept, bad };
}

async function vectorOf(question: string, { embeddings }: FolderOptions) {
  if (!embeddings) return { vector: undefined, withoutEmbeddings: undefined };
  const { embed } = await import('../context/knowledge/embeddings.ts');
  try {
    const [vector] = await embed([question], embeddings, AbortSignal.timeout(EMBEDDED_WITHIN_MS));
    return { vector, withoutEmbeddings: undefined };
  } catch (error) {
    return { vector: undefined, withoutEmbeddings: errorCode(error) };
  }
}

function shown({ title, headings, file, text, score, terms }: FoundPassage, at: number): string {
  const plain = text.replaceAll('\n', ' ');
  const why = terms.length > 0 ? `words: ${terms.join(', ')}` : 'by its meaning';
  return [
    `${at + 1}. ${[title, ...headings].join(' › ')} (${file})`,
    `   score ${score.toPrecision(3)}; ${why}`,
    `   ${plain.length > SHOWN_CHARS ? `${plain.slice(0, SHOWN_CHARS)}…` : plain}`,
  ].join('\n');
}
