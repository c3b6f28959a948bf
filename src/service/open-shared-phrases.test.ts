/** Where the phrases of bots come from: in a fleet one daemon renders them for all, and a daemon that is alone knows no Redis. */
import { expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { describeWithRedis } from '../base/testing/describe-with-redis.ts';
import { Listening, ramp, speechRequest } from '../speech/synthesis/testing/listening.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import { Closing } from './closing.ts';
import { openSharedPhrases } from './open-shared-phrases.ts';

const WHOLE = ramp(2400);

async function phrasesOf(redisUrl: string, degraded: readonly string[] = []) {
  const synthesizer = new ScriptedSynthesizer('yandex-grpc', systemClock);
  const closing = new Closing();
  const settings = { instance: 'one', name: 'shop', redisUrl, maxCalls: undefined, cacheTtlMs: 60_000 };
  const phrases = await openSharedPhrases({
    ...{ settings: { fleet: settings }, fleet: { degraded }, log: silentLog, synthesizer, closing },
    speaker: { provider: 'yandex', model: 'yandex-grpc' },
  });
  const speak = async () => {
    const heard = new Listening(phrases, speechRequest());
    await heard.ended;
    return heard.samples;
  };
  return { synthesizer, closing, speak };
}

it('a daemon that is alone renders its phrases as it speaks all else', async () => {
  const synthesizer = new ScriptedSynthesizer('yandex-grpc', systemClock);
  const phrases = await openSharedPhrases({
    ...{ settings: { fleet: undefined }, fleet: undefined, log: silentLog, synthesizer },
    ...{ closing: new Closing(), speaker: { provider: 'yandex', model: '' } },
  });
  expect(phrases).toBe(synthesizer);
});

describeWithRedis('a daemon of a fleet', (start) => {
  it('has the phrases that another one has paid for', async () => {
    const { url } = await start();
    const one = await phrasesOf(url);
    expect(await one.speak()).toEqual(WHOLE);
    // Nothing is shared within 20 ms on a machine that is too busy for that: then it is rendered again.
    const nexts = [await phrasesOf(url), await phrasesOf(url), await phrasesOf(url)];
    for (const next of nexts) expect(await next.speak()).toEqual(WHOLE);
    expect(nexts.some(({ synthesizer }) => synthesizer.attempts.length === 0)).toBe(true);
    for (const { closing } of [one, ...nexts]) await closing.close();
  });

  it('starts without its Redis, and renders its phrases itself', async () => {
    const server = await start();
    await server.end();
    const one = await phrasesOf(server.url, ['the memory of the fleet is away']);
    expect(await one.speak()).toEqual(WHOLE);
    expect(one.synthesizer.attempts).toHaveLength(1);
    await one.closing.close();
  });
});
