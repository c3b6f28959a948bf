import { describe, expect, it } from 'vitest';
import { silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { deferred } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Phone, PhoneCall, Span } from '../phone/phone.ts';
import { playCall, type PlayedCall } from './caller.ts';
import type { Script } from './script.ts';

const RATE_HZ = 8000;
const LINE_MS = 1000;
const GREETING = { fromMs: 300, toMs: 1300 };

/** A bot that makes a sound at these times, ms from the answer. */
class ScriptedCall implements PhoneCall {
  readonly answeredAtMs: number;
  readonly #clock: ManualClock;
  readonly #sounds: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly #over = deferred<Awaited<PhoneCall['ended']>>();
  readonly ended = this.#over.promise;

  constructor(clock: ManualClock, sounds: readonly { readonly fromMs: number; readonly toMs: number }[]) {
    this.#clock = clock;
    this.#sounds = sounds;
    this.answeredAtMs = clock.nowMs();
  }

  get soundHeardAtMs(): number | undefined {
    const nowMs = this.#clock.nowMs() - this.answeredAtMs;
    const last = this.#sounds.findLast(({ fromMs }) => fromMs < nowMs);
    return last && this.answeredAtMs + Math.min(nowMs, last.toMs);
  }

  say(): Promise<Span> {
    const startedAtMs = this.#clock.nowMs();
    return new Promise((resolve) => {
      this.#clock.after(LINE_MS, () => resolve({ startedAtMs, endedAtMs: startedAtMs + LINE_MS }));
    });
  }

  async hangup(): Promise<void> {
    this.end('us');
  }

  end(by: 'us' | 'them' | 'network'): void {
    this.#over.resolve({ by, atMs: this.#clock.nowMs() });
  }

  async sendDigit(): Promise<void> {}
  streamQuality = () => undefined;
  heard = () => ({ startedAtMs: this.answeredAtMs, pcm: silence(0, RATE_HZ) });
  said = this.heard;
}

interface Played {
  readonly clock: ManualClock;
  readonly call: ScriptedCall;
  readonly stop: AbortController;
  readonly playing: Promise<PlayedCall>;
}

function play(
  sounds: readonly { readonly fromMs: number; readonly toMs: number }[],
  change: Partial<Script> & { readonly count?: number } = {},
): Played {
  const { count = 1, ...script } = change;
  const clock = new ManualClock();
  const call = new ScriptedCall(clock, sounds);
  const stop = new AbortController();
  const phone: Phone = { dial: async () => call, close: async () => undefined };
  const pcm = tone(500, LINE_MS, RATE_HZ);
  const lines = Array.from({ length: count }, (_, n) => ({ name: `${n}.wav`, pcm, speechEndsMs: LINE_MS }));
  const playing = playCall({
    phone,
    extension: '100',
    script: { lines, botSilenceMs: 700, holdMs: 0, ...script },
    answerWithinMs: 5000,
    clock,
    signal: stop.signal,
    onStep: () => undefined,
  });
  return { clock, call, stop, playing };
}

const starts = ({ utterances }: PlayedCall) => utterances.map(({ startedAtMs }) => startedAtMs);

describe('the caller', () => {
  it('speaks once the bot has been silent, hears the answer out, and hangs up', async () => {
    const { clock, call, playing } = play([GREETING, { fromMs: 4000, toMs: 5000 }]);
    await clock.advance(10_000);
    const played = await playing;
    expect(played.failure).toBeUndefined();
    expect(starts(played)).toEqual([2000]);
    expect(await call.ended).toEqual({ by: 'us', atMs: 5700 });
    expect(clock.pending).toBe(0);
  });

  it('does not take a pause for the end', async () => {
    const { clock, playing } = play([GREETING, { fromMs: 1900, toMs: 2300 }, { fromMs: 5000, toMs: 5200 }]);
    await clock.advance(10_000);
    expect(starts(await playing)).toEqual([3000]);
  });

  it('talks into the answer when told to', async () => {
    const { clock, playing } = play([GREETING, { fromMs: 4000, toMs: 9000 }, { fromMs: 9500, toMs: 9900 }], {
      count: 2,
      bargeInAfterMs: 600,
    });
    await clock.advance(20_000);
    const [first, second] = starts(await playing);
    expect(first).toBe(2000);
    expect(second).toBeGreaterThanOrEqual(4600);
    expect(second).toBeLessThanOrEqual(4640);
  });

  it('stays for as long as it is told to', async () => {
    const { clock, call, playing } = play([GREETING, { fromMs: 4000, toMs: 5000 }], { holdMs: 30_000 });
    await clock.advance(60_000);
    await playing;
    expect((await call.ended).atMs).toBe(30_000);
  });

  it.each([
    ['greets nobody', [], 'greeted nobody within 15000 ms'],
    ['does not answer', [GREETING], 'had no answer to 0.wav within 15000 ms'],
    ['never falls silent', [{ fromMs: 0, toMs: 900_000 }], 'not silent within 60000 ms'],
  ])('gives up on a bot that %s', async (_, sounds, complaint) => {
    const { clock, call, playing } = play(sounds);
    await clock.advance(120_000);
    const { failure } = await playing;
    expect(failure).toMatchObject({ code: 'DIAL_UNANSWERED' });
    expect((failure as Error).message).toContain(complaint);
    expect((await call.ended).by).toBe('us');
    expect(clock.pending).toBe(0);
  });

  it('does not mind a bot that hangs up after its last answer, but minds one that does before', async () => {
    for (const [atMs, failure] of [
      [4500, undefined],
      [1500, { code: 'LINE_ENDED' }],
    ] as const) {
      const { clock, call, playing } = play([GREETING, { fromMs: 4000, toMs: 5000 }]);
      await clock.advance(atMs);
      call.end('them');
      await clock.advance(10_000);
      const played = await playing;
      if (failure) expect(played.failure).toMatchObject(failure);
      else expect(played.failure).toBeUndefined();
    }
  });

  it('minds a connection that is lost, whenever', async () => {
    const { clock, call, playing } = play([GREETING, { fromMs: 4000, toMs: 5000 }]);
    await clock.advance(4500);
    call.end('network');
    await clock.advance(10_000);
    expect((await playing).failure).toMatchObject({ code: 'LINE_ENDED' });
  });

  it('hangs up at once when it is stopped', async () => {
    const { clock, call, stop, playing } = play([GREETING]);
    await clock.advance(900);
    stop.abort(new ParleyError('DIAL_INTERRUPTED', 'Enough.'));
    expect((await playing).failure).toMatchObject({ code: 'DIAL_INTERRUPTED' });
    expect(await call.ended).toEqual({ by: 'us', atMs: 900 });
  });
});
