/** `parley dial` at a PBX that does not put the call through: each way to be refused has its reason and its status. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/base/clock.ts';
import { tone } from '../../src/audio/tone.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import type { CampaignResult } from '../../src/lab/probe/campaign-result.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { runParley } from '../support/run-parley.ts';
import { until } from '../support/until.ts';

/** 603 declines, 604 rings for ever, 605 takes the call and hangs up after a tone, 606 never falls silent. */
const DIALPLAN = `
[phones]
exten => 603,1,Hangup(21)
exten => 604,1,Ringing()
 same => n,Wait(60)
exten => 605,1,Answer()
 same => n,Wait(0.5)
 same => n,Playtones(!1000/300)
 same => n,Wait(0.5)
 same => n,Hangup()
exten => 606,1,Answer()
 same => n,Playtones(1000)
 same => n,Wait(60)
`;

/** Somebody who interrupts a call has heard that there is one, ms. */
const HEARD_MS = 300;
/** The command has started and dialled by then, ms, on a machine that does other things as well. */
const UP_WITHIN_MS = 20_000;

await describeAsterisk('dialling in vain', (installation) => {
  let asterisk: AsteriskServer;
  let dir: string;
  let file: string;

  beforeAll(async () => {
    asterisk = await startAsterisk({ installation, dialplan: DIALPLAN });
    dir = await mkdtemp(join(tmpdir(), 'parley-dial-'));
    file = join(dir, 'hello.wav');
    await writeFile(file, encodeWav(tone(700, 500, 16_000)));
  });
  afterEach(async () => {
    expect(await asterisk.leftovers()).toEqual(NOTHING);
  });
  afterAll(async () => {
    await asterisk.stop();
    await rm(dir, { recursive: true, force: true });
  });

  function dial(extension: string, ...args: string[]) {
    const target = `sip:${extension}@${asterisk.sipHost}:${asterisk.sipPort}`;
    return runParley(['dial', target, '--say', file, '--json', ...args]);
  }

  it.each([
    ['an unknown number', ['999'], 'DIAL_FAILED', '404 Not Found'],
    ['a call that is declined', ['603'], 'DIAL_FAILED', /\b(403|603) /],
    ['nobody who answers', ['604', '--answer-within', '0.5'], 'DIAL_FAILED', 'no answer within 500 ms'],
    ['a wrong password', ['100', '--user', '1001', '--password', 'wrong'], 'DIAL_FAILED', '401'],
    ['a bot that hangs up at once', ['605'], 'LINE_ENDED', 'The other side hung up'],
  ])('says so of %s', async (_, [extension = '', ...args], code, message) => {
    const { status, stdout, stderr } = await dial(extension, ...args);
    expect(stderr).toBe('');
    expect(status).toBe(1);
    const { ok, calls } = JSON.parse(stdout) as CampaignResult;
    expect(ok).toBe(false);
    expect(calls[0]?.failure?.code).toBe(code);
    expect(calls[0]?.failure?.message).toMatch(message);
    expect(stdout).not.toContain('wrong');
  });

  it('says so of a machine where nobody listens', async () => {
    const { status, stdout } = await runParley(['dial', 'sip:100@127.0.0.1:9', '--say', file, '--json']);
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as CampaignResult).calls[0]?.failure?.message).toContain('503');
  });

  it.each([
    ['it rings', '604'],
    ['it is up', '606'],
  ])('hangs up when somebody interrupts it while %s', async (_, extension) => {
    const target = `sip:${extension}@${asterisk.sipHost}:${asterisk.sipPort}`;
    const args = ['dial', target, '--say', file, '--calls', '2', '--json'];
    const areUp = async () => (await asterisk.leftovers(0)).channels.length === 2;
    const interruptWhen = until('both calls are there', areUp, UP_WITHIN_MS).then(() =>
      sleep(systemClock, HEARD_MS),
    );
    const { status, stdout } = await runParley(args, { interruptWhen });
    expect(status).toBe(1);
    const codes = (JSON.parse(stdout) as CampaignResult).calls.map(({ failure }) => failure?.code);
    expect(codes).toEqual(['DIAL_INTERRUPTED', 'DIAL_INTERRUPTED']);
    expect(await asterisk.leftovers(0)).toEqual(NOTHING);
  });

  it('measures what there was of a call that broke off', async () => {
    const { calls } = JSON.parse((await dial('605')).stdout) as CampaignResult;
    expect(calls[0]?.answerMs).toBeGreaterThan(0);
    // As long as the dialplan waits before the tone, and what a busy machine adds.
    expect(calls[0]?.greetingMs).toBeGreaterThan(400);
    expect(calls[0]?.greetingMs).toBeLessThan(3000);
    expect(calls[0]?.endedBy).toBe('them');
  });
});
