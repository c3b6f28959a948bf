import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
import { healthy, renderJson, renderTable } from './report.ts';

const dirs: string[] = [];
afterEach(() => dirs.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

describe('the doctor', () => {
  it('finds a healthy installation healthy, with the latency of each real request', async () => {
    const { reports, closed, mediaDir } = await examined();
    expect(reports.map(({ name, ok }) => `${name}: ${ok}`)).toEqual([
      'settings: true',
      'bot profiles: true',
      'MEDIA_DIR: true',
      'Asterisk: true',
      'media mode: true',
      'Asterisk modules: true',
      'synthesis (fake-tts): true',
      'recognition (fake-asr): true',
      'chat (fake-llm): true',
    ]);
    expect(reports.flatMap(({ latencyMs }) => latencyMs ?? [])).toEqual([5, 120, 300, 450]);
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
        yield '';
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

  it('goes on to Asterisk when the bot profiles are faulty', async () => {
    const { reports } = await examined({}, { BOTS_DIR: '/nowhere/bots' });
    expect(reports[1]).toMatchObject({ name: 'bot profiles', ok: false });
    expect(reports.at(-1)).toMatchObject({ name: 'speech and chat', ok: 'warn' });
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
      yield 'ready';
    },
  };
  const info = async () => {
    await takes(5);
    return { version: '22.10.1', modules: needed };
  };
  const mediaDir = dir();
  const reports = await examine(
    {
      ...{ ARI_USERNAME: 'parley', ARI_PASSWORD: 'x', YANDEX_API_KEY: 'x', YANDEX_FOLDER_ID: 'x' },
      ...{ OPENAI_API_KEY: 'x', DIALPLAN_FALLBACK: 'from-parley,operator,1', MEDIA_DIR: mediaDir },
      BOTS_DIR: fileURLToPath(new URL('../../../config/bots', import.meta.url)),
      ...env,
    },
    async () => ({
      ...{ ari: { info }, synthesizers: [synthesizer], recognizer, chat },
      close: async () => void closes++,
      ...faults,
    }),
    clock,
  );
  return { reports, mediaDir, closed: () => closes };
}

/** A directory that any user may enter. */
function dir(): string {
  const made = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
  chmodSync(made, 0o755);
  dirs.push(made);
  return made;
}
