/** `parley doctor` as an operator runs it: in a process of its own, with real requests to every neighbour. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChatSimulator } from '../../src/lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import { describeRealTelephony, whyMissing } from '../support/describe-telephonies.ts';
import { prepareEnvironment } from '../support/environment.ts';
import type { Neighbours } from '../support/environment.ts';
import { parleyProgram } from '../support/program.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony } from '../support/telephony.ts';

interface Report {
  readonly name: string;
  readonly ok: 'ok' | 'look' | 'fault';
  readonly finding: string;
  readonly advice?: string;
  readonly latencyMs?: number;
}

describeRealTelephony('parley doctor', (kind) => {
  let neighbours: (Neighbours & { telephony: Telephony }) | undefined;
  let env: Record<string, string>;
  let dir: string;

  beforeAll(async () => {
    if ((await whyMissing(kind)) !== undefined) return;
    const telephony = await startTelephony(kind, []);
    const chat = await startChatSimulator({ reply: () => 'Хорошо.', apiKey: 'test-key' });
    neighbours = { telephony, chat, speech: await startSpeechKitSimulator() };
    dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
    env = await prepareEnvironment(dir, neighbours, { default: {} });
  });
  afterAll(async () => {
    if (!neighbours) return;
    const { telephony, chat, speech } = neighbours;
    await Promise.all([telephony.stop(), chat.stop(), speech.stop()]);
    await rm(dir, { recursive: true, force: true });
  });

  it('finds nothing wrong where nothing is, with the latency of every provider', async () => {
    const { status, reports } = await doctor(env);
    expect(reports.filter(({ ok }) => ok === 'fault')).toEqual([]);
    expect(status).toBe(0);
    const timed = reports.filter(({ latencyMs }) => latencyMs !== undefined);
    expect(timed.length).toBeGreaterThanOrEqual(5);
  });

  it('says what is wrong and what to do when the model refuses the key and nobody can synthesize', async () => {
    await neighbours?.speech.kill('tts-grpc');
    const { status, reports } = await doctor({ ...env, OPENAI_API_KEY: 'another-key' });
    await neighbours?.speech.restart('tts-grpc');
    const red = reports.filter(({ ok }) => ok === 'fault');
    expect(status).toBe(1);
    expect(red).toHaveLength(2);
    expect(red.every(({ advice }) => advice !== undefined && advice.length > 0)).toBe(true);
    expect(JSON.stringify(reports)).not.toContain('another-key');
  });
});

function doctor(
  env: Readonly<Record<string, string>>,
): Promise<{ status: number; reports: readonly Report[] }> {
  return new Promise((resolve) => {
    const command = [...parleyProgram(), 'doctor', '--json'];
    const child = execFile(
      process.execPath,
      command,
      { env: { ...env, PATH: process.env['PATH'] } },
      (_error, stdout) => {
        resolve({
          status: child.exitCode ?? -1,
          reports: (JSON.parse(stdout) as { checks: readonly Report[] }).checks,
        });
      },
    );
  });
}
