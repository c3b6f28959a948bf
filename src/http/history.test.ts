import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { projectRoot } from '../base/project-root.ts';
import type { KeptCall } from '../history/kept-call.ts';
import { RecordedCalls } from '../history/recorded-calls.ts';
import { Reports } from '../history/reports.ts';
import type { ReportQuestion } from '../history/report-thread.ts';
import { HistoryStore } from '../history/store.ts';
import { EPOCH_MS, aCall } from '../history/testing/a-call.ts';
import type { ApiError } from './contract.ts';
import type { HistoryDetail, HistoryPage } from './history-contract.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';
import type { HttpOptions } from './server.ts';

const BUNDLE = join(projectRoot(), 'test/calls/ordinary-dialogue');
/** As long as a header and a hundred samples of both sides. */
const SOUND = Buffer.from(Array.from({ length: 444 }, (_, n) => n % 251));

let dir: string;
let store: HistoryStore;
let http: Operated;
let asked: ReportQuestion[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-history-'));
  store = new HistoryStore({
    file: join(dir, 'history.sqlite'),
    epochMs: () => EPOCH_MS,
    onSetAside: () => undefined,
  });
  asked = [];
});
afterEach(async () => {
  await http.app.close();
  store.close();
  await rm(dir, { recursive: true, force: true });
});

async function serve(options: Partial<HttpOptions> = {}): Promise<void> {
  await mkdir(join(dir, 'calls'), { recursive: true });
  const make = (question: ReportQuestion) => {
    asked.push(question);
    return Promise.resolve('<section class="turns"></section>');
  };
  http = await operated({
    transcripts: 'all',
    history: {
      history: {
        search: async (criteria) => store.search(criteria),
        find: async (key) => store.find(key),
      },
      recorded: new RecordedCalls(join(dir, 'calls')),
      reports: { make },
    },
    ...options,
  });
}

/** Puts a recording beside the call as the recorder names it. */
async function record({ call, startedEpochMs }: KeptCall): Promise<string> {
  const name = `${new Date(startedEpochMs - 3).toISOString().replaceAll(/[:.]/g, '-')}-${call}`;
  const bundle = join(dir, 'calls', name);
  await cp(BUNDLE, bundle, { recursive: true });
  await writeFile(join(bundle, 'mix.wav'), SOUND);
  return bundle;
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method: 'GET' | 'POST' = 'GET',
) {
  const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
  const answer = await http.app.inject({
    method,
    url,
    headers: { host: 'localhost', ...type, ...headers },
    ...(method === 'POST' && { payload: '{}' }),
  });
  const { statusCode, body, headers: told, rawPayload } = answer;
  return { statusCode, body, headers: told, bytes: rawPayload, json: <T>() => JSON.parse(body) as T };
}

const found = async (query: string) => {
  const answer = await ask(`/api/history?${query}`);
  return answer.json<HistoryPage>().calls.map(({ call }) => call);
};

