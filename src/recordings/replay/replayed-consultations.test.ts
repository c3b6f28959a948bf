/** A colleague who is rung for a caller: taped, and run again from the notes alone. */
import { describe, expect, it } from 'vitest';
import { sleep } from '../../base/clock.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Colleague, Consult, Consultation } from '../../telephony/line.ts';
import type { RecordedConsultation } from '../bundle/recorded-abilities.ts';
import { CallTape } from '../recorder/call-tape.ts';
import { TapedConsultations } from '../recorder/taped-consultations.ts';
import { ReplayedConsultations } from './replayed-consultations.ts';
import { TapeTime } from './tape-time.ts';
import { Unanswered } from './unanswered.ts';

const TO = { kind: 'endpoint', endpoint: 'PJSIP/201' } as const;
const RINGING = { withinMs: 25_000, variables: {} };
const telephone = {} as Pick<Colleague, 'hearing' | 'player'>;

/** Rings after a second of the call; the telephone tells after four. What is on the tape of it. */
async function taped(
  told: () => Consultation,
  then?: (rung: Consultation) => Promise<void>,
): Promise<readonly RecordedConsultation[]> {
  const clock = new ManualClock();
  const consultations = new TapedConsultations(new CallTape(clock));
  const inner: Consult = async (_to, _options, signal) => {
    await sleep(clock, 4000, signal);
    return told();
  };
  await clock.advance(1000);
  const ringing = consultations.consult(inner)(TO, RINGING, new AbortController().signal);
  await clock.runUntil(ringing.then((rung) => then?.(rung)));
  return consultations.notes;
}

function replayed(recorded: readonly RecordedConsultation[]) {
  const clock = new ManualClock();
  const unanswered = new Unanswered();
  let connectedAtMs: number | undefined;
  const onConnected = () => void (connectedAtMs = clock.nowMs());
  const time = new TapeTime(clock);
  const consultations = new ReplayedConsultations({ time, recorded, unanswered, telephone, onConnected });
  const ring = () =>
    clock.runUntil(consultations.consult(TO, RINGING, new AbortController().signal)).then((rung) => ({
      rung,
      atMs: clock.nowMs(),
    }));
  const ask = (colleague: Colleague) =>
    clock.runUntil(
      consultations.ask({} as never, colleague, Promise.resolve(''), new AbortController().signal),
    );
  return { ask, clock, connectedAtMs: () => connectedAtMs, ring };
}

const answering = (connect: () => Promise<void> = () => Promise.resolve()): Consultation => ({
  outcome: 'answered',
  colleague: { ...telephone, ended: new AbortController().signal, connect, close: () => Promise.resolve() },
});

const connected = async (rung: Consultation) => {
  if (rung.outcome === 'answered') await rung.colleague.connect();
};

describe('a colleague who was rung', () => {
  it('answers again after as long, says the same, and is put through', async () => {
    const [note] = await taped(answering, connected);
    expect(note).toEqual({
      atMs: 1000,
      outcome: 'answered',
      end: { kind: 'done', atMs: 5000 },
      connectedAtMs: 5000,
    });
    const willed = {
      ...(note as RecordedConsultation),
      will: { atMs: 9000, said: 'yes' as const },
      connectedAtMs: 9100,
    };
    const { ask, clock, connectedAtMs, ring } = replayed([willed]);
    await clock.advance(2000);
    const { atMs, rung } = await ring();
    expect([atMs, rung.outcome]).toEqual([6000, 'answered']);
    if (rung.outcome !== 'answered') return;
    expect(await ask(rung.colleague)).toBe('yes');
    expect(clock.nowMs()).toBe(10_000);
    await clock.runUntil(rung.colleague.connect());
    expect(connectedAtMs()).toBe(10_100);
  });

  it.each(['busy', 'noAnswer', 'declined', 'unreachable'] as const)(
    'and was %s is so again',
    async (outcome) => {
      const { ring } = replayed(await taped(() => ({ outcome })));
      expect(await ring()).toEqual({ rung: { outcome }, atMs: 4000 });
    },
  );

  it('and was gone when he should have been put through is gone again', async () => {
    const { ring } = replayed(await taped(answering));
    const { rung } = await ring();
    await expect(rung.outcome === 'answered' && rung.colleague.connect()).rejects.toMatchObject({
      code: 'LINE_ENDED',
    });
  });

  it('is not rung twice where he was rung once', async () => {
    const { ring } = replayed(await taped(() => ({ outcome: 'busy' })));
    await ring();
    await expect(ring()).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
  });
});
