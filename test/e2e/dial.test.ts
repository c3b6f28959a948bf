/** `parley dial` against a living bot: what it measures from outside is what happened, and its exit status can be relied on. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.ts';
import { dial, type DialPlan } from '../../src/lab/probe/dial.ts';
import { parseExpectation } from '../../src/lab/probe/expectation.ts';
import type { CampaignResult } from '../../src/lab/probe/campaign-result.ts';
import { readLine } from '../../src/lab/probe/script.ts';
import { describeCalls, type Suite } from '../support/describe-calls.ts';
import { runParley, type Ran } from '../support/run-parley.ts';
import { MS_PER_CHARACTER } from '../support/world.ts';

const HOURS = 'Мы работаем с девяти до шести, без обеда, каждый день недели.';
const SATURDAY = 'В субботу до двух.';
const reply = [
  ['суббот', SATURDAY],
  ['часы', HOURS],
] as const;

/** How much shorter speech may seem where packets are lost, and how much longer where they come late: far less than another answer. */
const LOST_PACKETS_MS = 250;
const LATE_PACKETS_MS = 1000;
/** The test bot's turn is over after 400 ms without speech, of which the breath of a last word may have 130; nothing that the stand-ins do takes a second. */
const QUICKEST_MS = 250;
const SLOWEST_MS = 5000;

describeCalls('dialling from outside', { reply, modes: ['stream'] }, (suite) => {
  let dir: string;
  let files: Files;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-dial-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('measures each turn of each call', async () => {
    files = await filesOf(suite, dir);
    const report = await dialDirectly(suite, [files.hours, files.saturday], { calls: 3, rampMs: 200 });
    expect(report.calls.map(({ failure }) => failure)).toEqual([null, null, null]);
    expect(report.ok).toBe(true);
    for (const { answerMs, greetingMs, endedBy, turns } of report.calls) {
      expect(answerMs).toBeGreaterThan(0);
      expect(greetingMs).toBeGreaterThan(0);
      expect(greetingMs).toBeLessThan(SLOWEST_MS);
      expect(endedBy).toBe('us');
      expect(turns.map(({ name }) => name)).toEqual(['hours.wav', 'saturday.wav']);
      for (const { voiceToVoiceMs, bargeInMs, gapsMs } of turns) {
        expect(voiceToVoiceMs).toBeGreaterThan(QUICKEST_MS);
        expect(voiceToVoiceMs).toBeLessThan(SLOWEST_MS);
        expect(bargeInMs).toBeNull();
        expect(gapsMs).toEqual([]);
      }
      const spokenMs = HOURS.length * MS_PER_CHARACTER;
      expect(turns[0]?.answerSpeechMs).toBeGreaterThan(spokenMs - LOST_PACKETS_MS);
      expect(turns[0]?.answerSpeechMs).toBeLessThan(spokenMs + LATE_PACKETS_MS);
    }
  });

  it('talks over the bot, and tells how soon that gave way', async () => {
    files = await filesOf(suite, dir);
    const report = await dialDirectly(suite, [files.hours, files.saturday], { bargeInAfterMs: 500 });
    const [first, second] = report.calls[0]?.turns ?? [];
    expect(report.calls[0]?.failure).toBeNull();
    expect(second?.bargeInMs).toBeGreaterThanOrEqual(0);
    expect(second?.bargeInMs).toBeLessThan(SLOWEST_MS);
    expect(second?.voiceToVoiceMs).toBeGreaterThan(QUICKEST_MS);
    expect(first?.answerSpeechMs).toBeLessThan(HOURS.length * MS_PER_CHARACTER - 500);
  });

  it('stays on the line as long as it is told to', async () => {
    files = await filesOf(suite, dir);
    const report = await dialDirectly(suite, [files.saturday], { holdMs: 5000 });
    expect(report.calls[0]?.lastedMs).toBeGreaterThan(4990);
    expect(report.calls[0]?.lastedMs).toBeLessThan(5000 + SLOWEST_MS);
  });

  it('says why nobody took the call', async () => {
    files = await filesOf(suite, dir);
    const report = await dialDirectly(suite, [files.hours], { extension: '999' });
    expect(report.ok).toBe(false);
    expect(report.calls[0]?.failure).toMatchObject({ code: 'DIAL_FAILED' });
    expect(report.calls[0]?.failure?.message).toContain('404');
    expect(report.summary.voiceToVoice).toMatchObject({ count: 0, missing: 1 });
  });

  it('misses an expectation that the bot cannot meet, and one about turns that were not answered', async () => {
    files = await filesOf(suite, dir);
    const report = await dialDirectly(suite, [files.hours], { expect: ['p95<9s', 'p95<10ms'] });
    expect(report.expectations.map(({ met }) => met)).toEqual([true, false]);
    expect(report.ok).toBe(false);
    const refused = await dialDirectly(suite, [files.hours], { extension: '999', expect: ['p50<9s'] });
    expect(refused.expectations).toEqual([{ expectation: 'p50<9s', actual: null, met: false }]);
  });
});

