import { describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Line } from '../telephony/line.ts';
import type { Dialled, Telephone } from '../telephony/telephone.ts';
import { CallsOut } from './calls-out.ts';

const ORDER = { id: 'out-1', to: '+79161234512', bot: 'default', variables: { name: 'Анна' } };
const NEVER = new AbortController().signal;

function telephone(name: string, dial: Telephone['dial'], connected = true): Telephone {
  return { name, dial, connected, trouble: connected ? undefined : 'not there' } as Telephone;
}

function answeredBy(hangUp: () => void = () => undefined): Dialled {
  const line = { hangup: async () => hangUp() } as Line;
  return { outcome: 'answered', arrival: { line, leg: 'leg', speech: 'live' } };
}

function callsOver(...telephones: readonly Telephone[]) {
  const clock = new ManualClock();
  const served: unknown[] = [];
  const desk = { places: 1, talk: (): Promise<void> => clockSleep(clock, 5000) };
  const callsOut = new CallsOut({
    telephones,
    desk: {
      reserve: () => {
        if (desk.places === 0) throw new ParleyError('CALL_NOT_PLACED', 'No room.');
        desk.places--;
        let isKept = true;
        return () => {
          if (isKept) desk.places++;
          isKept = false;
        };
      },
      serve: async (_arrival, { variables }) => {
        served.push(variables);
        await desk.talk();
        return { cause: 'bot', by: 'person' };
      },
    },
    checkBot: (name) => {
      if (name !== 'default') throw new ParleyError('BOT_PROFILE_UNKNOWN', 'No such bot.');
    },
    ringMs: 40_000,
    clock,
    log: silentLog,
  });
  return { callsOut, clock, served, desk };
}

function clockSleep(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

describe('a call that Parley makes', () => {
  it('is served with what it was ordered with, and told of when it is over', async () => {
    const { callsOut, clock, served } = callsOver(telephone('asterisk', async () => answeredBy()));
    const calling = callsOut.call(ORDER, NEVER);
    await clock.runUntil(calling);
    expect(await calling).toEqual({ outcome: 'answered', by: 'person', cause: 'bot', talkedMs: 5000 });
    expect(served).toEqual([{ name: 'Анна' }]);
  });

  it('counts as a live one while it rings, and leaves its place when nobody answers', async () => {
    let busy: (dialled: Dialled) => void = () => undefined;
    const dial = () => new Promise<Dialled>((resolve) => (busy = resolve));
    const { callsOut } = callsOver(telephone('asterisk', dial));
    const first = callsOut.call(ORDER, NEVER);
    await expect(callsOut.call(ORDER, NEVER)).rejects.toThrow(
      expect.objectContaining({ code: 'CALL_NOT_PLACED' }),
    );
    busy({ outcome: 'busy', cause: 'Q.850 17' });
    expect(await first).toEqual({ outcome: 'busy', cause: 'Q.850 17' });
    expect(() => callsOut.check(ORDER)).not.toThrow();
  });

  it('goes over the telephone that was named, else over the first that is there', async () => {
    const used: string[] = [];
    const dialling = (name: string) => async (): Promise<Dialled> => {
      used.push(name);
      return { outcome: 'busy', cause: '17' };
    };
    const { callsOut } = callsOver(
      telephone('browser', undefined),
      telephone('asterisk', dialling('asterisk'), false),
      telephone('twilio', dialling('twilio')),
    );
    await callsOut.call(ORDER, NEVER);
    expect(used).toEqual(['twilio']);
    const over = (name: string) => callsOut.call({ ...ORDER, telephone: name }, NEVER);
    await expect(over('asterisk')).rejects.toThrow(expect.objectContaining({ code: 'TELEPHONE_AWAY' }));
    await expect(over('browser')).rejects.toThrow(expect.objectContaining({ code: 'TELEPHONE_UNKNOWN' }));
    await expect(callsOut.call({ ...ORDER, bot: 'nobody' }, NEVER)).rejects.toThrow(
      expect.objectContaining({ code: 'BOT_PROFILE_UNKNOWN' }),
    );
  });

  it('is hung up when whoever ordered it wants no more', async () => {
    const given = new AbortController();
    let end: () => void = () => undefined;
    const { callsOut, desk } = callsOver(telephone('asterisk', async () => answeredBy(() => end())));
    desk.talk = () => new Promise((resolve) => (end = resolve));
    const calling = callsOut.call(ORDER, given.signal, {
      onAnswered: () => setImmediate(() => given.abort(new Error('enough'))),
    });
    await expect(calling).rejects.toThrow('enough');
  });

  it('stops ringing when the service stops, and no other begins', async () => {
    const dial: Telephone['dial'] = (_to, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const { callsOut } = callsOver(telephone('asterisk', dial));
    const calling = callsOut.call(ORDER, NEVER);
    const refused = expect(calling).rejects.toThrow(expect.objectContaining({ code: 'CALL_NOT_PLACED' }));
    await callsOut.stopRinging();
    await refused;
    await expect(callsOut.call(ORDER, NEVER)).rejects.toThrow(
      expect.objectContaining({ code: 'CALL_NOT_PLACED' }),
    );
  });
});
