/** Whoever writes to a bot talks to the bot that answers the telephone: the real service, with a model that has a script. */
import { PassThrough } from 'node:stream';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareEnvironment } from '../../test/support/environment.ts';
import { silentLog } from '../base/log.ts';
import { chatCommand } from '../cli/chat.ts';
import { readSettings } from '../config/settings.ts';
import { startChatSimulator } from '../lab/simulator/chat.ts';
import type { ChatSimulator } from '../lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import { startService } from '../main.ts';
import type { Service } from '../main.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { Settings } from '../config/settings.ts';

const FLOWING = {
  flow: {
    start: 'order',
    steps: {
      order: {
        ask: 'Оформить заказ?',
        slot: { name: 'wanted', type: 'yesNo' },
        next: 'done',
      },
      done: { say: 'Записала.', end: 'ordered' },
    },
  },
};

const BILINGUAL = {
  languages: { 'en-US': { voice: { name: 'john' }, greeting: 'Hello!', prompt: 'You answer calls.' } },
};

let dir: string;
let speech: SpeechKitSimulator;
let chat: ChatSimulator;
let service: Service;
let settings: Settings;
let asked: string[];
const timelines: Timeline[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-written-'));
  asked = [];
  speech = await startSpeechKitSimulator();
  chat = await startChatSimulator({
    perTokenMs: 50,
    reply: (messages) => {
      const said = String(messages.at(-1)?.content);
      asked.push(messages.map(({ role, content }) => `${role}: ${String(content)}`).join('\n'));
      if (said.includes('English')) return 'Of course, in English.|';
      return said.includes('сколько')
        ? ['Один насос стоит ровно сто рублей за штуку.|', ' Доставка по городу занимает два или три дня.|']
        : 'Хорошо.|';
    },
  });
  const telephony = {
    env: {
      ...{ ARI_URL: 'http://127.0.0.1:1', ARI_USERNAME: 'u', ARI_PASSWORD: 'p', ARI_APP: 'parley' },
      MEDIA_DIR: join(dir, 'media'),
    },
  };
  const bots = { default: BILINGUAL, shop: FLOWING };
  const written = await prepareEnvironment(dir, { telephony, speech, chat }, bots);
  settings = { ...readSettings(written), telephones: { asterisk: false } };
  service = await startService(settings, silentLog, { onCall: (timeline) => timelines.push(timeline) });
  await service.prepared;
}, 60_000);

afterAll(async () => {
  await service.stop();
  await Promise.all([speech.stop(), chat.stop()]);
  await rm(dir, { recursive: true, force: true });
});

