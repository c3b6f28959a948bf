/**
 * `parley certify` against bots that are none of Parley's, each bad in one way: that way is what is said of it, and nothing else. What takes no line to be
 * told of (silence, slowness, sound without an end) is tried where time costs nothing: src/lab/certify/certify.test.ts.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Certificate } from '../../src/lab/certify/certify.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { CallablePhone } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { runParley } from '../support/run-parley.ts';
import type { RunOptions } from '../support/run-parley.ts';
import { toneBot } from '../support/tone-bot.ts';
import type { Manners } from '../support/tone-bot.ts';
import { until } from '../support/until.ts';

const GOOD: Manners = {
  ...{ greetingMs: 600, wordsHz: [500, 600, 700], wordMs: 1800 },
  ...{ answersAfterMs: 700, givesWayAfterMs: 700 },
};

/** Behind the extension of its name. */
const BOTS: Readonly<Record<string, Manners>> = {
  good: GOOD,
  stubborn: { ...GOOD, givesWayAfterMs: Infinity },
  confused: { ...GOOD, wordsHz: [600, 700, 500] },
  jumpy: { ...GOOD, givesWayAfterMs: 80 },
  hasty: { ...GOOD, answersAfterMs: 250 },
  once: GOOD,
};

/** Of these only the first call is answered. */
const ONCE = new Set(['once']);

const DIALPLAN = `
[phones]
exten => busy,1,Hangup(17)
exten => rings,1,Ringing()
 same => n,Wait(60)
exten => waits,1,Ringing()
 same => n,Wait(60)
exten => leaves,1,Answer()
 same => n,Hangup()
exten => keeps,1,Answer()
 same => n,Wait(600)
exten => echo,1,Answer()
 same => n,Echo()
`;

/** Whoever calls as this one speaks what no phone of the certifier does. */
const WIDEBAND = `
[wideband]
type=endpoint
context=phones
disallow=all
allow=g722
`;

/** What a busy machine does to a bot is no fault of the bot: nothing here is about being quick. */
const PATIENCE = ['--voice-to-voice', '8000', '--barge-in', '3000', '--dead-air', '12000'];
const RINGS_WITHIN_MS = 20_000;

