/** Both of SpeechKit's interfaces, stacked as the service stacks them, against everything that the stand-in can do to them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import type { ErrorCode } from '../../../base/error-catalogue.ts';
import type { Fault } from '../../../lab/simulator/speechkit/faults.ts';
import {
  startSpeechKitSimulator,
  type SpeechKitSimulator,
} from '../../../lab/simulator/speechkit/speechkit.ts';
import { BreakerSynthesizer } from '../../synthesis/breaker.ts';
import { FailoverSynthesizer, type Fallback } from '../../synthesis/failover.ts';
import { Listening, speechRequest } from '../../synthesis/testing/listening.ts';
import type { Synthesizer } from '../../synthesis/synthesizer.ts';
import { GrpcSynthesizer } from './grpc-synthesizer.ts';
import { HttpSynthesizer } from './http-synthesizer.ts';

const credentials = { headers: async () => ({ authorization: 'Api-Key key' }) };
const clock = systemClock;

let simulator: SpeechKitSimulator;
let grpc: GrpcSynthesizer;
let http: HttpSynthesizer;
let breaker: BreakerSynthesizer;
let failover: FailoverSynthesizer;
let fallbacks: Fallback[];

beforeEach(async () => {
  simulator = await startSpeechKitSimulator();
  grpc = new GrpcSynthesizer({ url: simulator.ttsGrpcUrl, clock, credentials });
  http = new HttpSynthesizer({ url: simulator.ttsHttpUrl, credentials });
  breaker = new BreakerSynthesizer(grpc, { clock });
  fallbacks = [];
  failover = new FailoverSynthesizer({
    providers: [breaker, http],
    clock,
    onFallback: (fallback) => fallbacks.push(fallback),
  });
});

afterEach(async () => {
  await failover.close();
  await simulator.stop();
});

async function hear(synthesizer: Synthesizer): Promise<Listening> {
  const heard = new Listening(synthesizer, speechRequest('Сколько стоит доставка?'));
  await heard.ended;
  return heard;
}

const ANSWERED_AT_ONCE: readonly (readonly [Fault, ErrorCode])[] = [
  [{ kind: 'refused' }, 'TTS_UNAVAILABLE'],
  [{ kind: 'half', audioMs: 300, then: 'error' }, 'TTS_UNAVAILABLE'],
  [{ kind: 'internal' }, 'TTS_UNAVAILABLE'],
  [{ kind: 'quota' }, 'TTS_QUOTA'],
  [{ kind: 'unauthenticated' }, 'TTS_UNAUTHORIZED'],
  [{ kind: 'invalid' }, 'TTS_REJECTED'],
  [{ kind: 'garbage', as: 'html' }, 'TTS_BAD_ANSWER'],
  [{ kind: 'garbage', as: 'empty' }, 'TTS_BAD_ANSWER'],
];

describe('both interfaces', () => {
  it('speak the same', async () => {
    const [byGrpc, byHttp] = [await hear(grpc), await hear(http)];
    expect(byGrpc.error ?? byHttp.error).toBeUndefined();
    expect(byGrpc.samples).toEqual(byHttp.samples);
    expect(byGrpc.pieces.flatMap(({ words }) => words.map(({ word }) => word)).join(' ')).toMatch(/Сколько/);
  });

  it.each(ANSWERED_AT_ONCE)('give the fault %j the code %s', async (fault, code) => {
    simulator.faults.set('tts-grpc', fault);
    simulator.faults.set('tts-http', fault);
    expect((await hear(grpc)).error).toMatchObject({ code });
    expect((await hear(http)).error).toMatchObject({ code });
  });

  it.each(['tts-grpc', 'tts-http'] as const)('play whole samples only of what %s sends', async (service) => {
    simulator.faults.set(service, { kind: 'garbage', as: 'oddLength' });
    const heard = await hear(service === 'tts-grpc' ? grpc : http);
    expect(heard.pcm.byteLength).toBeGreaterThan(1000);
    expect(heard.pieces.every(({ pcm }) => pcm.byteLength % 2 === 0)).toBe(true);
  });
});

describe('HTTP behind gRPC', () => {
  const every: readonly Fault[] = [
    ...ANSWERED_AT_ONCE.map(([fault]) => fault),
    { kind: 'garbage', as: 'bytes' },
    { kind: 'slow', delayMs: 5000 },
    { kind: 'hung' },
    { kind: 'half', audioMs: 300, then: 'hang' },
  ];

  it.each(every)('lets the caller hear the same, sample for sample, under %j', async (fault) => {
    const well = await hear(http);
    simulator.faults.set('tts-grpc', fault);
    const heard = await hear(failover);
    expect(heard.error).toBeUndefined();
    expect(heard.samples).toEqual(well.samples);
    expect(fallbacks).toMatchObject([{ from: 'yandex-grpc', to: 'yandex-http' }]);
  });

  it('is asked at once while gRPC rests', async () => {
    await simulator.kill('tts-grpc');
    for (let chunk = 0; chunk < 5; chunk++) await hear(failover);
    expect(breaker.state).toBe('open');
    const startedMs = performance.now();
    expect((await hear(failover)).error).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(300);
    expect(fallbacks.at(-1)?.error).toMatchObject({ code: 'TTS_BREAKER_OPEN' });
  });

  it('says so when neither speaks', async () => {
    await Promise.all([simulator.kill('tts-grpc'), simulator.kill('tts-http')]);
    expect((await hear(failover)).error).toMatchObject({ code: 'TTS_UNAVAILABLE', retryable: true });
  });
});