describe('ended calls', () => {
  it('are told with what is known of them, page by page', async () => {
    await serve();
    const cost = { currency: 'EUR', synthesis: 0.1, recognition: 0.2, model: 0, total: 0.3 };
    store.add([aCall(1), aCall(2, { slowestMs: 1234.5, failures: 1, cost }), aCall(3)]);
    const first = (await ask('/api/history?limit=2')).json<HistoryPage>();
    expect(first).toMatchObject({ hasWords: true, calls: [{ call: 'call-3' }, { call: 'call-2' }] });
    expect(first.calls[1]).toEqual({
      id: 'key-2',
      call: 'call-2',
      bot: 'default',
      direction: 'inbound',
      number: '+79161234512',
      startedAt: '2026-01-01T09:02:00.000Z',
      endedAt: '2026-01-01T09:02:30.000Z',
      endCause: 'caller',
      turns: 3,
      slowestMs: 1234.5,
      failures: 1,
      cost,
      recorded: false,
    });
    const second = (await ask(`/api/history?limit=2&after=${first.next}`)).json<HistoryPage>();
    expect(second).toMatchObject({ next: null, calls: [{ call: 'call-1' }] });
  });

  it('are looked for by time, number, bot, cause, words and slowness', async () => {
    await serve();
    store.add([
      aCall(1, { bot: 'billing', words: 'Где мой заказ?' }),
      aCall(2, { cause: 'silence', slowestMs: 3200 }),
    ]);
    const at = (n: number) => encodeURIComponent(new Date(EPOCH_MS + n * 60_000).toISOString());
    expect(await found(`from=${at(2)}`)).toEqual(['call-2']);
    expect(await found(`to=${at(2)}`)).toEqual(['call-1']);
    expect(await found(`from=${encodeURIComponent('2026-01-01T12:02:00+03:00')}`)).toEqual(['call-2']);
    expect(await found('number=916%20123')).toEqual(['call-2', 'call-1']);
    expect(await found('bot=billing')).toEqual(['call-1']);
    expect(await found('cause=silence')).toEqual(['call-2']);
    expect(await found(`words=${encodeURIComponent('заказ')}`)).toEqual(['call-1']);
    expect(await found('slowerThanMs=3000')).toEqual(['call-2']);
  });

  it.each(['after=1', 'after=1-2%27', 'from=yesterday', 'cause=magic', 'limit=0', 'limit=1e9', 'slower=1'])(
    'are not looked for by %s',
    async (query) => {
      await serve();
      const answer = await ask(`/api/history?${query}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json<ApiError>().code).toBe('HTTP_INVALID');
    },
  );

  it('are shown with their timeline, and asked for by no other name than theirs', async () => {
    await serve();
    store.add([aCall(1)]);
    const detail = (await ask('/api/history/key-1')).json<HistoryDetail>();
    expect(detail).toMatchObject({
      id: 'key-1',
      dropped: 0,
      timeline: [{ type: 'call.ended', cause: 'caller' }],
    });
    expect((await ask('/api/history/key-2')).json<ApiError>().code).toBe('HISTORY_UNKNOWN');
    for (const id of ['..%2F..%2Fetc%2Fpasswd', '%00', "'%20OR%201"])
      expect((await ask(`/api/history/${id}`)).statusCode, id).toBe(400);
  });

  it('say so where none is kept, and where they cannot be read now', async () => {
    await serve({ history: undefined });
    for (const path of ['', '/export', '/key-1', '/key-1/report', '/key-1/audio']) {
      const answer = await ask(`/api/history${path}`);
      expect([answer.statusCode, answer.json<ApiError>().code]).toEqual([404, 'HISTORY_OFF']);
    }
    await http.app.close();
    await writeFile(join(dir, 'taken'), '');
    store = new HistoryStore({ file: join(dir, 'taken/x'), epochMs: () => 0, onSetAside: () => undefined });
    await serve();
    for (const path of ['', '/export']) {
      const answer = await ask(`/api/history${path}`);
      expect([answer.statusCode, answer.json<ApiError>().code]).toEqual([503, 'HISTORY_UNAVAILABLE']);
    }
  });
});

describe('where transcripts are not wanted', () => {
  it('nothing private is shown or can be found out, also of calls that were kept when they were', async () => {
    await serve({ transcripts: 'own' });
    const timeline = [
      { type: 'recognition.done', atMs: 1, turn: 1, text: 'my card is 4000' },
      { type: 'digit', atMs: 2, turn: 1, digit: '7' },
      { type: 'playback.started', atMs: 3, turn: 1, kind: 'answer', index: 0, text: '«2 words»' },
    ];
    const call = aCall(1, { timeline: JSON.stringify(timeline), words: 'my card is 4000' });
    store.add([call]);
    await record(call);
    const page = (await ask('/api/history')).json<HistoryPage>();
    expect(page).toMatchObject({ hasWords: false, calls: [{ number: '+7 *** **12', recorded: true }] });
    const detail = (await ask('/api/history/key-1')).json<HistoryDetail>();
    expect(detail.timeline.map(({ text, digit }) => text ?? digit)).toEqual(['«4 words»', '*', '«2 words»']);
    expect(await found('number=9161')).toEqual([]);
    expect(await found('number=12')).toEqual(['call-1']);
    for (const url of [
      '/api/history?words=card',
      '/api/history/export?words=card',
      '/api/history/key-1/audio',
    ]) {
      const answer = await ask(url);
      expect([answer.statusCode, answer.json<ApiError>().code]).toEqual([403, 'HISTORY_PRIVATE']);
    }
    expect((await ask('/api/history/key-1/audio', {}, 'POST')).statusCode).toBe(403);
    await ask('/api/history/key-1/report');
    expect(JSON.stringify(asked)).toContain('«4 words»');
    expect(JSON.stringify(asked)).not.toContain('4000');
    expect((await ask('/api/history/export')).body).not.toMatch(/9161|4000/);
  });
});

describe('a table of ended calls', () => {
  it('holds all that were found, in CSV that no spreadsheet takes for formulas', async () => {
    await serve();
    store.add([
      aCall(1, { number: '=HYPERLINK("http://evil")', digits: '', bot: 'a,b' }),
      ...Array.from({ length: 1100 }, (_, n) => aCall(n + 2)),
    ]);
    const { body, headers } = await ask('/api/history/export');
    const lines = body.split('\r\n');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="calls.csv"');
    expect(lines[0]).toMatch(/^id,startedAt,.*,cost,currency$/);
    expect(lines[1]).toBe(
      "key-1101,2026-01-02T03:21:00.000Z,2026-01-02T03:21:30.000Z,default,inbound,'+79161234512,caller,3,,0,false,,",
    );
    expect(lines.at(-2)).toContain(`"a,b",inbound,"'=HYPERLINK(""http://evil"")"`);
    expect(lines).toHaveLength(1103);
  });

  it('is not read for whoever asks for its head alone', async () => {
    await serve();
    store.add([aCall(1)]);
    const url = '/api/history/export';
    const { statusCode, headers, body } = await http.app.inject({
      method: 'HEAD',
      url,
      headers: { host: 'localhost' },
    });
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'text/csv; charset=utf-8', '']);
    expect(headers['content-disposition']).toBe('attachment; filename="calls.csv"');
  });

  it('is JSON as well, and as a whole when nothing was found', async () => {
    await serve();
    store.add([aCall(1), aCall(2)]);
    const json = (query: string) => ask(`/api/history/export?format=json&${query}`);
    expect((await json('')).json<unknown[]>()).toMatchObject([{ id: 'key-2' }, { id: 'key-1' }]);
    expect((await json('bot=nobody')).json<unknown[]>()).toEqual([]);
  });
});

describe('a recorded call', () => {
  it('is told as such, and only as long as its recording is there', async () => {
    await serve();
    store.add([aCall(1), aCall(2)]);
    await record(aCall(9, { call: 'call-1' }));
    const bundle = await record(aCall(2));
    const recorded = async () =>
      (await ask('/api/history')).json<HistoryPage>().calls.map((call) => call.recorded);
    expect(await recorded()).toEqual([true, false]);
    await ask('/api/history/key-2/report');
    expect(asked).toEqual([{ bundle }]);
    await rm(bundle, { recursive: true });
    expect(await recorded()).toEqual([false, false]);
    expect((await ask('/api/history/key-2/audio')).json<ApiError>().code).toBe('HISTORY_UNRECORDED');
  });

  it('is heard, and any part of it', async () => {
    await serve();
    store.add([aCall(1)]);
    await record(aCall(1));
    const whole = await ask('/api/history/key-1/audio');
    expect(whole.headers['content-type']).toMatch(/^audio\/(x-|vnd\.)?wave?$/);
    expect(whole.headers['accept-ranges']).toBe('bytes');
    expect(whole.bytes.equals(SOUND)).toBe(true);
    const part = await ask('/api/history/key-1/audio', { range: 'bytes=100-149' });
    expect(part.statusCode).toBe(206);
    expect(part.headers['content-range']).toBe('bytes 100-149/444');
    expect(part.bytes.equals(SOUND.subarray(100, 150))).toBe(true);
    expect((await ask('/api/history/key-1/audio', { range: 'bytes=500-' })).statusCode).toBe(400);
  });

  it('is heard without a token by whoever was given an address for it, for an hour', async () => {
    const token = 'a-token-of-some-length';
    const shown = { authorization: `Bearer ${token}` };
    await serve({ token });
    store.add([aCall(1)]);
    await record(aCall(1));
    for (const path of ['', '/export', '/key-1', '/key-1/report', '/key-1/audio'])
      expect((await ask(`/api/history${path}`)).statusCode).toBe(401);
    const { url } = (await ask('/api/history/key-1/audio', shown, 'POST')).json<{ url: string }>();
    expect(url).not.toContain(token);
    const part = await ask(`/${url}`, { range: 'bytes=0-9' });
    expect([part.statusCode, part.bytes.length]).toEqual([206, 10]);
    expect((await ask(`/api/audio/${'x'.repeat(43)}`)).statusCode).toBe(404);
    expect((await ask('/api/audio/..%2Fcall.json')).statusCode).toBe(400);
    await http.clock.advance(60 * 60_000);
    expect((await ask(`/${url}`)).statusCode).toBe(404);
  });

  it('opens as its report does: with its player, its turns and its words', { timeout: 60_000 }, async () => {
    await serve();
    const reports = new Reports(systemClock);
    const markup = await reports.make({ bundle: BUNDLE });
    expect(markup).toMatch(/class="player".*id="turn-1".*class="transcript"/s);
    expect(markup).not.toContain('data:audio');
    const unrecorded = await reports.make({ timeline: [{ type: 'call.answered', atMs: 5, turn: 0 }] });
    expect(unrecorded).toContain('id="turn-0"');
    expect(unrecorded).not.toContain('player');
    await expect(reports.make({ bundle: dir })).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });
});
