import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import type { Arrival, Destination } from '../telephone.ts';
import { OutboundCalls } from './outbound-calls.ts';
import { TwilioRefusal } from './twilio-rest.ts';

const arrival = { leg: 'CA1' } as Arrival;
const never = new AbortController().signal;

describe('calls made over Twilio', () => {
  let clock: ManualClock;
  let calls: OutboundCalls;
  let ordered: Map<string, string>;
  let ended: string[];
  let answer: () => Promise<string>;
  let rang: number;
  /** What Twilio says when it is asked. */
  let stands: () => Promise<string>;
  let to: Destination;

  beforeEach(() => {
    clock = new ManualClock();
    ended = [];
    ordered = new Map();
    rang = 0;
    stands = async () => 'ringing';
    answer = async () => 'CA1';
    to = {
      id: 'o1',
      number: '+79001112233',
      callerId: '+74950000000',
      bot: 'shop',
      ringMs: 20_000,
      onRinging: () => rang++,
    };
    calls = new OutboundCalls({
      clock,
      log: silentLog,
      rest: {
        call: (fields) => {
          for (const [name, value] of fields) ordered.set(name, value);
          return answer();
        },
        end: async (callSid) => void ended.push(callSid),
        statusOf: () => stands(),
      },
      goesBy: ({ id }) => ['Twiml', `<Response>${id}</Response>`],
      statusUrl: 'https://voice.example.com/twilio/status',
      callerId: undefined,
    });
  });

  it('are answered when their stream begins', async () => {
    const dialled = calls.dial(to, never);
    await clock.advance(1);
    expect(Object.fromEntries(ordered)).toMatchObject({
      To: to.number,
      From: to.callerId,
      Timeout: '20',
      StatusCallback: 'https://voice.example.com/twilio/status?call=o1',
    });
    calls.status('o1', 'ringing', undefined);
    calls.status('o1', 'ringing', undefined);
    expect(calls.answered('o1', () => arrival)).toBe(true);
    expect(await dialled).toEqual({ outcome: 'answered', arrival });
    expect(rang).toBe(1);
    expect(ended).toEqual([]);
    expect(calls.answered('o1', () => arrival)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['busy', undefined, 'busy'],
    ['no-answer', '487', 'noAnswer'],
    ['failed', '404', 'unreachable'],
    ['failed', '403', 'refused'],
    ['failed', undefined, 'failed'],
    ['canceled', undefined, 'failed'],
  ])('that are %s (%s) are told as %s, and nothing is left to be ended', async (status, sip, outcome) => {
    const dialled = calls.dial(to, never);
    await clock.advance(1);
    calls.status('o1', status, sip);
    expect((await dialled).outcome).toBe(outcome);
    expect(ended).toEqual([]);
  });

  it('end where word of their end comes before the answer to their order', async () => {
    answer = () => new Promise(() => undefined);
    const dialled = calls.dial(to, never);
    calls.status('o1', 'busy', undefined);
    expect(await dialled).toEqual({ outcome: 'busy', cause: 'busy' });
  });

  it('ring nobody any more once they are given up', async () => {
    const given = new AbortController();
    const dialled = calls.dial(to, given.signal);
    await clock.advance(1);
    given.abort(new Error('given up'));
    await expect(dialled).rejects.toThrow('given up');
    expect(ended).toEqual(['CA1']);
  });

  it('ring nobody who was given up before Twilio had answered', async () => {
    let made: (callSid: string) => void = () => undefined;
    answer = () => new Promise((resolve) => (made = resolve));
    const given = new AbortController();
    const dialled = calls.dial(to, given.signal);
    given.abort(new Error('given up'));
    await expect(dialled).rejects.toThrow('given up');
    made('CA9');
    await clock.advance(1);
    expect(ended).toEqual(['CA9']);
  });

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'noAnswer'],
    ['failed', 'failed'],
  ])('of which no status has come are asked for, and told as they ended: %s', async (status, outcome) => {
    stands = async () => status;
    const dialled = calls.dial(to, never);
    await clock.advance(36_000);
    expect(await dialled).toEqual({ outcome, cause: status });
    expect(ended).toEqual([]);
  });

  it('are not waited for where Twilio does not tell how they stand either', async () => {
    stands = () => Promise.reject(new ParleyError('TWILIO_TIMEOUT', 'Nothing came.'));
    const dialled = calls.dial(to, never);
    await clock.advance(36_000);
    expect(await dialled).toEqual({ outcome: 'noAnswer', cause: 'no status' });
    expect(ended).toEqual(['CA1']);
  });

  it('that are over before their stream say so', async () => {
    const dialled = calls.dial(to, never);
    await clock.advance(1);
    calls.status('o1', 'completed', undefined);
    expect(await dialled).toEqual({ outcome: 'failed', cause: 'answered, and over before its stream' });
  });

  it('are not waited for without end where no status comes', async () => {
    const dialled = calls.dial(to, never);
    await clock.advance(36_000);
    expect((await dialled).outcome).toBe('noAnswer');
    expect(ended).toEqual(['CA1']);
  });

  it('to a number that does not exist are unreachable, and without a right token there is no telephone', async () => {
    answer = () => Promise.reject(new TwilioRefusal(400, { code: 21_211, message: 'invalid' }));
    expect(await calls.dial(to, never)).toEqual({ outcome: 'unreachable', cause: 'Twilio error 21211' });
    answer = () => Promise.reject(new ParleyError('TWILIO_UNAUTHORIZED', 'Twilio answered 401.'));
    await expect(calls.dial(to, never)).rejects.toMatchObject({ code: 'TELEPHONE_AWAY' });
  });
});