interface Told {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

async function send(body: object): Promise<Response> {
  return fetch(`${service.httpUrl}/stream-message`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function write(body: object): Promise<{
  readonly chunks: readonly string[];
  readonly all: readonly Told[];
  readonly end: Told['data'];
}> {
  const response = await send(body);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const all = (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map((one) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(one) ?? [];
      return { event, data: JSON.parse(data) as Told['data'] };
    });
  const chunks = all.flatMap(({ event, data }) =>
    event === 'chunk' ? [`${String(data.kind)}: ${String(data.text)}`] : [],
  );
  return { chunks, all, end: all.at(-1)?.data ?? {} };
}

describe('whoever writes to a bot', () => {
  it('reads the greeting and each piece of the answer with its time, and then that the bot waits', async () => {
    const { chunks, all, end } = await write({ text: 'И сколько это стоит?' });
    expect(chunks).toEqual([
      'greeting: Добрый день!',
      'answer: Один насос стоит ровно сто рублей за штуку.',
      'answer: Доставка по городу занимает два или три дня.',
    ]);
    expect(end).toMatchObject({
      endedBy: 'waiting',
      cause: null,
      conversation: expect.stringMatching(/^text-/) as string,
    });
    const times = all.map(({ data }) => Number(data.atMs));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  it('goes on with the same history', async () => {
    const first = await write({ text: 'сколько стоит насос?' });
    const second = await write({ conversation: first.end.conversation, text: 'Беру два.' });
    expect(second.chunks).toEqual(['answer: Хорошо.']);
    expect(asked.at(-1)).toContain('user: сколько стоит насос?');
    expect(asked.at(-1)).toMatch(/assistant: Один насос [\s\S]*user: Беру два\.$/);
  });

  it('is asked what the flow asks, and the call is over where the flow ends', async () => {
    const opened = await write({ bot: 'shop' });
    expect(opened.chunks).toEqual(['greeting: Добрый день!', 'answer: Оформить заказ?']);
    const { conversation } = opened.end;
    const done = await write({ conversation, text: 'Да' });
    expect(done.chunks).toContain('answer: Записала.');
    expect(done.end).toMatchObject({ endedBy: 'over', cause: 'bot' });
    const late = await send({ conversation, text: 'Ещё одно' });
    expect(late.status).toBe(404);
    expect(await late.json()).toMatchObject({ code: 'CONVERSATION_UNKNOWN' });
  });

  it('is answered in the language that was written, and it stays', async () => {
    const first = await write({ text: 'Can you please speak English with me?' });
    const switched = timelines.at(-1)?.entries.find(({ type }) => type === 'language.switched');
    expect(switched).toMatchObject({ to: 'en-US' });
    expect(first.chunks.at(-1)).toBe('answer: Of course, in English.');
    await write({ conversation: first.end.conversation, text: 'And what about delivery please?' });
    expect(timelines.at(-1)?.entries.filter(({ type }) => type === 'language.switched')).toHaveLength(1);
  });

  it('ends the conversation by going away before its name is told', async () => {
    const gone = new AbortController();
    const known = timelines.length;
    const body = JSON.stringify({ text: 'И сколько это стоит?' });
    const headers = { 'content-type': 'application/json' };
    const url = `${service.httpUrl}/stream-message`;
    const { body: events } = await fetch(url, { method: 'POST', headers, body, signal: gone.signal });
    await events?.getReader().read();
    gone.abort();
    await expect
      .poll(() => timelines[known]?.entries.at(-1))
      .toMatchObject({ type: 'call.ended', cause: 'caller' });
  });

  it('costs no recognition and no synthesis', async () => {
    const heard = speech.requests.length;
    await write({ text: 'сколько стоит шланг?' });
    expect(speech.requests.length).toBe(heard);
  });

  it('is told what was wrong with a request', async () => {
    const codeOf = async (body: object) => {
      const answer = await send(body);
      return `${answer.status} ${String(((await answer.json()) as { code: string }).code)}`;
    };
    expect(await codeOf({ bot: 'nobody', text: 'Есть кто?' })).toBe('422 BOT_PROFILE_UNKNOWN');
    expect(await codeOf({ conversation: 'text-none', text: 'Алло' })).toBe('404 CONVERSATION_UNKNOWN');
    expect(await codeOf({ conversation: 'text-none' })).toBe('400 HTTP_INVALID');
    expect(await codeOf({ conversation: 'text-none', bot: 'shop', text: 'Алло' })).toBe('400 HTTP_INVALID');
    expect(await codeOf({ text: 'x'.repeat(2001) })).toBe('400 HTTP_INVALID');
  });
});

describe('parley chat', () => {
  it('shows what the bot says to each line, until the call is over', async () => {
    const port = new URL(service.httpUrl).port;
    const input = new PassThrough();
    const output = new PassThrough();
    const ofThatPort: Settings = { ...settings, http: { ...settings.http, port: Number(port) } };
    input.end('Да\nлишнее\n');
    await chatCommand(() => ofThatPort, { input, output }).parseAsync(['shop'], { from: 'user' });
    const shown = String(output.read());
    expect(shown).toContain('(greeting) Добрый день!\nОформить заказ?\n');
    expect(shown).toContain('Записала.\nThe call is over: bot.\n');
  });

  it('hangs up when nothing more is written', async () => {
    const port = new URL(service.httpUrl).port;
    const input = new PassThrough();
    const ofThatPort: Settings = { ...settings, http: { ...settings.http, port: Number(port) } };
    input.end('сколько?\n');
    const output = new PassThrough();
    await chatCommand(() => ofThatPort, { input, output }).parseAsync(['--times'], { from: 'user' });
    expect(String(output.read())).toMatch(/\d ms Один насос /);
    await expect
      .poll(() => timelines.at(-1)?.entries.at(-1))
      .toMatchObject({ type: 'call.ended', cause: 'operator' });
  });
});
