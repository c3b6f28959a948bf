/** Calls that are made over Asterisk, and what they leave there; over a stand-in that speaks the real ARI. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tone } from '../../../audio/tone.ts';
import type { CallablePhone, PhoneCall } from '../../../lab/phone/phone.ts';
import { tonesHeard } from '../../../lab/phone/tones.ts';
import { startAsteriskSimulator } from '../../../lab/simulator/asterisk/asterisk-simulator.ts';
import type { AsteriskSimulator } from '../../../lab/simulator/asterisk/asterisk-simulator.ts';
import { clipOf } from '../../line.ts';
import type { Line } from '../../line.ts';
import type { Destination, Dialled } from '../../telephone.ts';
import type { AsteriskTelephone } from '../asterisk-telephone.ts';
import { testTelephone } from '../testing/test-telephone.ts';
import type { Trunk } from './trunk.ts';

const BOT_HZ = 440;
const TRUNK: Trunk = { template: 'PJSIP/{number}@trunk', callerId: '+74951234567' };
const NUMBER = '+79161234512';

let simulator: AsteriskSimulator;
let callee: CallablePhone;
let telephones: AsteriskTelephone[];
let lines: Line[];
let arrived: Line[];

beforeEach(async () => {
  simulator = await startAsteriskSimulator();
  callee = simulator.phoneAt(`PJSIP/${NUMBER}@trunk`);
  telephones = [];
  lines = [];
  arrived = [];
});

afterEach(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await expect
    .poll(() => simulator.leftovers(), { timeout: 3000 })
    .toMatchObject({ channels: [], bridges: [] });
  for (const telephone of telephones) await telephone.close();
  await simulator.stop();
});

async function open(mode: 'file' | 'stream', trunks: readonly Trunk[] = [TRUNK]) {
  const { url, username, password, mediaDir } = simulator;
  const telephone = testTelephone({
    ...{ ari: { url, username, password, app: 'voicebot' }, mode, mediaDir, trunks },
    onArrival: ({ line }) => {
      lines.push(line);
      arrived.push(line);
    },
  });
  telephones.push(telephone);
  await telephone.open(new AbortController().signal);
  return telephone;
}

async function dial(
  telephone: AsteriskTelephone,
  more: Partial<Destination> = {},
  signal = new AbortController().signal,
): Promise<Dialled> {
  if (!telephone.dial) throw new Error('this telephone cannot call');
  const to = { id: 'out-1', number: NUMBER, callerId: undefined, bot: 'default', ringMs: 5000, ...more };
  const dialled = await telephone.dial(to, signal);
  if (dialled.outcome === 'answered') lines.push(dialled.arrival.line);
  return dialled;
}

describe.each(['stream', 'file'] as const)('whoever is called and answers, in %s mode,', (mode) => {
  it('hears the bot, on a line that goes out', async () => {
    const taken = new Promise<PhoneCall>((resolve) => callee.whenCalled(resolve));
    let rang = 0;
    const dialled = await dial(await open(mode), { onRinging: () => rang++ });
    if (dialled.outcome !== 'answered') throw new Error(dialled.cause);
    const { line, speech } = dialled.arrival;
    expect(rang).toBe(1);
    expect(speech).toBe(mode === 'stream' ? 'live' : 'whole');
    expect(line).toMatchObject({
      id: 'out-1',
      party: { direction: 'outbound', number: NUMBER, dialled: NUMBER, bot: 'default' },
    });
    expect(arrived).toEqual([]);
    await line.answer();
    const { sampleRateHz } = line.player;
    const played = await line.player.play(clipOf(tone(BOT_HZ, 400, sampleRateHz))).finished;
    expect(played.outcome).toBe('heard');
    const call = await taken;
    await expect
      .poll(() => tonesHeard(call.heard()).map(({ hz }) => Math.round(hz)), { timeout: 3000 })
      .toContain(BOT_HZ);
    await call.hangup();
    await expect.poll(() => line.ended.aborted).toBe(true);
  });
});

describe('a call that nobody takes', () => {
  it.each([
    ['busy', 'busy', 'Q.850 17'],
    ['decline', 'refused', 'Q.850 21'],
  ] as const)('because the other side is to %s is told as %s', async (how, outcome, cause) => {
    callee.whenCalled(how);
    expect(await dial(await open('stream'))).toEqual({ outcome, cause });
  });

  it('stops ringing when its time is over', async () => {
    callee.whenCalled('ring');
    let rang = 0;
    const dialled = await dial(await open('stream'), { ringMs: 300, onRinging: () => rang++ });
    expect(dialled).toEqual({ outcome: 'noAnswer', cause: 'ring time-out' });
    expect(rang).toBe(1);
  });

  it('stops ringing when it is given up', async () => {
    callee.whenCalled('ring');
    const given = new AbortController();
    const dialling = dial(
      await open('stream'),
      { onRinging: () => given.abort(new Error('enough')) },
      given.signal,
    );
    await expect(dialling).rejects.toThrow('enough');
  });

  it('is not made to a number that would choose another way out', async () => {
    const dialled = await dial(await open('stream'), { number: '201@elsewhere' });
    expect(dialled).toMatchObject({ outcome: 'unreachable' });
  });

  it('fails where the only trunk is not there', async () => {
    const dialled = await dial(
      await open('stream', [{ template: 'PJSIP/{number}@gone', callerId: undefined }]),
    );
    expect(dialled).toEqual({ outcome: 'failed', cause: 'ARI_FAILED' });
  });

  it('rings when Asterisk is told to go, and neither rings nor is answered afterwards', async () => {
    callee.whenCalled('ring');
    const telephone = await open('stream');
    const dialling = dial(telephone, { onRinging: () => void simulator.restart() });
    expect(await dialling).toEqual({ outcome: 'failed', cause: 'lost' });
  });
});

it('goes over the next trunk where one is out of service', async () => {
  callee.whenCalled(() => undefined);
  const trunks = [{ template: 'PJSIP/{number}@gone', callerId: undefined }, TRUNK];
  expect(await dial(await open('stream', trunks))).toMatchObject({ outcome: 'answered' });
});

it('lets nobody be called on who was being called when Parley died', async () => {
  callee.whenCalled('ring');
  const before = await open('stream');
  const given = new AbortController();
  let rings: () => void = () => undefined;
  const ringing = new Promise<void>((resolve) => (rings = resolve));
  const dialling = dial(before, { onRinging: rings }, given.signal).catch(() => undefined);
  await ringing;
  await before.close();
  await open('stream');
  await expect.poll(() => simulator.leftovers().channels, { timeout: 3000 }).toEqual([]);
  expect(arrived).toEqual([]);
  given.abort(new Error('the test is over'));
  await dialling;
});

it('cannot call without a trunk', async () => {
  expect((await open('stream', [])).dial).toBeUndefined();
});
