import { beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Consultation } from '../line.ts';
import type { Destination, Dialled, Unconnected } from '../telephone.ts';
import { TwilioColleagues } from './colleagues.ts';
import { TwilioLine } from './twilio-line.ts';
import { Whispers } from './whispers.ts';

const DESK = { kind: 'number', number: '+74957654321' } as const;
const RINGING = { withinMs: 25_000, variables: {} };

describe('a colleague who is rung over Twilio', () => {
  const asked: string[] = [];
  const dialled: Destination[] = [];
  let fails: Readonly<Record<string, ParleyError>> = {};
  let rings: (to: Destination) => Promise<Dialled>;
  let colleagues: TwilioColleagues;
  let caller: TwilioLine;
  let desk: TwilioLine;

  const rest = {
    end: (sid: string) => ask(`end ${sid}`),
    goOn: (sid: string, twiml: string) => ask(`${sid} ${twiml}`),
  };

  async function ask(what: string): Promise<void> {
    asked.push(what);
    const failure = Object.entries(fails).find(([start]) => what.startsWith(start));
    if (failure) throw failure[1];
  }

  const lineOf = (callSid: string, number: string, dialledNumber: string) =>
    new TwilioLine({
      clock: new ManualClock(),
      log: silentLog,
      rest,
      whispers: new Whispers('https://voice.example.com/twilio/whisper'),
      socket: {
        send: () => undefined,
        close: () => undefined,
        onMessage: () => undefined,
        onClose: () => undefined,
      },
      id: callSid,
      callSid,
      streamSid: `MZ-${callSid}`,
      party: { direction: 'inbound', number, name: '', dialled: dialledNumber, bot: undefined },
      detector: { silenceMs: 160, hear: () => undefined, close: () => undefined },
      consult: (...of) => colleagues.ring(...of),
    });

  beforeEach(() => {
    [asked.length, dialled.length, fails] = [0, 0, {}];
    caller = lineOf('CAcaller', '+7900', '+7495');
    desk = lineOf('CAdesk', '+7495', DESK.number);
    rings = async () => ({ outcome: 'answered', arrival: { line: desk, leg: 'CAdesk', speech: 'live' } });
    colleagues = new TwilioColleagues({
      log: silentLog,
      rest,
      dial(to) {
        dialled.push(to);
        return rings(to);
      },
      lineOf: (sid) => (sid === 'CAdesk' ? desk : undefined),
    });
  });

  const ring = (signal = new AbortController().signal) =>
    caller.consult?.(DESK, RINGING, signal) as Promise<Consultation>;

  async function colleague() {
    const rung = await ring();
    if (rung.outcome !== 'answered') throw new Error(rung.outcome);
    return rung.colleague;
  }

  it('meets the caller in a room of which neither knows the name, and whoever is left there is let go', async () => {
    const talked = await colleague();
    expect(dialled).toMatchObject([{ number: DESK.number, callerId: '+7495', ringMs: 25_000 }]);
    await talked.connect();
    const rooms = asked.map((one) => /Conference ([^>]*)>(parley-[-0-9a-f]{36})</.exec(one)?.slice(1));
    expect(asked.map((one) => one.split(' ', 1)[0])).toEqual(['CAdesk', 'CAcaller']);
    expect(rooms[0]?.[1]).toBe(rooms[1]?.[1]);
    expect(rooms[1]?.[0]).toContain('endConferenceOnExit="true"');
    expect(caller.ended.reason).toMatchObject({ by: 'transferred' });
    expect(desk.ended.reason).toMatchObject({ by: 'transferred' });
    // Gone before the caller has come into the room: nobody would ever come there.
    await colleagues.gone('CAdesk');
    await colleagues.gone('CAdesk');
    expect(asked.slice(2)).toEqual(['end CAcaller']);
  });

  it.each<[Unconnected, string]>([
    ['busy', 'busy'],
    ['noAnswer', 'noAnswer'],
    ['refused', 'declined'],
    ['unreachable', 'unreachable'],
    ['failed', 'unreachable'],
  ])('leaves the caller with the bot where the call is %s', async (outcome, told) => {
    rings = async () => ({ outcome, cause: '486' });
    expect(await ring()).toEqual({ outcome: told });
    expect([asked, caller.ended.aborted]).toEqual([[], false]);
  });

  it('leaves the caller with the bot where Twilio makes no call', async () => {
    rings = async () => Promise.reject(new ParleyError('TELEPHONE_AWAY', 'Twilio answered 503.'));
    expect(await ring()).toEqual({ outcome: 'unreachable' });
  });

  it('is let go, and the caller kept, where they cannot be put together', async () => {
    const talked = await colleague();
    fails = { CAcaller: new ParleyError('TWILIO_UNAVAILABLE', 'Twilio answered 503.') };
    await expect(talked.connect()).rejects.toMatchObject({ code: 'LINE_ENDED' });
    expect(asked.at(-1)).toBe('end CAdesk');
    expect(caller.ended.aborted).toBe(false);
    await colleagues.gone('CAdesk');
    expect(asked.at(-1)).toBe('end CAdesk');
  });

  it('who has hung up before takes the caller nowhere', async () => {
    const talked = await colleague();
    fails = { CAdesk: new ParleyError('TWILIO_CALL_GONE', 'Twilio answered 400.') };
    await expect(talked.connect()).rejects.toMatchObject({ code: 'LINE_ENDED' });
    expect(asked.filter((one) => one.startsWith('CAcaller'))).toEqual([]);
    expect(caller.ended.aborted).toBe(false);
  });

  it('is rung no more when the caller hangs up', async () => {
    let unwanted = new AbortController().signal;
    colleagues = new TwilioColleagues({
      log: silentLog,
      rest,
      dial: (_to, signal) => {
        unwanted = signal;
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
      lineOf: () => undefined,
    });
    const ringing = ring();
    caller.over('caller');
    await expect(ringing).rejects.toMatchObject({ code: 'LINE_ENDED' });
    expect(unwanted.aborted).toBe(true);
    await expect(ring()).rejects.toMatchObject({ code: 'LINE_ENDED' });
  });
});
