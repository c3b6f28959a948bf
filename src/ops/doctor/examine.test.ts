import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Chat } from '../../llm/chat.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { CHECK_DEADLINE_MS } from './check.ts';
import { examine } from './examine.ts';
import type { DoctorPorts } from './examine.ts';
import { healthy, renderJson, renderTable } from './diagnosis.ts';

const dirs: string[] = [];
afterEach(() => dirs.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

describe('the doctor', () => {
  it('finds a healthy installation healthy, with the latency of each real request', async () => {
    const { reports, closed, mediaDir } = await examined();
    expect(reports.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
      'settings: true',
      'BOTS_DIR: true',
      'MEDIA_DIR: true',
      'DATA_DIR: true',
      'HTTP_PORT: true',
      'Asterisk: true',
      'media mode: true',
      'Asterisk modules: true',
      'synthesis (fake-tts): true',
      'recognition (fake-asr): true',
      'synthesis (fake-tts) as english: true',
      'synthesis (fake-tts) as hebrew: true',
      'chat (fake-llm): true',
    ]);
    expect(reports.flatMap(({ latencyMs }) => latencyMs ?? [])).toEqual([5, 120, 300, 120, 120, 450]);
    expect(reports.find(({ name }) => name.startsWith('recognition'))?.finding).toBe(
      'understood "8000 bytes"',
    );
    expect(closed()).toBe(1);
    expect(readdirSync(mediaDir)).toEqual([]);
  });

  it('says what was found and what to do about it when something refuses', async () => {
    const { reports, closed } = await examined({
      ari: { info: () => Promise.reject(new ParleyError('ARI_REFUSED', 'Asterisk answered 401.')) },
    });
    expect(reports.find(({ name }) => name === 'Asterisk')).toEqual({
      name: 'Asterisk',
      ok: false,
      finding: 'Asterisk answered 401. [ARI_REFUSED]',
      advice: 'Compare ARI_USERNAME and ARI_PASSWORD with ari.conf.',
    });
    expect(reports.at(-1)?.ok).toBe(true);
    expect(healthy(reports)).toBe(false);
    expect(closed()).toBe(1);
  });

  it('names the modules that Asterisk does not run', async () => {
    const modules = needed.filter((name) => name !== 'func_talkdetect');
    const { reports } = await examined({ ari: { info: async () => ({ version: '18.2.0', modules }) } });
    expect(reports.find(({ name }) => name === 'Asterisk modules')?.finding).toBe(
      'not running: func_talkdetect',
    );
  });

  it('does not wait for ever for something that hangs', async () => {
    const clock = new ManualClock();
    let reason: unknown;
    const chat: Chat = {
      name: 'hung',
      async *reply(_, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        reason = signal.reason;
        yield { kind: 'text', text: '' };
      },
    };
    const examining = examined({ chat }, {}, clock);
    while (reason === undefined) await clock.advance(CHECK_DEADLINE_MS);
    expect((await examining).reports.at(-1)).toMatchObject({
      ok: false,
      finding: 'No answer within 20 seconds.',
    });
    expect(clock.pending).toBe(0);
  });

  it('only warns when Asterisk may be unable to read MEDIA_DIR', async () => {
    const mediaDir = dir();
    mkdirSync(join(mediaDir, 'closed'));
    chmodSync(join(mediaDir, 'closed'), 0o700);
    const { reports } = await examined({}, { MEDIA_DIR: join(mediaDir, 'closed', 'media') });
    expect(reports[2]).toMatchObject({ name: 'MEDIA_DIR', ok: 'warn' });
    expect(reports[2]?.advice).toContain(`chmod o+rX ${join(mediaDir, 'closed')} `);
    expect(healthy(reports)).toBe(true);
  });

  it('says that a proxy in the environment is not obeyed, and shows no password of it', async () => {
    const env = { https_proxy: 'http://me:hush@proxy:3128', HTTP_PROXY: 'http://proxy:3128', no_proxy: '*' };
    const { reports } = await examined({}, env);
    expect(reports.find(({ name }) => name === 'proxies')).toMatchObject({
      ok: 'warn',
      finding: expect.stringMatching(/^HTTP_PROXY, https_proxy set, and not obeyed/) as unknown,
    });
    expect(renderJson(reports)).not.toContain('hush');
    const { reports: without } = await examined({}, { http_proxy: '', no_proxy: '*' });
    expect(without.map(({ name }) => name)).not.toContain('proxies');
  });

  it('goes on to Asterisk when the bot profiles are faulty', async () => {
    const { reports } = await examined({}, { BOTS_DIR: '/nowhere/bots' });
    expect(reports[1]).toMatchObject({ name: 'BOTS_DIR', ok: false });
    expect(reports.at(-1)).toMatchObject({ name: 'speech and chat', ok: 'warn' });
  });

  it('names the line of a fault in any bot, not only in the one that it asks as', async () => {
    const bots = dir();
    const defaultBot = new URL('../../../config/bots/default.yaml', import.meta.url);
    copyFileSync(fileURLToPath(defaultBot), join(bots, 'default.yaml'));
    writeFileSync(join(bots, 'sales.yaml'), 'language: ru-RU\nprompt: Ты продавец.\ngreting: Добрый день!\n');
    const { reports } = await examined({}, { BOTS_DIR: bots });
    expect(reports[1]).toMatchObject({ name: 'BOTS_DIR', ok: false });
    expect(reports[1]?.finding).toContain('sales.yaml:3: greting');
    expect(healthy(reports)).toBe(false);
  });

  it('asks a model that only another bot has as that bot: its callers would be the first to find it wrong', async () => {
    const bots = dir();
    writeFileSync(join(bots, 'default.yaml'), 'prompt: Ты бот.\n');
    writeFileSync(join(bots, 'same.yaml'), 'prompt: Ты другой бот.\n');
    writeFileSync(join(bots, 'sales.yaml'), 'prompt: Ты продавец.\nllm:\n  model: gone-1\n');
    const chat: Chat = {
      name: 'fake-llm',
      async *reply({ model }) {
        if (model === 'gone-1') throw new ParleyError('LLM_REJECTED', 'There is no model gone-1.');
        yield { kind: 'text', text: 'ready' };
      },
    };
    const { reports } = await examined({ chat }, { BOTS_DIR: bots });
    const asked = reports.filter(({ name }) => name.startsWith('chat')).map(({ name, ok }) => [name, ok]);
    expect(asked).toEqual([
      ['chat (fake-llm)', true],
      ['chat (fake-llm) as sales', false],
    ]);
  });

  it('listens by each recognizer: a dead one is told of, though the other would hear', async () => {
    const dead: Recognizer = {
      name: 'dead-asr',
      // eslint-disable-next-line require-yield
      async *recognize() {
        throw new ParleyError('ASR_UNAVAILABLE', 'Nobody listens there.');
      },
      close: async () => undefined,
    };
    const { reports } = await examined({ recognizers: [dead] });
    const report = reports.find(({ name }) => name === 'recognition (dead-asr)');
    expect(report).toMatchObject({ ok: false, finding: 'Nobody listens there. [ASR_UNAVAILABLE]' });
    expect(report?.advice).toContain('YANDEX_STT_GRPC_URL');
  });

  it('says that DATA_DIR cannot be written', async () => {
    const file = join(dir(), 'data');
    writeFileSync(file, '');
    const { reports } = await examined({}, { DATA_DIR: file });
    expect(reports.find(({ name }) => name === 'DATA_DIR')).toMatchObject({
      ok: false,
      finding: `DATA_DIR: ${file} cannot be written (EEXIST). [DATA_DIR_UNUSABLE]`,
    });
  });

  it('says that another program has the HTTP port', async () => {
    const report = await askedBeside((_, response) => void response.end('hello'));
    expect(report).toMatchObject({ ok: false });
    expect(report?.finding).toMatch(/^HTTP_PORT: \d+ is taken by another program on 127\.0\.0\.1/);
  });

  it('finds no fault in the service that it is asked beside', async () => {
    const report = await askedBeside((_, response) => {
      response.statusCode = 503;
      response.end(JSON.stringify({ ready: false, reasons: ['Asterisk is away'] }));
    });
    expect(report).toMatchObject({ ok: 'warn' });
    expect(report?.finding).toContain('a Parley listens there already');
  });

  it('stops at faulty settings, since nothing else can be tried with them', async () => {
    const { reports, closed } = await examined({}, { ARI_URL: 'nonsense' });
    expect(reports).toHaveLength(1);
    expect(reports[0]?.finding).toContain('ARI_URL: is "nonsense"');
    expect(closed()).toBe(0);
  });

  it('tells people in a table and programs in JSON', () => {
    const reports = [
      { name: 'chat', ok: 'warn' as const, finding: 'slow', advice: 'Take a faster one.', latencyMs: 2345.6 },
      { name: 'Asterisk', ok: false, finding: 'refused' },
    ];
    const table = renderTable(reports, false);
    expect(table).toMatch(/look +│ chat +│ slow +│ 2346 ms/);
    expect(table).toMatch(/→ Take a faster one\./);
    expect(renderTable(reports, true)).toContain('\u001b[31mFAULT');
    expect(JSON.parse(renderJson(reports))).toMatchObject({
      ok: false,
      checks: [{ ok: 'look' }, { ok: 'fault' }],
    });
  });
});

