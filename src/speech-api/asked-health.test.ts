import { describe, expect, it } from 'vitest';
import { AskedHealth, HealthExchange } from './asked-health.ts';
import { together } from './process-health.ts';
import type { ProcessHealth } from './process-health.ts';

function healthWith(requests: number, successRate: number | null, responseMs: number | null): ProcessHealth {
  const cache = { hits: 1, misses: 2, bytes: 3 };
  return {
    uptime: requests,
    memory_bytes: 100,
    cache: { speech: cache, transcripts: cache },
    load: { under_way: 1, most: 50 },
    providers: [
      {
        name: 'yandex',
        tts: true,
        stt: true,
        requests,
        success_rate: successRate,
        response_time_ms: responseMs,
        counted: Math.min(requests, 100),
        heard_ms_ago: requests === 0 ? null : requests,
      },
    ],
  };
}

/** Workers that send each other messages through the one that looks after them; those that are `mute` never tell of themselves. */
function service(all: readonly ProcessHealth[], mute: readonly number[] = []) {
  const exchange = new HealthExchange();
  const workers: AskedHealth[] = all.map((own, index) => {
    const worker = new AskedHealth((message) => {
      const others = workers.filter((other) => other !== worker);
      const to = (one: AskedHealth) => (told: object) => one.receive(structuredClone(told));
      void exchange.receive(structuredClone(message), to(worker), others.map(to));
    });
    if (!mute.includes(index)) worker.tells(() => own);
    return worker;
  });
  return workers;
}

describe('processes of one service', () => {
  const one = healthWith(300, 1, 200);
  const other = healthWith(50, 0.4, 500);
  const unasked = healthWith(0, null, null);

  it('tell each other how they do', async () => {
    const [first, second] = service([one, other, unasked]);
    expect(await first?.others()).toEqual([other, unasked]);
    expect(await second?.others()).toEqual([one, unasked]);
    expect(await service([one])[0]?.others()).toEqual([]);
  });

  it('do not wait for one that tells nothing', async () => {
    expect(await service([one, other, unasked], [1])[0]?.others()).toEqual([unasked]);
  });

  it('are one: what is used adds up, and providers are judged by the requests of all', () => {
    const whole = together([one, other, unasked]);
    expect(whole).toMatchObject({
      uptime: 300,
      memory_bytes: 300,
      load: { under_way: 3, most: 150 },
      cache: { speech: { hits: 3, misses: 6, bytes: 9 } },
    });
    expect(whole.providers).toEqual([
      {
        ...one.providers[0],
        requests: 350,
        counted: 150,
        heard_ms_ago: 50,
        success_rate: 0.8,
        response_time_ms: 300,
      },
    ]);
  });
});
