import { beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { tone } from '../../audio/tone.ts';
import { clipOf } from '../line.ts';
import { TwilioLine } from './twilio-line.ts';
import { Whispers } from './whispers.ts';

describe('a line of Twilio', () => {
  let clock: ManualClock;
  let line: TwilioLine;
  let asked: string[];
  let sent: string[];
  let closed: number[];
  let fails: ParleyError | undefined;

  beforeEach(() => {
    [clock, asked, sent, closed, fails] = [new ManualClock(), [], [], [], undefined];
    const ask = async (what: string) => {
      asked.push(what);
      if (fails) throw fails;
    };
    line = new TwilioLine({
      clock,
      log: silentLog,
      rest: { end: (sid) => ask(`end ${sid}`), goOn: (sid, twiml) => ask(`${sid} ${twiml}`) },
      whispers: new Whispers('https://voice.example.com/twilio/whisper'),
      socket: {
        send: (text) => sent.push(text),
        close: (code) => closed.push(code),
        onMessage: () => undefined,
        onClose: () => undefined,
      },
      id: 'twilio-CA1',
      callSid: 'CA1',
      streamSid: 'MZ1',
      party: { direction: 'inbound', number: '+7900', name: '', dialled: '+7495', bot: undefined },
      detector: { silenceMs: 160, hear: () => undefined, close: () => undefined },
    });
  });

  it('lets whoever picks up be told first why the caller is put through', async () => {
    await line.transfer({ kind: 'refer', uri: 'sip:a@b.example' }, { PARLEY_SUMMARY: 'насос\\, два' });
    expect(asked[0]).toMatch(
      /<Sip url="https:\/\/voice\.example\.com\/twilio\/whisper\?key=[-0-9a-f]{36}">sip:a@b\.example<\/Sip>/,
    );
    // Who calls and why stands in no address.
    expect(asked[0]).not.toContain('насос');
  });

  it('puts its caller through to a number, and is transferred however the stream ends', async () => {
    const transferred = line.transfer({ kind: 'number', number: '+74951234567' }, { PARLEY_SUMMARY: '' });
    line.onMessage({ event: 'stop', streamSid: 'MZ1' });
    await transferred;
    expect(asked[0]).toContain('callerId="+7495"><Number>+74951234567</Number></Dial>');
    expect(line.ended.reason).toMatchObject({ by: 'transferred' });
    await line.close();
    expect(asked).toHaveLength(1);
  });

  it('keeps its caller where nobody can be reached', async () => {
    const place = { kind: 'dialplan', context: 'c', extension: 's', priority: 1 } as const;
    await expect(line.transfer(place)).rejects.toMatchObject({ code: 'TRANSFER_NOWHERE' });
    expect(await line.hasPlace(place)).toBe(false);
    fails = new ParleyError('TWILIO_UNAVAILABLE', 'Twilio answered 503.');
    const away = line.transfer({ kind: 'refer', uri: 'sip:a@b.example' });
    await expect(away).rejects.toMatchObject({ code: 'TWILIO_UNAVAILABLE' });
    expect(line.ended.aborted).toBe(false);
  });

  it('closes its stream once, hangs up once, and says nothing after its end', async () => {
    await line.answer();
    line.player.play(clipOf(tone(400, 1000, 8000)));
    await clock.advance(1);
    expect(sent.length).toBeGreaterThan(0);
    const before = sent.length;
    line.over('caller');
    line.over('lost');
    await line.hangup();
    await line.close();
    await line.close();
    expect(closed).toEqual([1000]);
    expect(asked).toEqual([]);
    expect(sent).toHaveLength(before);
    expect(clock.pending).toBe(0);
    await expect(line.answer()).rejects.toMatchObject({ code: 'LINE_ENDED' });
  });

  it('is hung up by closing its stream, even if Twilio cannot be told', async () => {
    fails = new ParleyError('TWILIO_TIMEOUT', 'Nothing came.');
    await line.hangup();
    expect(asked).toEqual(['end CA1']);
    expect(closed).toEqual([1000]);
    expect(line.ended.reason).toMatchObject({ by: 'us' });
    await line.close();
  });

  it('is lost where Twilio never tells what it has played', async () => {
    await line.answer();
    line.player.play(clipOf(tone(400, 1000, 8000)));
    await clock.advance(1);
    await clock.advance(5000);
    expect(line.ended.aborted).toBe(false);
    await clock.advance(10_000);
    expect(line.ended.reason).toMatchObject({ by: 'lost' });
    await line.close();
  });
});
