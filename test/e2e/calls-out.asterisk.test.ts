/** Parley calls people, from a real Asterisk over another one that plays the trunk: what each side hears, and what is told of it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, durationMs, silence } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { resampled } from '../../src/audio/resample.ts';
import { tone } from '../../src/audio/tone.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { callOrOrder } from '../../src/http/order-contract.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import type { AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { CallablePhone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { operatorOf } from '../support/operator.ts';
import { startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Анна, ваш заказ готов.';
const ANSWER = 'С девяти до шести.';
const MESSAGE = 'Анна, перезвоните нам до шести.';
const CALLER_ID = '+74951234567';

const PERSON = '+79161230001';
const BUSY = '+79161230002';
const RINGS = '+79161230003';
const UNKNOWN = '+79161230004';
const REFUSES = '+79161230005';
const OVERLOADED = '+79161230006';
/** The network plays something first, and nobody answers. */
const ANNOUNCED = '+79161230007';
/** The network plays something first, and then somebody does. */
const MUSIC_FIRST = '+79161230008';
const NOWHERE = '+79169999999';

const EARLY_MEDIA = [' same => n,Progress()', ' same => n,Playtones(425/200,0/200)', ' same => n,Wait(1.5)'];

/** What the carrier does with a number. Until the phone is there the variable is empty. */
const CARRIER = [
  '[phones]',
  `exten => ${PERSON},1,Set(GLOBAL(SHOWN)=\${CALLERID(num)})`,
  ' same => n,Dial(${DESK},20)',
  `exten => ${BUSY},1,Hangup(17)`,
  `exten => ${RINGS},1,Ringing()`,
  ' same => n,Wait(60)',
  `exten => ${UNKNOWN},1,Hangup(1)`,
  `exten => ${REFUSES},1,Hangup(21)`,
  `exten => ${OVERLOADED},1,Hangup(34)`,
  `exten => ${ANNOUNCED},1,NoOp()`,
  ...EARLY_MEDIA,
  ' same => n,Hangup(17)',
  `exten => ${MUSIC_FIRST},1,NoOp()`,
  ...EARLY_MEDIA,
  ' same => n,StopPlaytones()',
  ' same => n,Dial(${DESK},20)',
].join('\n');

const bots = {
  default: {
    outbound: {
      greeting: '{{variables.name}}, ваш заказ готов.',
      prompt: 'Ты звонишь сама. {{direction}}',
      whenMachine: { say: '{{variables.name}}, перезвоните нам до шести.' },
    },
    silence: { afterMs: 30_000 },
  },
};

const RATE_HZ = 8000;
/** People do not answer with tones: these are voices. */
const VOICES_DIR = join(projectRoot(), 'sounds/ru-RU');
const VOICES = readdirSync(VOICES_DIR)
  .filter((name) => name.endsWith('.wav'))
  .map((name) => resampled(decodeWav(readFileSync(join(VOICES_DIR, name))), RATE_HZ))
  .sort((a, b) => durationMs(a) - durationMs(b));
const HELLO = VOICES[0] as Pcm;
/** Whoever has said nothing is greeted later, ms: who was greeted by then was heard. */
const GREETED_WITHIN_MS = 3500;

function inRow(...parts: readonly Pcm[]): Pcm {
  return { sampleRateHz: RATE_HZ, data: concatBytes(parts.map(({ data }) => data)) };
}