const needed = [
  ...['app_stasis', 'res_ari', 'res_ari_asterisk', 'res_ari_channels', 'res_ari_events', 'res_ari_playbacks'],
  ...['res_ari_recordings', 'res_http_websocket', 'res_stasis', 'res_stasis_answer', 'res_stasis_playback'],
  ...['res_stasis_recording', 'res_stasis_snoop', 'func_talkdetect', 'format_wav'],
];

/** What the doctor finds where all is well, but for `faults` and `env`. Each stand-in takes a known time. */
async function examined(
  faults: Partial<DoctorPorts> = {},
  env: Record<string, string> = {},
  clock = new ManualClock(),
) {
  let closes = 0;
  const takes = (ms: number) => clock.advance(ms);
  const synthesizer: Synthesizer = {
    name: 'fake-tts',
    async *synthesize() {
      await takes(120);
      yield { pcm: new Uint8Array(8000), words: [], provider: 'fake-tts' };
    },
    close: async () => undefined,
  };
  const recognizer: Recognizer = {
    name: 'fake-asr',
    async *recognize(audio) {
      let bytes = 0;
      for await (const piece of audio) bytes += piece.byteLength;
      await takes(300);
      yield { kind: 'final', text: `${bytes} bytes` };
    },
    close: async () => undefined,
  };
  const chat: Chat = {
    name: 'fake-llm',
    async *reply() {
      await takes(450);
      yield { kind: 'text', text: 'ready' };
    },
  };
  const info = async () => {
    await takes(5);
    return { version: '22.10.1', modules: needed };
  };
  const mediaDir = dir();
  const dataDir = dir();
  const reports = await examine(
    {
      ...{ ARI_USERNAME: 'parley', ARI_PASSWORD: 'x', YANDEX_API_KEY: 'x', YANDEX_FOLDER_ID: 'x' },
      ...{ OPENAI_API_KEY: 'x', DIALPLAN_FALLBACK: 'from-parley,operator,1', MEDIA_DIR: mediaDir },
      ...{ DATA_DIR: dataDir, HTTP_PORT: '0' },
      BOTS_DIR: fileURLToPath(new URL('../../../config/bots', import.meta.url)),
      ...env,
    },
    async () => ({
      ...{ ari: { info }, synthesizers: [synthesizer], recognizers: [recognizer], chat },
      close: async () => void closes++,
      ...faults,
    }),
    clock,
  );
  return { reports, mediaDir, closed: () => closes };
}

/** What the doctor says of HTTP_PORT when this already listens there. */
async function askedBeside(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { reports } = await examined({}, { HTTP_PORT: String(port) });
    return reports.find(({ name }) => name === 'HTTP_PORT');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A directory that any user may enter. */
function dir(): string {
  const made = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
  chmodSync(made, 0o755);
  dirs.push(made);
  return made;
}
