import { beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../../../audio/pcm.ts';
import { ParleyError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { verbsOf } from '../../../lab/simulator/twilio/twiml.ts';
import { clipOf } from '../../line.ts';
import type { Awaited } from '../../line.ts';
import type { Arrival } from '../../telephone.ts';
import { ClassicCalls } from './classic-calls.ts';
import type { ClassicRequest } from './other-servers.ts';
import type { ClassicLine } from './classic-line.ts';

const WANTED: Awaited = { silenceMs: 6000, language: 'ru-RU', digits: 1, terminator: 'none', words: [] };
const FIRST: ClassicRequest = {
  ...{ callSid: 'CA1', from: '+79001112233', to: '+74950000000', callerName: '', bot: 'shop' },
  ...{ after: 0, words: '', digits: '' },
};

describe('a classic call', () => {
  let clock: ManualClock;
  let arrivals: Arrival[];
  let orders: string[];
  let rest: { end: () => Promise<void>; goOn: (sid: string, twiml: string) => Promise<void> };
  let calls: ClassicCalls;
  let onArrival: (arrival: Arrival) => void;

  beforeEach(() => {
    clock = new ManualClock();
    arrivals = [];
    orders = [];
    onArrival = ({ line }) => void line.answer();
    rest = {
      end: async () => void orders.push('end'),
      goOn: async (_sid, twiml) => void orders.push(namesIn(twiml)),
    };
    calls = new ClassicCalls({
      ...{ clock, log: silentLog, url: 'https://voice.example.com/voice' },
      rest: { end: () => rest.end(), goOn: (sid, twiml) => rest.goOn(sid, twiml) },
      whispers: { urlFor: () => undefined },
      onArrival: (arrival) => {
        arrivals.push(arrival);
        onArrival(arrival);
      },
      ordered: {
        isAwaited: (id) => id === 'o1',
        answered(_id, arrival) {
          arrivals.push(arrival());
          onArrival(arrivals.at(-1) as Arrival);
          return true;
        },
      },
    });
  });

  const line = () => arrivals.at(-1)?.line as ClassicLine;
  const say = async (text: string, language = 'ru-RU') => {
    await line().player.play(clipOf(silence(20, 8000)), { text, language }).finished;
  };
  /** Asks, and tells what the document says if it is there by now. */
  function next(differs: Partial<ClassicRequest> = {}) {
    const told: { document?: string } = {};
    void calls.next({ ...FIRST, ...differs }).then((document) => (told.document = document));
    return told;
  }
  /** A call that has said its greeting, and listens. */
  async function greeted(): Promise<string> {
    const told = next();
    await say('Алло.');
    line().hearing.awaited(WANTED);
    await clock.advance(0);
    return told.document ?? '';
  }

  it('listens while it greets, with the number of its document in the address', async () => {
    const [gather, redirect] = verbsOf(await greeted());
    expect(gather?.attributes).toMatchObject({
      action: 'https://voice.example.com/voice?bot=shop&after=1',
      ...{ input: 'speech dtmf', timeout: '6', numDigits: '1', finishOnKey: '', language: 'ru-RU' },
    });
    expect(gather?.attributes).not.toHaveProperty('hints');
    expect(gather?.nouns[0]?.text).toBe('Алло.');
    expect(redirect?.text).toBe(gather?.attributes['action']);
    expect(line().party).toMatchObject({ number: FIRST.from, dialled: FIRST.to, bot: 'shop' });
  });

  it('that Parley has made is answered by whom it called, and nobody talks where nobody waits for that', async () => {
    const order = { from: FIRST.to, to: FIRST.from, ordered: 'o1' };
    const told = next(order);
    await say('Алло.');
    line().hearing.awaited(WANTED);
    await clock.advance(0);
    expect(line()).toMatchObject({
      id: 'o1',
      party: { direction: 'outbound', number: FIRST.from, dialled: FIRST.to },
    });
    expect(told.document).toContain('/voice?bot=shop&#38;call=o1&#38;after=1');
    const unwanted = next({ ...order, callSid: 'CA2', ordered: 'o2' });
    await clock.advance(0);
    expect(namesIn(unwanted.document)).toBe('Hangup');
    expect(arrivals).toHaveLength(1);
  });

  it('tells what there is after two seconds, asks Twilio back within five, and says the rest then', async () => {
    await greeted();
    const slow = next({ after: 1, words: 'да' });
    await clock.advance(1900);
    await say('Раз.');
    await clock.advance(50);
    expect(slow.document).toBeUndefined();
    await clock.advance(100);
    expect(namesIn(slow.document)).toBe('Say Redirect');
    const silentYet = next({ after: 2 });
    await clock.advance(4400);
    expect(silentYet.document).toBeUndefined();
    await clock.advance(200);
    expect(namesIn(silentYet.document)).toBe('Redirect');
    await say('Два.');
    line().hearing.awaited(WANTED);
    const rest = next({ after: 3 });
    await clock.advance(0);
    expect(verbsOf(rest.document ?? '')[0]?.nouns[0]?.text).toBe('Два.');
  });

  it('tells whoever asks again the same, of a call that is over too', async () => {
    const first = await greeted();
    const again = next();
    await clock.advance(0);
    expect(again.document).toBe(first);
    const bye = next({ after: 1, words: 'пока' });
    await say('Пока.');
    await line().hangup();
    const late = next({ after: 1, words: 'пока' });
    await clock.advance(0);
    expect(namesIn(bye.document)).toBe('Say Hangup');
    expect(late.document).toBe(bye.document);
    expect([arrivals.length, orders]).toEqual([1, []]);
  });

  it('says goodbye behind what Twilio is still saying', async () => {
    await greeted();
    next({ after: 1, words: 'да' });
    await say('Раз.');
    await clock.advance(2000);
    await say('Прощайте.');
    await line().hangup();
    const last = next({ after: 2 });
    await clock.advance(0);
    expect(namesIn(last.document)).toBe('Say Hangup');
    expect(orders).toEqual([]);
  });

  it('is ended, and put through, over REST while Twilio listens', async () => {
    await greeted();
    await say('Соединяю.');
    rest.goOn = () => Promise.reject(new ParleyError('TWILIO_UNAVAILABLE', 'down'));
    const desk = { kind: 'number', number: '+12125550101' } as const;
    await expect(line().transfer(desk)).rejects.toThrow('[TWILIO_UNAVAILABLE]');
    expect(line().ended.aborted).toBe(false);
    rest.goOn = async (_sid, twiml) => void orders.push(namesIn(twiml));
    await line().transfer(desk);
    expect(line().ended.reason).toMatchObject({ by: 'transferred' });
    expect(orders).toEqual(['Say Dial']);
    await expect(
      line().transfer({ kind: 'dialplan', context: 'a', extension: 's', priority: 1 }),
    ).rejects.toThrow('[LINE_ENDED]');
  });

  it('is over when Twilio asks for nothing any more', async () => {
    await greeted();
    await clock.advance(75_000);
    expect(line().ended.aborted).toBe(false);
    await clock.advance(10_000);
    expect(line().ended.reason).toMatchObject({ by: 'caller' });
    // Another server may be talking there: a repeated webhook goes to whichever answers.
    expect(orders).toEqual([]);
  });

  it('is over with a status that says so, and what was asked is answered', async () => {
    await greeted();
    const asked = next({ after: 1, words: 'да' });
    calls.gone('CA1');
    await clock.advance(0);
    expect(line().ended.reason).toMatchObject({ by: 'caller' });
    expect(namesIn(asked.document)).toBe('Hangup');
  });

  it('does not begin where its end was told before, or again after it has ended', async () => {
    calls.gone('CA1');
    const late = next();
    await clock.advance(0);
    expect([namesIn(late.document), arrivals.length]).toEqual(['Hangup', 0]);
    onArrival = ({ line: refused }) => void refused.close();
    next({ callSid: 'CA2' });
    calls.gone('CA2');
    const again = next({ callSid: 'CA2', after: 1 });
    await clock.advance(0);
    expect([namesIn(again.document), arrivals.length]).toEqual(['Reject', 1]);
  });

  it('is not answered where nobody takes it', async () => {
    onArrival = ({ line: refused }) => void refused.close();
    const refused = next();
    await clock.advance(0);
    expect(namesIn(refused.document)).toBe('Reject');
  });

  it('tells Twilio which words are to be expected, as many and as long as it takes', async () => {
    const told = next();
    await say('Что хотите заказать?');
    const words = [
      'насос',
      'помпа, глубинная',
      'x'.repeat(101),
      ' ',
      ...Array.from({ length: 600 }, (_, at) => `w${at}`),
    ];
    line().hearing.awaited({ ...WANTED, words });
    await clock.advance(0);
    const hints = verbsOf(told.document ?? '')[0]?.attributes['hints']?.split(',') ?? [];
    expect(hints.slice(0, 3)).toEqual(['насос', 'помпа глубинная', 'w0']);
    expect(hints).toHaveLength(500);
  });

  it('says whatever words there are as words', async () => {
    const told = next();
    await say(`<Hangup/> & "\u0000\uD800𝄞'`, 'en-US');
    await say('x'.repeat(7000));
    line().hearing.awaited(WANTED);
    await clock.advance(0);
    const [gather] = verbsOf(told.document ?? '');
    expect(gather?.nouns[0]).toMatchObject({ name: 'Say', text: `<Hangup/> & "𝄞'` });
    expect(gather?.nouns.map(({ text }) => text.length)).toEqual([16, 3000, 3000, 1000]);
  });
});

function namesIn(document = ''): string {
  return document === ''
    ? ''
    : verbsOf(document)
        .map(({ name }) => name)
        .join(' ');
}