await describeAsterisk('a certificate of bad bots', (installation) => {
  let asterisk: AsteriskServer;
  const phones: CallablePhone[] = [];

  beforeAll(async () => {
    asterisk = await startAsterisk({
      installation,
      dialplan: `${DIALPLAN}${Object.keys(BOTS)
        .map((name) => `exten => ${name},1,Dial(\${${name}},20)\n`)
        .join('')}`,
      pjsip: WIDEBAND,
    });
    const at = { serverHost: asterisk.sipHost, serverPort: asterisk.sipPort };
    for (const [name, manners] of Object.entries(BOTS)) {
      const phone = await createSipPhone(at);
      phone.whenCalled((call) => {
        void toneBot(call, manners);
        if (ONCE.has(name)) phone.whenCalled((later) => void later.ended);
      });
      await asterisk.command(`dialplan set global ${name} ${phone.endpoint}`);
      phones.push(phone);
    }
  });
  afterAll(async () => {
    expect(await asterisk.leftovers()).toEqual(NOTHING);
    await Promise.all(phones.map((phone) => phone.close()));
    await asterisk.stop();
  });

  async function certified(extension: string, args: readonly string[] = [], options: RunOptions = {}) {
    const target = `sip:${extension}@${asterisk.sipHost}:${asterisk.sipPort}`;
    const tones = ['--tones', '500,600,700'];
    const { status, stdout, stderr } = await runParley(
      ['certify', target, '--short', '--json', ...tones, ...PATIENCE, ...args],
      options,
    );
    expect(stderr).toBe('');
    const certificate = JSON.parse(stdout) as Certificate;
    expect(certificate.ok).toBe(status === 0);
    const complaints = Object.fromEntries(
      certificate.verdicts.map((verdict) => [verdict.situation, verdict.complaints.join('; ')]),
    );
    return { ...certificate, status, complaints };
  }

  const EVERYTHING_GOOD = { question: '', cough: '', 'interrupted answer': '', 'hang-up': '' };

  it.concurrent.each([
    ['nothing of a good one', 'good', {}],
    [
      'that it speaks on when it is interrupted',
      'stubborn',
      { 'interrupted answer': 'it speaks on for … when it is interrupted' },
    ],
    [
      'that it says its words in another order',
      'confused',
      {
        question: 'it says its words in another order',
        cough: 'it says its words in another order',
        'interrupted answer': 'it says its words in another order',
      },
    ],
    ['that it stops for a cough', 'jumpy', { cough: 'it stops for a sound that is no word' }],
  ])('says %s', async (_what, extension, found) => {
    const { complaints, status } = await certified(extension);
    // A bot that speaks on to the caller's end and at once begins its next answer gives none that could be told from the first.
    const told = Object.entries(complaints).map(([name, words]) => [
      name,
      words.replace('it does not answer; ', '').replace(/\d+\.\d s/, '…'),
    ]);
    expect(Object.fromEntries(told)).toEqual({ ...EVERYTHING_GOOD, ...found });
    expect(status).toBe(Object.keys(found).length === 0 ? 0 : 1);
  });

  it.concurrent.each([
    ['it answers a number whose second half is still to come', 'hasty', 'dictation', 'it speaks before'],
    ['it has no greeting for the next caller', 'once', 'hang-up', 'it greets nobody'],
    ['nothing of a good one in noise', 'good', 'noise', ''],
    ['nothing of a good one that hears "mhm"', 'good', 'backchannel', ''],
    ['nothing of a good one to whom nobody speaks', 'good', 'silence', ''],
    ['nothing of a good one that is asked on', 'good', 'asks on', ''],
  ])('tells by one situation alone: %s', async (_what, extension, situation, complaint) => {
    const { complaints, verdicts } = await certified(extension, [
      '--only',
      situation,
      '--voice-to-voice',
      '3500',
    ]);
    // How long an answer is when nobody coughs into it tells whether a cough has stopped it.
    const needed = situation === 'backchannel' ? ['question'] : [];
    expect(Object.keys(complaints)).toEqual([...needed, situation]);
    if (situation === 'backchannel') expect(verdicts.at(-1)?.figures.falseStops).toBe(0);
    if (complaint === '') expect(complaints[situation]).toBe('');
    else expect(complaints[situation]).toContain(complaint);
  });

  it.concurrent('says that it only echoes', async () => {
    const { complaints } = await certified('echo', ['--only', 'question']);
    expect(complaints['question']).toMatch(/^it greets nobody; it says back what is said to it/);
  });

  it.concurrent('asks no more than it is told to, and says what it could', async () => {
    const args = ['certify', 'sip:100@127.0.0.1:9', '--only', 'singing'];
    const { status, stderr } = await runParley(args);
    expect(stderr).toContain('There is no situation “singing”, but question, cough,');
    expect(status).toBe(64);
  });

  it.concurrent('says that nothing has come through its proxy, which it closes', async () => {
    const provider = createServer().listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const [port, { port: providerPort }] = [await freeTcpPort(), provider.address() as AddressInfo];
    const proxy = ['--proxy', `chat=${port},http://127.0.0.1:${providerPort}`, '--only', 'chat dropped'];
    const { complaints } = await certified('good', proxy);
    expect(complaints).toEqual({
      'chat dropped': `nothing has come through the proxy chat: point the bot at port ${port}`,
    });
    const again = createServer().listen(port);
    await once(again, 'listening');
    again.close();
    provider.close();
  });

  it.concurrent('says that it hangs up', async () => {
    const { complaints, verdicts } = await certified('leaves');
    expect(complaints['question']).toBe('The bot hung up. [LINE_ENDED]; it greets nobody');
    expect(verdicts).toHaveLength(4);
  });

  it.concurrent.each([
    ['it is busy', 'busy', [], 'DIAL_FAILED', '486 Busy Here'],
    ['there is no such number', 'nobody', [], 'DIAL_FAILED', '404 Not Found'],
    ['nobody answers', 'rings', ['--answer-within', '1'], 'DIAL_FAILED', 'no answer within 1000 ms'],
    ['there is no codec in common', 'good', ['--user', 'wideband'], 'DIAL_NO_CODEC', '488'],
  ])('says why nobody takes the call, once: %s', async (_what, extension, args, code, message) => {
    const { failure, status, verdicts } = await certified(extension, args);
    expect(failure?.code).toBe(code);
    expect(failure?.message).toContain(message);
    expect(verdicts.map(({ complaints }) => complaints)).toEqual([[`${failure?.message ?? ''} [${code}]`]]);
    expect(status).toBe(1);
  });

  it.concurrent.each([
    ['it rings', 'waits', ''],
    ['it is up', 'keeps', '!Up!'],
  ])('tells what it has found when somebody interrupts it while %s', async (_what, extension, state) => {
    const isThere = async () => {
      const channels = (await asterisk.command('core show channels concise')).split('\n');
      return channels.some((channel) => channel.includes(`!${extension}!`) && channel.includes(state));
    };
    const interruptWhen = until('there is a call', isThere, RINGS_WITHIN_MS);
    const { failure, status } = await certified(extension, ['--answer-within', '50'], { interruptWhen });
    expect({ code: failure?.code, status }).toEqual({ code: 'DIAL_INTERRUPTED', status: 1 });
    expect(await isThere()).toBe(false);
  });
});