describeCalls('the dial command', { reply, modes: ['stream'], kinds: ['asterisk'] }, (suite) => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-dial-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('prints one JSON object, keeps the calls, and ends with status 0', async () => {
    const { hours, saturday } = await filesOf(suite, dir);
    const args = ['--say', hours, saturday, '--calls', '2', '--codec', 'pcma', '--json'];
    const expectations = ['--expect', 'p95<2.5s', '--expect', 'loss.max<=5%', '--expect', 'answer.max<5s'];
    const { status, stdout, stderr } = await run(suite, '100', [...args, ...expectations, '--record', dir]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as CampaignResult;
    expect(report.calls.map(({ turns }) => turns.length)).toEqual([2, 2]);
    expect(report.summary.voiceToVoice).toMatchObject({ count: 4, missing: 0 });
    expect(report.calls[0]?.network?.received).toBeGreaterThan(50);
    expect(report.calls[0]?.network?.estimatedMos).toBeGreaterThan(4);
    const recorded = await readFile(join(dir, 'call-2.wav'));
    // Two channels of 16 bits at 8 kHz.
    expect(recorded.length / 32).toBeGreaterThan(report.calls[1]?.lastedMs ?? Infinity);
  });

  it('tells a person about each call and about all of them, and ends with status 1 when too little was met', async () => {
    const { saturday } = await filesOf(suite, dir);
    const { status, stdout, stderr } = await run(suite, '100', [
      '--say',
      saturday,
      '--user',
      '1001',
      '--expect',
      'p95<10ms',
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^call 1: answer \d+ ms, greeting \d+ ms, voice to voice \d+ ms\n$/);
    expect(stdout).toMatch(/voice to voice.* 1 │ +\d+ ms/);
    expect(stdout).toMatch(/MISSED {2}p95<10ms: \d+ ms/);
    expect(stdout).toContain('0 packets lost');
  });

  it('ends with status 1 and the reason when the number is not known', async () => {
    const { hours } = await filesOf(suite, dir);
    const { status, stdout } = await run(suite, '999', ['--say', hours, '--json']);
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as CampaignResult).calls[0]?.failure).toMatchObject({ code: 'DIAL_FAILED' });
    expect(stdout).toContain('404 Not Found');
  });
});

interface Files {
  readonly hours: string;
  readonly saturday: string;
}

/** The caller's lines, as files of another rate than the telephone's. */
async function filesOf({ world }: Suite, dir: string): Promise<Files> {
  const write = async (name: string, text: string) => {
    const file = join(dir, name);
    await writeFile(file, encodeWav(world.speech.callerTone(text)));
    return file;
  };
  return {
    hours: await write('hours.wav', 'часы работы'),
    saturday: await write('saturday.wav', 'а в субботу'),
  };
}

interface Changes extends Partial<Pick<DialPlan, 'calls' | 'rampMs' | 'extension'>> {
  readonly bargeInAfterMs?: number;
  readonly holdMs?: number;
  readonly expect?: readonly string[];
}

/** With the telephony's own phone: the stand-in knows no SIP. */
async function dialDirectly(
  { world }: Suite,
  say: readonly string[],
  { bargeInAfterMs, holdMs = 0, expect: expected = [], ...changes }: Changes,
): Promise<CampaignResult> {
  const plan = {
    extension: '100',
    target: 'the bot',
    calls: 1,
    rampMs: 0,
    answerWithinMs: 5000,
    script: {
      lines: await Promise.all(say.map(readLine)),
      botSilenceMs: 700,
      holdMs,
      ...(bargeInAfterMs !== undefined && { bargeInAfterMs }),
    },
    expectations: expected.map(parseExpectation),
    ...changes,
  };
  return dial(world.telephony.phone, plan, { write: () => true }, new AbortController().signal);
}

function run({ world }: Suite, extension: string, args: readonly string[]): Promise<Ran> {
  const { host, port } = world.telephony.sip ?? { host: '', port: 0 };
  return runParley(['dial', `sip:${extension}@${host}:${port}`, ...args], {
    env: { DIAL_PASSWORD: 'first phone' },
  });
}
