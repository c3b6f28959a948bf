/** What becomes of a caller, a colleague who is rung, and what they leave in Asterisk; over a stand-in that speaks the real ARI. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tone } from '../../audio/tone.ts';
import { tonesHeard } from '../../lab/phone/tones.ts';
import type { CallablePhone, PhoneCall } from '../../lab/phone/phone.ts';
import { startAsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';
import type { AsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';
import type { Consultation } from '../line.ts';
import type { Line } from '../line.ts';
import type { AsteriskTelephone } from './asterisk-telephone.ts';
import { testTelephone } from './testing/test-telephone.ts';

const TO = { kind: 'endpoint', endpoint: 'PJSIP/201' } as const;
const CALLER_HZ = 440;
const COLLEAGUE_HZ = 700;

let simulator: AsteriskSimulator;
let desk: CallablePhone;
let telephones: AsteriskTelephone[];
let lines: Line[];
let onLine: (line: Line) => void;

beforeEach(async () => {
  simulator = await startAsteriskSimulator();
  desk = simulator.phoneAt(TO.endpoint);
  telephones = [];
  lines = [];
  onLine = () => undefined;
});

afterEach(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await expect
    .poll(() => simulator.leftovers(), { timeout: 3000 })
    .toMatchObject({ channels: [], bridges: [] });
  for (const telephone of telephones) await telephone.close();
  await simulator.stop();
});

async function open(mode: 'file' | 'stream'): Promise<AsteriskTelephone> {
  const { url, username, password, mediaDir } = simulator;
  const telephone = testTelephone({
    ...{ ari: { url, username, password, app: 'voicebot' }, mode, mediaDir },
    onArrival: ({ line }) => {
      lines.push(line);
      onLine(line);
    },
  });
  telephones.push(telephone);
  await telephone.open(new AbortController().signal);
  return telephone;
}

async function call(mode: 'file' | 'stream') {
  const telephone = await open(mode);
  const arrived = new Promise<Line>((resolve) => (onLine = resolve));
  const dialling = simulator.phone().dial('100');
  const line = await arrived;
  await line.answer();
  return { telephone, line, caller: await dialling };
}

function consult(line: Line, signal = new AbortController().signal, withinMs = 5000): Promise<Consultation> {
  if (!line.consult) throw new Error('this line cannot ring anybody');
  return line.consult(TO, { withinMs, variables: { PARLEY_REASON: 'order' } }, signal);
}

/** The colleague answers, and has the caller put through. */
async function connected(mode: 'file' | 'stream') {
  const taken = new Promise<PhoneCall>((resolve) => desk.whenCalled(resolve));
  const { caller, line, telephone } = await call(mode);
  const consultation = await consult(line);
  if (consultation.outcome !== 'answered') throw new Error(consultation.outcome);
  await consultation.colleague.connect();
  await Promise.all([consultation.colleague.close(), line.close()]);
  return { caller, colleague: await taken, line, telephone };
}

function hears(call: PhoneCall, hz: number) {
  return tonesHeard(call.heard()).some((heard) => Math.abs(heard.hz - hz) < 10);
}

describe.each(['file', 'stream'] as const)('a colleague who is rung in %s mode', (mode) => {
  it('talks to the caller when put through, and both hang up together', async () => {
    const { caller, colleague, line } = await connected(mode);
    expect(line.ended.reason).toMatchObject({ by: 'transferred' });
    await Promise.all([caller.say(tone(CALLER_HZ, 300, 8000)), colleague.say(tone(COLLEAGUE_HZ, 300, 8000))]);
    await expect.poll(() => hears(colleague, CALLER_HZ)).toBe(true);
    expect(hears(caller, COLLEAGUE_HZ)).toBe(true);
    await colleague.hangup();
    expect(await caller.ended).toMatchObject({ by: 'them' });
  });

  it('loses the caller who hangs up after being put through', async () => {
    const { caller, colleague } = await connected(mode);
    await caller.hangup();
    expect(await colleague.ended).toMatchObject({ by: 'them' });
  });

  it('is watched by a Parley that was started meanwhile', async () => {
    const { caller, colleague, telephone } = await connected(mode);
    await telephone.close();
    await open(mode);
    expect(lines).toHaveLength(1);
    await caller.hangup();
    expect(await colleague.ended).toMatchObject({ by: 'them' });
  });

  it.each([
    ['busy', 'busy'],
    ['decline', 'declined'],
    ['ring', 'noAnswer'],
  ] as const)('and whose phone does this: %s, is told of as %s; the caller stays', async (how, outcome) => {
    desk.whenCalled(how);
    const { caller, line } = await call(mode);
    expect(await consult(line, undefined, 200)).toEqual({ outcome });
    expect(line.ended.aborted).toBe(false);
    await caller.hangup();
  });

  it('who is nowhere is told of as unreachable', async () => {
    const { caller, line } = await call(mode);
    const nowhere = { kind: 'endpoint', endpoint: 'PJSIP/404' } as const;
    const asked = line.consult?.(nowhere, { withinMs: 200, variables: {} }, new AbortController().signal);
    expect(await asked).toEqual({ outcome: 'unreachable' });
    await caller.hangup();
  });

  it('rings no longer when nobody wants it any more', async () => {
    desk.whenCalled('ring');
    const { caller, line } = await call(mode);
    const unwanted = new AbortController();
    const asked = consult(line, unwanted.signal);
    const rings = () => simulator.leftovers().channels.some((id) => id.includes('colleague'));
    await expect.poll(rings).toBe(true);
    unwanted.abort(new Error('the caller is gone'));
    await expect(asked).rejects.toThrow('the caller is gone');
    expect(rings()).toBe(false);
    await caller.hangup();
  });

  it('hangs up before being put through: the caller is with the bot as before', async () => {
    const taken = new Promise<PhoneCall>((resolve) => desk.whenCalled(resolve));
    const { caller, line } = await call(mode);
    const consultation = await consult(line);
    if (consultation.outcome !== 'answered') throw new Error(consultation.outcome);
    await (await taken).hangup();
    await expect(consultation.colleague.connect()).rejects.toMatchObject({ code: 'LINE_ENDED' });
    await consultation.colleague.close();
    const played = line.player.play({
      sampleRateHz: 8000,
      audio: (async function* () {
        yield tone(COLLEAGUE_HZ, 300, 8000).data;
      })(),
    });
    expect(await played.finished).toMatchObject({ outcome: 'heard' });
    expect(hears(caller, COLLEAGUE_HZ)).toBe(true);
    await caller.hangup();
  });
});
