import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { msToBytes } from '../../audio/pcm.ts';
import { clipOf } from '../line.ts';
import type { Capture, LineEnd } from '../line.ts';
import { LevelDetector } from '../streaming/testing/level-detector.ts';
import { BrowserLine } from './browser-line.ts';
import type { PageSocket } from './browser-line.ts';

const RATE_HZ = 16_000;
const FRAME = new Uint8Array(msToBytes(20, RATE_HZ));

describe('a call from a page', () => {
  let clock: ManualClock;
  let page: Page;
  let line: BrowserLine;

  beforeEach(() => {
    clock = new ManualClock();
    page = new Page();
    line = new BrowserLine({
      clock,
      log: silentLog,
      socket: page,
      bot: 'default',
      speechDetector: (rateHz) => new LevelDetector(rateHz),
    });
  });

  const endOf = () => (line.ended.reason as LineEnd).by;

  it('is told its id and its answer', async () => {
    await line.answer();
    expect(page.told).toEqual([{ event: 'call', id: line.id }, { event: 'answered' }]);
    expect(line.id).toMatch(/^browser-[\da-f]{8}$/);
  });

  it('is heard as far as the page has played', async () => {
    await line.answer();
    const clip = clipOf({ sampleRateHz: RATE_HZ, data: new Uint8Array(msToBytes(200, RATE_HZ)) });
    const { started, finished } = line.player.play(clip);
    await clock.advance(0);
    const [first = '', last = ''] = page.marks;
    page.say({ event: 'mark', id: first });
    expect(await started).toBe(0);
    await clock.advance(200);
    page.say({ event: 'mark', id: last });
    expect(await finished).toEqual({ outcome: 'heard', heardMs: 200 });
  });

  it('falls silent when the bot is stopped', async () => {
    await line.answer();
    await line.player.pause();
    await line.player.stop();
    expect(page.told.slice(-3).map(({ event }) => event)).toEqual(['pause', 'flush', 'resume']);
  });

  it('ends when the page goes, and when it says so', async () => {
    page.leave();
    expect(endOf()).toBe('caller');
    await expect(line.answer()).rejects.toThrow('LINE_ENDED');
  });

  it('tells where a telephone would have been handed over', async () => {
    await line.answer();
    await line.transfer({ kind: 'dialplan', context: 'queue', extension: '600', priority: 1 });
    expect(endOf()).toBe('transferred');
    expect(page.told.at(-1)).toEqual({ event: 'ended', by: 'transferred', to: 'queue,600,1' });
    expect(page.closedWith).toBe(1000);
  });

  it('is lost when the page plays nothing of what it gets', async () => {
    await line.answer();
    line.player.play(clipOf({ sampleRateHz: RATE_HZ, data: new Uint8Array(msToBytes(200, RATE_HZ)) }));
    await clock.advance(3000);
    expect(endOf()).toBe('lost');
  });

  it.each([
    ['what is no JSON', '{'],
    ['what no page says', { event: 'shout' }],
    ['words without a letter', { event: 'typed', text: ' … ' }],
    ['too many words', { event: 'typed', text: 'a'.repeat(251) }],
    ['more than words', { event: 'hangup', reason: 'none' }],
    ['half a sample', new Uint8Array(3)],
  ])('ends with a code when the page sends %s', async (_what, message) => {
    await line.answer();
    page.say(message);
    expect(page.told.slice(-2)).toMatchObject([
      { event: 'error', code: 'HTTP_INVALID' },
      { event: 'ended', by: 'lost' },
    ]);
    expect(page.closedWith).toBe(1008);
  });

  it('ends when sound comes faster than anybody can speak, and not when a page was stalled', async () => {
    await line.answer();
    for (let ms = 0; ms < 4900; ms += 20) page.say(FRAME);
    expect(line.ended.aborted).toBe(false);
    for (let ms = 0; ms < 200; ms += 20) page.say(FRAME);
    expect(page.told).toContainEqual(expect.objectContaining({ event: 'error', code: 'HTTP_TOO_MANY' }));
  });

  it('ends when the page says too much in a second, and not in two', async () => {
    await line.answer();
    for (let second = 0; second < 2; second++) {
      for (let n = 0; n < 50; n++) page.say({ event: 'mark', id: 'x' });
      await clock.advance(1001);
    }
    expect(line.ended.aborted).toBe(false);
    for (let n = 0; n < 51; n++) page.say({ event: 'mark', id: 'x' });
    expect(page.told).toContainEqual(expect.objectContaining({ event: 'error', code: 'HTTP_TOO_MANY' }));
  });

  describe('that types', () => {
    const heard: string[] = [];
    let capture: Capture | undefined;

    beforeEach(async () => {
      heard.length = 0;
      line.hearing.listen({
        speechStarted: () => {
          capture = line.hearing.capture(300);
          heard.push(line.hearing.takeTyped() ?? 'spoken');
        },
        speechStopped: (startedAtMs, endedAtMs) => heard.push(`${endedAtMs - startedAtMs} ms`),
        digit: (digit) => heard.push(`digit ${digit}`),
      });
      await line.answer();
    });

    it('is heard as an utterance without sound', async () => {
      page.say({ event: 'typed', text: ' When are you open? ' });
      await clock.advance(300);
      expect(heard).toEqual(['When are you open?', '300 ms']);
      const sound: Uint8Array[] = [];
      for await (const piece of capture?.audio ?? []) sound.push(piece);
      expect(sound).toEqual([]);
    });

    it('is not heard before what is being said is over', async () => {
      page.say({ event: 'typed', text: 'first' });
      page.say({ event: 'typed', text: 'second' });
      await clock.advance(1000);
      expect(heard).toEqual(['first', '300 ms']);
      capture?.finish();
      await clock.advance(300);
      expect(heard).toEqual(['first', '300 ms', 'second', '300 ms']);
    });

    it('presses keys as well', () => {
      page.say({ event: 'digit', digit: '0' });
      expect(heard).toEqual(['digit 0']);
    });
  });
});

/** What a page's socket is told. */
class Page implements PageSocket {
  readonly told: { readonly event: string; readonly id?: string }[] = [];
  readonly heard: Uint8Array[] = [];
  closedWith: number | undefined;
  #onMessage: (data: Uint8Array, isBinary: boolean) => void = () => undefined;
  #onClose = () => undefined as void;

  get marks(): readonly string[] {
    return this.told.flatMap(({ event, id }) => (event === 'mark' && id !== undefined ? [id] : []));
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.told.push(JSON.parse(data) as { event: string });
    else this.heard.push(data);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  say(message: object | string | Uint8Array): void {
    if (message instanceof Uint8Array) return this.#onMessage(message, true);
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.#onMessage(new TextEncoder().encode(text), false);
  }

  leave(): void {
    this.#onClose();
  }
}
