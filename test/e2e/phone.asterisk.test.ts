/** The instruments themselves: before they judge the bot, they are judged against a real Asterisk. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { concatBytes, silence } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { findSounds, longestSilenceMs } from '../../src/lab/phone/hear.ts';
import type { Phone } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';

const RATE = 8_000;
/** A packet is spoken before it is sent and heard after it arrives: 20 ms; the rest is Asterisk's and the machine's. */
const ECHO_WITHIN_MS = 500;
/** Hears itself. */
const ECHO = '600';
/** Asterisk says nothing before it knows where the phone's packets come from; that takes it four of them. */
const GETS_ACQUAINTED_MS = 150;
/** Fifty INVITEs at once hold everybody up for a moment. */
const CROWD_SETTLES_MS = 300;

const DIALPLAN = `
[phones]
exten => 601,1,Answer()
 same => n,Read(DIGITS,,4,,1,2)
 same => n,GotoIf($["\${DIGITS}" = "17*0"]?right)
 same => n,Hangup()
 same => n(right),Playtones(!1000/300)
 same => n,Wait(0.5)
 same => n,Hangup()
exten => 602,1,Ringing()
 same => n,Wait(30)
`;

await describeAsterisk('the phone', (installation) => {
  let asterisk: AsteriskServer;
  let phone: Phone;

  beforeAll(async () => {
    asterisk = await startAsterisk({ installation, dialplan: DIALPLAN });
  });
  beforeEach(async () => {
    phone = await createSipPhone({ serverHost: asterisk.sipHost, serverPort: asterisk.sipPort });
  });
  afterEach(async () => {
    await phone.close();
    expect(await asterisk.leftovers()).toEqual(NOTHING);
  });
  afterAll(() => asterisk?.stop());

  it.each(['PCMU', 'PCMA'] as const)('hears in %s what it says, when it says it', async (codec) => {
    const server = { serverHost: asterisk.sipHost, serverPort: asterisk.sipPort };
    const other = await createSipPhone({ ...server, codec });
    const call = await other.dial(ECHO);
    await sleep(GETS_ACQUAINTED_MS);
    const tones = [500, 900, 700].map((hz) => tone(hz, 300, RATE).data);
    const span = await call.say({ sampleRateHz: RATE, data: concatBytes(tones) });
    await sleep(200);
    await call.hangup();
    await other.close();

    const heard = tonesHeard(call.heard());
    expect(heard.map(({ hz }) => Math.round(hz / 100) * 100)).toEqual([500, 900, 700]);
    expect(heard[0]?.startedAtMs).toBeGreaterThanOrEqual(span.startedAtMs);
    expect((heard[0]?.startedAtMs ?? 0) - span.startedAtMs).toBeLessThan(ECHO_WITHIN_MS);
    expect((heard[2]?.endedAtMs ?? 0) - span.endedAtMs).toBeLessThan(ECHO_WITHIN_MS);
    const [said] = findSounds(call.said());
    expect(Math.abs((said?.startedAtMs ?? 0) - span.startedAtMs)).toBeLessThan(ECHO_WITHIN_MS);
  });

  it('hears a pause as long as it was', async () => {
    const call = await phone.dial(ECHO);
    await sleep(GETS_ACQUAINTED_MS);
    const first = await call.say(tone(600, 200, RATE));
    await sleep(500);
    const second = await call.say(tone(800, 200, RATE));
    await sleep(200);

    const pauseMs = second.startedAtMs - first.endedAtMs;
    const between = { fromMs: first.startedAtMs + 100, toMs: second.endedAtMs };
    expect(Math.abs(longestSilenceMs(call.heard(), between) - pauseMs)).toBeLessThanOrEqual(20);
  });

  it('sends digits that Asterisk understands, and learns that Asterisk hung up', async () => {
    await asterisk.command('module load app_read.so');
    const call = await phone.dial('601');
    for (const digit of '17*0') await call.sendDigit(digit);
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(tonesHeard(call.heard()).map(({ hz }) => Math.round(hz / 10) * 10)).toEqual([1000]);
    await expect(call.say(tone(600, 20, RATE))).rejects.toThrow('LINE_ENDED');
  });

  it('proves who it is', async () => {
    const server = { serverHost: asterisk.sipHost, serverPort: asterisk.sipPort };
    const known = await createSipPhone({
      ...server,
      credentials: { username: '1001', password: 'first phone' },
    });
    const call = await known.dial(ECHO);
    await call.hangup();
    await known.close();

    const liar = await createSipPhone({ ...server, credentials: { username: '1001', password: 'wrong' } });
    await expect(liar.dial(ECHO)).rejects.toThrow(/401/);
    await liar.close();
  });

  it('gives up with a CANCEL when nobody answers', async () => {
    await expect(phone.dial('602', { answerWithinMs: 300 })).rejects.toThrow('no answer within 300 ms');
  });

  it('says why it was refused', async () => {
    await expect(phone.dial('999')).rejects.toThrow('404 Not Found');
  });

  it('hears the shipped apology when Parley is not there', async () => {
    const call = await phone.dial('100');
    expect(await call.ended).toMatchObject({ by: 'them' });
    const sounds = findSounds(call.heard());
    const soundMs = sounds.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(soundMs).toBeGreaterThan(1_000);
    // The tone that stands in for a missing apology is no apology.
    expect(tonesHeard(call.heard()).filter(({ hz }) => Math.abs(hz - 425) < 5)).toEqual([]);
  });

  it('learns that Asterisk has died, and calls again once it is back', async () => {
    const call = await phone.dial(ECHO);
    await asterisk.kill('SIGKILL');
    expect(await call.ended).toMatchObject({ by: 'network' });
    await expect(phone.dial(ECHO)).rejects.toThrow('503');

    await asterisk.restart();
    const again = await phone.dial(ECHO);
    await again.hangup();
    expect(await again.ended).toMatchObject({ by: 'us' });
  });

  it('carries fifty calls at once, each hearing itself in time', async () => {
    const hz = (n: number) => 400 + n * 40;
    const tones = Array.from({ length: 50 }, (_, n) => tone(hz(n), 1_000, RATE));
    const calls = await Promise.all(tones.map(() => phone.dial(ECHO)));
    await sleep(GETS_ACQUAINTED_MS + CROWD_SETTLES_MS);
    const spans = await Promise.all(calls.map((call, n) => call.say(tones[n] ?? silence(20, RATE))));
    await sleep(200);
    for (const [n, call] of calls.entries()) {
      const [heard, ...more] = tonesHeard(call.heard());
      expect(more).toEqual([]);
      expect(Math.abs((heard?.hz ?? 0) - hz(n))).toBeLessThan(5);
      expect((heard?.startedAtMs ?? 0) - (spans[n]?.startedAtMs ?? 0)).toBeLessThan(ECHO_WITHIN_MS);
    }
  });
});
