import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { LogFields } from '../../base/log.ts';
import type { EmbeddingsOptions } from './embeddings.ts';
import { buildIndex } from './build-index.ts';
import { IndexSearches } from './index-searches.ts';
import { indexPath, KnowledgeFolder } from './knowledge-folder.ts';
import type { FolderKit } from './knowledge-folder.ts';
import { Knowledge } from './knowledge.ts';

let home: string;
let dir: string;
let indexDir: string;
let events: LogFields[];
let open: { close(): Promise<void> }[];
/** One thread for all: to start one takes longer than a test. */
const searches = new IndexSearches();
afterAll(() => searches.close());

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-knowledge-'));
  dir = join(home, 'docs');
  indexDir = join(home, 'data/knowledge');
  await mkdir(join(dir, 'deep'), { recursive: true });
  await writeFile(join(dir, 'delivery.md'), '# Доставка\n\n## Тула\n\nВ Тулу доставляем за два дня.');
  await writeFile(join(dir, 'deep/returns.txt'), 'Вернуть товар можно за две недели.');
  events = [];
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  await rm(home, { recursive: true });
});

function kit(): FolderKit {
  const keep = (fields: LogFields) => void events.push(fields);
  const log = { ...silentLog, info: keep, warn: keep, error: keep };
  return { indexDir, searches, build: buildIndex, clock: systemClock, log };
}

async function opened(embeddings?: EmbeddingsOptions) {
  const folder = new KnowledgeFolder({ dir, embeddings }, kit());
  open.push(folder);
  await folder.ready;
  return folder;
}

const eventsOf = (name: string) => events.filter(({ event }) => event === name);

/** Resolves as soon as it is found: a watch, a thread and a busy machine take their time. */
async function foundSoon(
  find: () => Promise<readonly { readonly file: string }[]>,
  file: string,
): Promise<void> {
  await expect.poll(async () => (await find()).map((each) => each.file), { timeout: 30_000 }).toContain(file);
}

describe('a folder of documents', () => {
  it('is searched, and is known again by the next start without being read anew', async () => {
    const folder = await opened();
    expect(await folder.byWords('а в Тулу когда доставите', 4)).toMatchObject([
      { title: 'Доставка', file: 'delivery.md', headings: ['Тула'], text: 'В Тулу доставляем за два дня.' },
    ]);
    expect(await folder.byWords('ну да', 4)).toEqual([]);
    await opened();
    expect(eventsOf('knowledge.read').map(({ isNew }) => isNew)).toEqual([true, false]);
  });

  it('is read again when a file comes, changes or goes, at any depth', async () => {
    const folder = await opened();
    const find = (question: string) => () => folder.byWords(question, 4);
    await writeFile(join(dir, 'deep/warranty.md'), '# Гарантия\n\nДва года.');
    await foundSoon(find('гарантия'), 'deep/warranty.md');
    await writeFile(join(dir, 'new.swp'), 'Скидка пять процентов.');
    await rename(join(dir, 'new.swp'), join(dir, 'delivery.md'));
    await foundSoon(find('скидки'), 'delivery.md');
    expect(await folder.byWords('в Тулу', 4)).toEqual([]);
    await rm(join(dir, 'delivery.md'));
    await expect.poll(find('скидки'), { timeout: 30_000 }).toEqual([]);
  });

  it('has its index made anew when that is damaged', async () => {
    await opened();
    const path = indexPath(indexDir, { dir });
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    const folder = await opened();
    expect(eventsOf('knowledge.indexUnusable')).toMatchObject([{ code: 'KNOWLEDGE_INDEX_UNUSABLE' }]);
    expect(eventsOf('knowledge.read').map(({ isNew }) => isNew)).toEqual([true, true]);
    expect(await folder.byWords('Тула', 4)).toHaveLength(1);
  });

  it('tells why it cannot be searched where its index cannot be kept, and a call goes on', async () => {
    await mkdir(join(home, 'data'));
    await writeFile(indexDir, 'a file where a directory should be');
    const folder = await opened();
    expect(eventsOf('knowledge.failed')).toMatchObject([{ code: 'KNOWLEDGE_INDEX_UNUSABLE' }]);
    await expect(folder.byWords('Тула', 4)).rejects.toMatchObject({ code: 'KNOWLEDGE_UNAVAILABLE' });
  });

  it('is read in threads, shared by the bots that name it, and closed when none does', async () => {
    const all = new Knowledge(kit());
    open.push(all);
    const folder = all.folder({ dir });
    expect(all.folder({ dir })).toBe(folder);
    await folder.ready;
    expect(await folder.byWords('Тула', 4)).toHaveLength(1);
    await all.keepOnly([]);
    await expect(folder.byWords('Тула', 4)).rejects.toMatchObject({ code: 'KNOWLEDGE_UNAVAILABLE' });
  });

  it('that is gone is told, and what was read of it before is still searched', async () => {
    await opened();
    await open[0]?.close();
    await rename(dir, join(home, 'elsewhere'));
    const folder = await opened();
    expect(eventsOf('knowledge.failed')).toMatchObject([{ code: 'KNOWLEDGE_UNAVAILABLE' }]);
    expect(await folder.byWords('Тула', 4)).toHaveLength(1);
  });
});

describe('an endpoint for embeddings', () => {
  /** Two meanings: of what is about sending, and of all else. */
  const SENDING = /достав|посыл|курьер/i;
  let asked: string[][];
  let keys: (string | undefined)[];
  let status: number;
  let close: () => void;
  let options: EmbeddingsOptions;

  beforeEach(async () => {
    asked = [];
    keys = [];
    status = 200;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { input } = JSON.parse(body) as { readonly input: string[] };
        asked.push(input);
        keys.push(request.headers.authorization);
        const data = input.map((text, index) => ({
          index,
          embedding: SENDING.test(text) ? [2, 0.1] : [0.1, 2],
        }));
        response.writeHead(status).end(JSON.stringify({ data: data.reverse() }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    options = { baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm', apiKey: 'key' };
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(() => close());

  it('finds what means the same in other words, and is asked for each passage once', async () => {
    const folder = await opened(options);
    const signal = new AbortController().signal;
    expect(await folder.byWords('посылка', 4)).toEqual([]);
    const [first] = await folder.byMeaning('посылка', 4, signal);
    expect(first).toMatchObject({ file: 'delivery.md', terms: [] });
    await writeFile(join(dir, 'courier.md'), '# Курьер\n\nКурьер звонит за час.');
    await folder.refresh();
    expect(asked.map(({ length }) => length)).toEqual([2, 1, 1]);
    expect(new Set(keys)).toEqual(new Set(['Bearer key']));
  });

  it('that fails leaves what is found by words', { timeout: 60_000 }, async () => {
    status = 500;
    const folder = await opened(options);
    expect(eventsOf('knowledge.byWordsOnly')).toMatchObject([{ code: 'KNOWLEDGE_EMBEDDINGS_FAILED' }]);
    expect(await folder.byWords('Тула', 4)).toHaveLength(1);
    await expect(folder.byMeaning('Тула', 4, new AbortController().signal)).rejects.toMatchObject({
      code: 'KNOWLEDGE_EMBEDDINGS_FAILED',
    });
  });
});
