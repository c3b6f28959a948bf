import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../test/support/until.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { CallView } from './call-view.ts';
import { liveEvent } from './contract.ts';
import type { LiveEvent } from './contract.ts';
import { eventStream } from './live-events.ts';
import { FREE } from '../ops/testing/free.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

describe('the stream of events', () => {
  let http: Operated;
  let stream: Readable;
  let clock: ManualClock;

  async function open(): Promise<void> {
    http = await operated();
    http.begin('before');
    clock = new ManualClock();
    stream = eventStream({
      operator: http.operator,
      view: new CallView({ transcripts: 'own', prices: FREE }),
      clock,
    });
  }

  afterEach(async () => {
    stream.destroy();
    await http.app.close();
  });

  /** Everything that can be read now. */
  function read(): string {
    return (stream.read() as Buffer | null)?.toString() ?? '';
  }

  it('begins with what is known, and goes on with what happens', async () => {
    await open();
    const timeline = http.begin('one');
    timeline.mark('call.answered', {});
    timeline.mark('recognition.partial', { text: 'my pin is' });
    timeline.mark('call.ended', { cause: 'caller' });
    const events = eventsIn(read());
    expect(events.map(({ event }) => event)).toEqual([
      'calls',
      'call.began',
      'entry',
      'call.changed',
      'entry',
      'entry',
      'call.ended',
    ]);
    expect(events[0]).toMatchObject({ data: { live: [{ id: 'before' }], past: [] } });
    expect(events[3]).toMatchObject({ data: { id: 'one', state: 'listening' } });
    expect(events[4]).toMatchObject({
      data: { call: 'one', entry: { type: 'recognition.partial', text: '«3 words»' } },
    });
    expect(events[6]).toMatchObject({ data: { id: 'one', state: 'ended', endCause: 'caller' } });
  });

  it('tells of alerts as they come and go', async () => {
    await open();
    read();
    for (let answered = 0; answered < 20; answered++) http.alerts.note('late_answers', 5000);
    await http.clock.advance(1000);
    expect(eventsIn(read())).toMatchObject([
      {
        event: 'alert.raised',
        data: {
          name: 'late_answers',
          severity: 'critical',
          since: expect.stringMatching(/^2026-01-01T09:00:0/) as string,
        },
      },
    ]);
    await http.clock.advance(10 * 60_000);
    expect(eventsIn(read()).at(-1)).toMatchObject({ event: 'alert.cleared', data: { name: 'late_answers' } });
  });

  it('beats while nothing happens', async () => {
    await open();
    read();
    await clock.advance(31_000);
    expect(read()).toBe(':\n\n:\n\n');
  });

  it('is cut off when nobody reads, and leaves nothing behind', async () => {
    await open();
    const timeline = http.begin('one');
    for (let n = 0; n < 10_000 && !stream.destroyed; n++) timeline.mark('digit', { digit: '1' });
    expect(stream.destroyed).toBe(true);
    expect(stream.readableLength).toBeLessThanOrEqual(512 * 1024);
    await new Promise((resolve) => stream.once('close', resolve));
    expect(clock.pending).toBe(0);
  });

  it('listens to nothing any more when its reader has gone', async () => {
    await open();
    read();
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    http.begin('one');
    expect(read()).toBe('');
    expect(clock.pending).toBe(0);
  });
});

describe('the listeners', () => {
  it('are no more than so many, make room when they go, and do not keep the service from stopping', async () => {
    const http = await operated();
    const url = `${await http.app.listen({ host: '127.0.0.1', port: 0 })}/api/events`;
    const leaving = new AbortController();
    await fetch(url, { signal: leaving.signal });
    const staying = await Promise.all(Array.from({ length: 31 }, () => fetch(url)));
    expect(staying.map(({ status }) => status)).toEqual(staying.map(() => 200));
    expect((await fetch(url)).status).toBe(429);
    leaving.abort();
    await until('there is room', async () => {
      const again = await fetch(url);
      await again.body?.cancel();
      return again.status === 200;
    });
    await http.app.close();
  });
});

function eventsIn(text: string): readonly LiveEvent[] {
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((block) => {
      const [, event, data = ''] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
      return liveEvent.parse({ event, data: JSON.parse(data) as unknown });
    });
}
