import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { THRESHOLDS } from '../timeline/thresholds.ts';
import type { HeardSides } from '../ear/turn-waits.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { TurnOutcome } from '../timeline/timeline.ts';
import type { AlertName } from './alert.ts';
import { watchCall } from './watch-call.ts';

let timeline: Timeline;
let noted: [AlertName, number][];
/** What was heard on the line, where it is listened to. */
let heard: HeardSides | undefined;

beforeEach(() => {
  timeline = new Timeline(new ManualClock());
  noted = [];
  heard = undefined;
  watchCall(
    timeline,
    {
      note: (name, value) => noted.push([name, value]),
      begun: () => undefined,
      breach: () => undefined,
    },
    'sound',
    () => heard,
  );
});

/** What a turn does, ms after the caller's last loud frame. */
interface TurnPlan {
  readonly answerMs?: number;
  readonly filler?: { readonly atMs: number; readonly outcome: string };
  readonly provider?: string;
  readonly outcome?: TurnOutcome;
}

function turn({ answerMs, filler, provider = 'yandex-grpc', outcome = 'spoken' }: TurnPlan): void {
  const fromMs = timeline.turn * 20_000;
  timeline.turn++;
  timeline.mark('turn.ended', { speechEndedAtMs: fromMs }, fromMs + 300);
  timeline.mark('chat.started', {}, fromMs + 400);
  if (filler) {
    const words = { kind: 'filler', index: 0 } as const;
    timeline.mark('playback.started', { ...words, text: 'Секунду.' }, fromMs + filler.atMs);
    const end = { ...words, heardMs: 500, outcome: filler.outcome };
    timeline.mark('playback.finished', end, fromMs + filler.atMs + 500);
  }
  timeline.mark('chunk.ready', { index: 0, text: 'Да.' }, fromMs + 900);
  timeline.mark('synthesis.started', { index: 0, characters: 3 }, fromMs + 900);
  timeline.mark('synthesis.firstAudio', { index: 0, provider }, fromMs + 1100);
  if (answerMs !== undefined)
    timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'Да.' }, fromMs + answerMs);
  timeline.mark('turn.over', { outcome }, fromMs + (answerMs ?? 5000));
}

const valuesOf = (wanted: AlertName) => noted.filter(([name]) => name === wanted).map(([, value]) => value);

describe('what a call tells the alerts', () => {
  it('is each turn once, when it is over', () => {
    turn({ answerMs: 1200 });
    turn({ answerMs: 3300, filler: { atMs: 700, outcome: 'heard' } });
    expect(valuesOf('late_answers')).toEqual([1200, 3300]);
    expect(valuesOf('slow_first_chunk')).toEqual([500, 500]);
    expect(valuesOf('slow_synthesis')).toEqual([200, 200]);
    expect(valuesOf('failed_turns')).toEqual([0, 0]);
    expect(valuesOf('failed_fillers')).toEqual([0]);
  });

  it('is dead air where nothing was heard for long, however soon the filler came', () => {
    turn({ answerMs: 1200 });
    turn({ answerMs: 3300, filler: { atMs: 700, outcome: 'heard' } });
    expect(valuesOf('dead_air')).toEqual([1200, 2100]);
    expect(1200).toBeLessThan(THRESHOLDS.deadAir.warningMs);
    expect(2100).toBeGreaterThan(THRESHOLDS.deadAir.warningMs);
  });

  it('is what was heard, where the line is listened to, whatever the timeline says', () => {
    // The caller ends a little earlier than was told, and the answer begins with a second of silence.
    heard = {
      caller: [{ fromMs: 18_000, toMs: 19_950 }],
      bot: [{ fromMs: 22_200, toMs: 25_000 }],
      holds: [],
    };
    timeline.turn = 1;
    turn({ answerMs: 1200 });
    expect(valuesOf('late_answers')).toEqual([2250]);
    expect(valuesOf('dead_air')).toEqual([1250]);
  });

  it('is dead air, and no answer, where nothing was heard of what the timeline says', () => {
    heard = { caller: [], bot: [], holds: [{ fromMs: 300, toMs: 400 }] };
    turn({ answerMs: 2400 });
    expect(valuesOf('late_answers')).toEqual([]);
    expect(valuesOf('dead_air')).toEqual([2000]);
  });

  it('is not how fast the cache or the stand-in speaks', () => {
    turn({ answerMs: 1200, provider: 'cache' });
    turn({ answerMs: 1200, provider: 'yandex-http' });
    expect(valuesOf('slow_synthesis')).toEqual([]);
  });

  it('is a failed turn where no answer came, and a filler that could not be played', () => {
    turn({ outcome: 'failed', filler: { atMs: 700, outcome: 'failed' } });
    expect(valuesOf('failed_turns')).toEqual([1]);
    expect(valuesOf('failed_fillers')).toEqual([1]);
    expect(valuesOf('late_answers')).toEqual([]);
  });

  it('is no failure where the caller cut the turn short', () => {
    turn({ outcome: 'interrupted', filler: { atMs: 700, outcome: 'stopped' } });
    expect(valuesOf('failed_turns')).toEqual([0]);
    expect(valuesOf('failed_fillers')).toEqual([0]);
  });
});
