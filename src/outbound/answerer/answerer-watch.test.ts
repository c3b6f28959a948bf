import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { AnswererEvent } from './answerer-judge.ts';
import { EdgeWatch, SoundWatch } from './answerer-watch.ts';

const RATE_HZ = 8000;
const PACKET_MS = 20;

const quietPacket = () => new Uint8Array((PACKET_MS * RATE_HZ * 2) / 1000);

function soundWatch() {
  const clock = new ManualClock();
  let hear: (pcm: Uint8Array, atMs: number) => void = () => undefined;
  const watch = new SoundWatch({ clock, sampleRateHz: RATE_HZ, tap: (listener) => (hear = listener) });
  const events: AnswererEvent[] = [];
  watch.listen((event) => events.push(event));
  return { clock, watch, events, hear: () => hear(quietPacket(), clock.nowMs()) };
}

describe('a line whose sound is heard', () => {
  it('is silent by time, not by packets: gaps count', async () => {
    const { clock, watch, events, hear } = soundWatch();
    for (let packet = 0; packet < 6; packet++) {
      hear();
      await clock.advance(1000);
    }
    expect(events).toMatchObject([{ by: 'silence', reason: 'nothingSaid' }]);
    watch.close();
  });

  it('is silent also where nothing ever comes', async () => {
    const { clock, watch, events } = soundWatch();
    await clock.advance(4000);
    expect(events).toEqual([]);
    await clock.advance(2500);
    expect(events).toMatchObject([{ by: 'silence' }]);
    watch.close();
  });

  it('tells a listener that comes late what it has missed, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const watch = new SoundWatch({ clock, sampleRateHz: RATE_HZ, tap: () => undefined });
    watch.words('Оставьте сообщение после сигнала');
    const events: AnswererEvent[] = [];
    watch.listen((event) => events.push(event));
    expect(events).toMatchObject([{ by: 'machine', reason: 'phrase' }]);
    watch.close();
    expect(clock.pending).toBe(0);
  });
});

describe('a line that only tells when somebody speaks', () => {
  function edgeWatch() {
    const clock = new ManualClock();
    const watch = new EdgeWatch(clock);
    const events: AnswererEvent[] = [];
    watch.listen((event) => events.push(event));
    const speak = async (forMs: number) => {
      watch.speechStarted(clock.nowMs());
      await clock.advance(forMs);
      watch.speechStopped(clock.nowMs());
    };
    return { clock, watch, events, speak };
  }

  it('has a person who says a word and waits', async () => {
    const { clock, events, speak } = edgeWatch();
    await clock.advance(500);
    await speak(400);
    await clock.advance(600);
    expect(events).toMatchObject([{ by: 'person', reason: 'shortGreeting' }]);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  it('has a machine that speaks on, and records when it has been silent, its beep being one more sound', async () => {
    const { clock, watch, events, speak } = edgeWatch();
    await speak(4000);
    await clock.advance(800);
    await speak(400);
    expect(events).toMatchObject([{ by: 'machine', reason: 'longGreeting' }]);
    await clock.advance(2100);
    expect(events.slice(1)).toMatchObject([{ kind: 'recording', after: 'silence' }]);
    watch.close();
    expect(clock.pending).toBe(0);
  });

  it('has nobody where nobody speaks', async () => {
    const { clock, events } = edgeWatch();
    await clock.advance(5100);
    expect(events).toMatchObject([{ by: 'silence' }]);
  });
});
