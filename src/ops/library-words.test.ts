import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { logLibraryWords } from './library-words.ts';
import { createLog } from './log.ts';

it('prints nothing past the log, and in the log nothing that a server has said', async () => {
  const printed: unknown[] = [];
  const print = (...words: unknown[]) => void printed.push(words);
  const printer = {
    debug: print,
    info: print,
    log: print,
    warn: print,
    error: print,
    trace: print,
    dir: print,
  };
  const host = new EventEmitter();
  host.on('warning', print);
  const lines: string[] = [];
  const log = createLog({ level: 'info', transcripts: false }, { write: (line) => void lines.push(line) });
  const clock = new ManualClock();
  logLibraryWords({ log, clock, console: printer, process: host });
  printer.error('Failed to add metadata entry %s', 'x!: Api-Key AQVNsecretsecret');
  host.emit('warning', new Error('my card is 4000 1234'));
  await clock.advance(60_000);
  host.emit('warning', new Error('my card is 4000 1234'));
  expect(printed).toEqual([]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'library.said', from: 'console.error', said: '«8 words»', times: 1 },
    { event: 'library.said', from: 'Error', said: '«5 words»', times: 2 },
  ]);
  expect(lines.join('')).not.toMatch(/secret|4000/);
});