await describeAsterisk('calls that Parley makes', (installation) => {
  let carrier: AsteriskServer;
  let person: CallablePhone;

  beforeAll(async () => {
    carrier = await startAsterisk({ installation, dialplan: `${CARRIER}\n` });
    person = await createSipPhone({ serverHost: carrier.sipHost, serverPort: carrier.sipPort });
    await carrier.command(`dialplan set global DESK ${person.endpoint}`);
  });

  afterAll(async () => {
    await person.close();
    await carrier.stop();
  });

  describe.each(['stream', 'file'] as const)('in %s mode', (mode) => {
    let world: World;
    const taken: PhoneCall[] = [];

    beforeAll(async () => {
      person.whenCalled((call) => taken.push(call));
      const trunk = `PJSIP/anonymous/sip:{number}@${carrier.sipHost}:${carrier.sipPort}`;
      world = await startWorld({
        kind: 'asterisk',
        reply: () => ANSWER,
        bots,
        env: { MEDIA_MODE: mode, DIAL_TEMPLATE: trunk, OUTBOUND_CALLER_ID: CALLER_ID, RING_SECONDS: '5' },
      });
    });

    afterAll(() => world.stop());

    async function order(to: string): Promise<string> {
      const body = { to, bot: 'default', variables: { name: 'Анна' } };
      const answer = await operatorOf(world.service.httpUrl).order('calls', body);
      expect(answer).toMatchObject({ status: 202, body: { id: expect.any(String) as string } });
      return (answer.body as { id: string }).id;
    }

    async function seen(id: string) {
      const answer = await fetch(`${world.service.httpUrl}/api/calls/${id}`);
      return callOrOrder.parse(await answer.json());
    }

    async function ended(id: string) {
      await expect.poll(async () => (await seen(id)).ordered?.state, { timeout: 30_000 }).toBe('ended');
      return (await seen(id)).ordered;
    }

    async function answered(count: number): Promise<PhoneCall> {
      await expect.poll(() => taken.length, { timeout: 15_000 }).toBe(count);
      return taken[count - 1] as PhoneCall;
    }

    it('talk to whoever answers, under the number that is ours', async () => {
      taken.length = 0;
      const id = await order(PERSON);
      const call = await answered(1);
      const hello = await call.say(HELLO);
      const greeting = await world.untilHeard(call, GREETING);
      expect(greeting.startedAtMs - hello.endedAtMs).toBeLessThan(GREETED_WITHIN_MS);
      expect((await seen(id)).ordered).toMatchObject({ state: 'talking' });
      expect(await operatorOf(world.service.httpUrl).call(id)).toMatchObject({
        direction: 'outbound',
        number: PERSON,
        bot: 'default',
      });
      await call.say(world.speech.callerTone('когда вы работаете'));
      await world.untilHeard(call, ANSWER);
      expect(world.chat.requests.at(-1)?.messages[0]?.content).toContain('Ты звонишь сама. outbound');
      await call.hangup();
      expect(await ended(id)).toMatchObject({ outcome: 'answered', by: 'person', cause: 'caller' });
      expect(await carrier.command('dialplan show globals')).toContain(`SHOWN=${CALLER_ID}`);
    });

    it('leave a machine the whole message behind its beep, and end', async () => {
      taken.length = 0;
      const id = await order(PERSON);
      const call = await answered(1);
      const greeting = inRow(...VOICES.slice(-3), silence(700, RATE_HZ), tone(1000, 400, RATE_HZ));
      const { endedAtMs: beepedAtMs } = await call.say(greeting);
      const message = await world.untilHeard(call, MESSAGE);
      expect(message.startedAtMs).toBeGreaterThan(beepedAtMs);
      expect(await ended(id)).toMatchObject({ outcome: 'answered', by: 'machine', cause: 'machine' });
      expect((await call.ended).by).toBe('them');
      expect(world.heard(call).map(({ text }) => text)).toEqual([MESSAGE]);
      const spokenMs = durationMs(world.speech.callerTone(MESSAGE));
      expect(message.endedAtMs - message.startedAtMs).toBeGreaterThan(0.9 * spokenMs);
    });

    it('are told apart where nobody answers, side by side', async () => {
      const expected = {
        [BUSY]: 'busy',
        [RINGS]: 'noAnswer',
        [UNKNOWN]: 'unreachable',
        [NOWHERE]: 'unreachable',
        [REFUSES]: 'refused',
        [OVERLOADED]: 'failed',
        [ANNOUNCED]: 'busy',
      };
      taken.length = 0;
      const outcomes = Object.keys(expected).map(async (to) => [to, (await ended(await order(to)))?.outcome]);
      expect(Object.fromEntries((await Promise.all(outcomes)) as [string, string][])).toEqual(expected);
      expect(taken).toEqual([]);
    });

    it('begin with the answer, and not with what the network plays before it', async () => {
      taken.length = 0;
      const id = await order(MUSIC_FIRST);
      await expect
        .poll(() => carrier.command('core show channels'), { timeout: 10_000 })
        .toContain(MUSIC_FIRST);
      expect((await seen(id)).ordered).toMatchObject({ state: 'ringing' });
      const call = await answered(1);
      const greeting = await world.untilHeard(call, GREETING);
      expect(greeting.startedAtMs).toBeGreaterThan(call.answeredAtMs);
      await call.hangup();
      expect(await ended(id)).toMatchObject({ outcome: 'answered' });
    });

    it('stop ringing when they are given up, and leave nothing behind', async () => {
      const id = await order(RINGS);
      await expect.poll(() => carrier.command('core show channels'), { timeout: 10_000 }).toContain(RINGS);
      expect(await operatorOf(world.service.httpUrl).order(`calls/${id}/hangup`)).toMatchObject({
        status: 202,
      });
      expect(await ended(id)).toMatchObject({ outcome: 'failed', cause: 'given up' });
      expect(await world.telephony.leftovers()).toEqual(NOTHING);
      expect(await carrier.leftovers()).toMatchObject({ channels: [] });
    });
  });
});
