/** How soon documents are found for what a caller says, how long a folder of them takes to be read, and whether calls feel that. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { KnowledgeFolder } from '../../src/context/knowledge/knowledge-folder.ts';
import { Knowledge } from '../../src/context/knowledge/knowledge.ts';
import { manyPassages } from '../support/many-passages.ts';
import { repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';

const PASSAGES = 10_000;
const QUESTIONS = 400;
const TOP = 4;
const MEBIBYTE = 1024 * 1024;

export const knowledge: Bench = {
  name: 'knowledge',
  minutes: 1.2,
  takesAll: true,
  fixedMinutes: 0.9,
  explanation: `${PASSAGES} passages in Markdown: from the question to what is found, over the thread that searches. Needs no Asterisk.`,
  run: async (scale, tell) => tell(await measured(repetitions(QUESTIONS, scale))),
};

async function measured(count: number): Promise<readonly Measurement[]> {
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const dir = join(home, 'docs');
  const { passages, questions } = manyPassages(PASSAGES, count);
  await writeDocuments(dir, passages);
  const options = { indexDir: join(home, 'index'), clock: systemClock, log: silentLog };
  const before = process.memoryUsage.rss();
  const [first, second] = [new Knowledge(options), new Knowledge(options)];
  try {
    const lag = monitorEventLoopDelay({ resolution: 1 });
    lag.enable();
    const [folder, buildMs] = await timed(async () => readyFolder(first, dir));
    lag.disable();
    const quietMs = await searched(folder, questions);
    const [again, startMs] = await timed(async () => readyFolder(second, dir));
    await writeFile(join(dir, 'further.md'), '# Новое\n\nНовый документ.');
    const rebuilt = folder.refresh();
    const besideMs = await searched(again, questions);
    await rebuilt;
    const rssBytes = process.memoryUsage.rss() - before;
    return [
      { what: 'search', unit: 'ms', samples: quietMs, targetP95: 15 },
      { what: 'search while documents are read', unit: 'ms', samples: besideMs },
      { what: 'folder read, first time', unit: 'ms', samples: [buildMs] },
      { what: 'folder compared, later start', unit: 'ms', samples: [startMs] },
      { what: 'event loop late meanwhile, max', unit: 'ms', samples: [lag.max / 1e6] },
      { what: 'memory of two indexes', unit: 'MB', samples: [rssBytes / MEBIBYTE] },
    ];
  } finally {
    await Promise.all([first.close(), second.close()]);
    await rm(home, { recursive: true });
  }
}

async function readyFolder(all: Knowledge, dir: string): Promise<KnowledgeFolder> {
  const folder = all.folder({ dir });
  await folder.ready;
  return folder;
}

async function searched(folder: KnowledgeFolder, questions: readonly string[]): Promise<readonly number[]> {
  const samples: number[] = [];
  for (const question of questions) samples.push((await timed(() => folder.byWords(question, TOP)))[1]);
  return samples;
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedAtMs = performance.now();
  const result = await work();
  return [result, performance.now() - startedAtMs];
}

async function writeDocuments(
  dir: string,
  passages: ReturnType<typeof manyPassages>['passages'],
): Promise<void> {
  await mkdir(dir);
  for (const file of new Set(passages.map((passage) => passage.file))) {
    const those = passages.filter((passage) => passage.file === file);
    const sections = those.map(({ headings, text }) => `## ${headings.join(', ')}\n\n${text}\n`);
    await writeFile(join(dir, file), `# ${those[0]?.title ?? file}\n\n${sections.join('\n')}`);
  }
}
