import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { CHANNEL_POOL_DEFAULTS } from '../channel-pool.ts';
import { FailoverSynthesizer } from '../../synthesis/failover.ts';
import { Listening, ramp as samples, speechRequest } from '../../synthesis/testing/listening.ts';
import { ScriptedSynthesizer } from '../../synthesis/testing/scripted-synthesizer.ts';
import { cancelled, fail, GrpcServerDouble, ramp, response, speak } from './testing/grpc-server-double.ts';
import { GrpcSynthesizer } from './grpc-synthesizer.ts';

const credentials = { headers: async () => ({ authorization: 'Api-Key secret', 'x-folder-id': 'folder' }) };
const settings = { ...CHANNEL_POOL_DEFAULTS, connectMs: 500, retryMs: 50 };
const WHOLE = samples(1600);

let server: GrpcServerDouble;
let synthesizer: GrpcSynthesizer;

beforeEach(async () => {
  server = new GrpcServerDouble();
  await server.start();
  synthesizer = new GrpcSynthesizer({ url: server.url, clock: systemClock, settings, credentials });
});

afterEach(async () => {
  await synthesizer.close();
  server.kill();
});

async function hear(request = speechRequest()): Promise<Listening> {
  const heard = new Listening(synthesizer, request);
  await heard.ended;
  return heard;
}

describe('synthesis over gRPC', () => {
  it('asks for raw PCM at the rate, one hint an element, with the credentials', async () => {
    const heard = await hear(
      speechRequest('Привет', { voice: { name: 'jane', role: 'good', speed: 1.2 }, sampleRateHz: 16_000 }),
    );
    expect(heard.error).toBeUndefined();
    const { request, metadata } = server.streams[0]!;
    expect(request.text).toBe('Привет');
    expect(request.hints).toMatchObject([{ voice: 'jane' }, { role: 'good' }, { speed: 1.2 }]);
    expect(request.output_audio_spec?.raw_audio).toEqual({
      audio_encoding: 'LINEAR16_PCM',
      sample_rate_hertz: 16_000,
    });
    expect(metadata.get('authorization')).toEqual(['Api-Key secret']);
    expect(metadata.get('x-folder-id')).toEqual(['folder']);
  });

  it('hands audio on as it arrives, and word times with it', async () => {
    server.behave = (stream) => {
      stream.write(response(ramp(0, 800), [{ word: 'добрый', start_ms: 20, length_ms: 60 }]));
    };
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    expect(heard.pieces[0]?.words).toEqual([{ word: 'добрый', startMs: 20, lengthMs: 60 }]);
    speak(server.streams[0]!, [ramp(800, 800)]);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(heard.providers).toEqual(['yandex-grpc']);
  });

  it('cancels the call at the server when the caller hangs up', async () => {
    server.behave = (stream) => stream.write(response(ramp(0, 800)));
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    const reason = new Error('barge-in');
    heard.hangUp(reason);
    await heard.ended;
    expect(heard.error).toBe(reason);
    await cancelled(server.streams[0]!);
  });

  it('cancels the call at the server when the reader leaves early', async () => {
    server.behave = (stream) => stream.write(response(ramp(0, 800)));
    for await (const _piece of synthesizer.synthesize(speechRequest(), new AbortController().signal)) break;
    await cancelled(server.streams[0]!);
  });

  it.each([
    [status.INVALID_ARGUMENT, 'TTS_REJECTED', false],
    [status.PERMISSION_DENIED, 'TTS_UNAUTHORIZED', false],
    [status.UNAUTHENTICATED, 'TTS_UNAUTHORIZED', false],
    [status.RESOURCE_EXHAUSTED, 'TTS_QUOTA', true],
    [status.DEADLINE_EXCEEDED, 'TTS_TIMEOUT', true],
    [status.UNAVAILABLE, 'TTS_UNAVAILABLE', true],
    [status.INTERNAL, 'TTS_UNAVAILABLE', true],
    [status.UNIMPLEMENTED, 'TTS_BAD_ANSWER', true],
  ])('gives gRPC status %i the code %s', async (code, expected, retryable) => {
    server.behave = (stream) => fail(stream, code, 'said the server about AQVNsecret-key');
    const { error } = await hear();
    expect(error).toMatchObject({ code: expected, retryable });
    expect((error as ParleyError).quote).toBe('said the server about ***');
    expect((error as Error).message).not.toContain('said the server');
  });

  it('calls an answer without audio a bad one', async () => {
    server.behave = (stream) => stream.end();
    expect((await hear()).error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
  });

  it('calls bytes that are not its protocol a bad answer', async () => {
    server.kill();
    await server.start(() => Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await vi.waitFor(
      async () => expect((await hear()).error).toMatchObject({ code: 'TTS_BAD_ANSWER' }),
      5000,
    );
  });

  it.each<[string, () => ReturnType<typeof response>]>([
    ['sound', () => response(new Uint8Array(16_000))],
    ['nothing', () => response(new Uint8Array(0))],
    ['word times', () => response(new Uint8Array(2), [{ word: 'а'.repeat(500), start_ms: 0, length_ms: 1 }])],
  ])('ends an answer that never stops sending %s, and the call at the server', async (_what, piece) => {
    server.behave = (stream) => {
      const write = () => {
        while (!stream.cancelled && stream.write(piece()));
      };
      stream.on('drain', write);
      write();
    };
    const { error, pcm } = await hear();
    expect(error).toMatchObject({ code: 'TTS_BAD_ANSWER', retryable: true });
    // 250 characters are a minute; this is one word.
    expect(pcm.byteLength).toBeLessThan(15 * 16_000);
    await cancelled(server.streams[0]!);
  });

  it('calls a message that is larger than any answer a bad answer, not a quota', async () => {
    server.behave = (stream) => speak(stream, [new Uint8Array(5_000_000)]);
    expect((await hear()).error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
  });

  it('gives up a call that never answers, without a failover around it', async () => {
    const impatient = new GrpcSynthesizer({
      url: server.url,
      clock: systemClock,
      credentials,
      deadlineMs: 200,
    });
    server.behave = () => undefined;
    const heard = new Listening(impatient);
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_TIMEOUT' });
    await impatient.close();
  });

  it('asks once more with another token when one was taken back early', async () => {
    server.behave = (stream) => {
      if (stream.metadata.get('authorization')[0] === 'Bearer new') speak(stream, [ramp(0, 1600)]);
      else fail(stream, status.UNAUTHENTICATED, 'expired');
    };
    let authorization = 'Bearer old';
    const renewing = new GrpcSynthesizer({
      url: server.url,
      clock: systemClock,
      credentials: {
        headers: async () => ({ authorization }),
        refused: () => Boolean((authorization = 'Bearer new')),
      },
    });
    const heard = new Listening(renewing);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(server.streams).toHaveLength(2);
    await renewing.close();
  });

  it('passes on what is wrong with the credentials', async () => {
    const error = new ParleyError('CREDENTIALS_UNAVAILABLE', 'No token.');
    const keyless = new GrpcSynthesizer({
      url: server.url,
      clock: systemClock,
      credentials: { headers: () => Promise.reject(error) },
    });
    const heard = new Listening(keyless);
    await heard.ended;
    expect(heard.error).toBe(error);
    await keyless.close();
  });

  it('ends what is under way when it is closed, and refuses what comes after', async () => {
    server.behave = (stream) => stream.write(response(ramp(0, 800)));
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    await synthesizer.close();
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
    expect((await hear()).error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
    await synthesizer.close();
  });
});

describe('gRPC with a failover behind it', () => {
  function withFailover() {
    const second = new ScriptedSynthesizer('second', systemClock, { pieces: 2 });
    const failover = new FailoverSynthesizer({ providers: [synthesizer, second], clock: systemClock });
    return { second, failover };
  }

  it('speaks when the server is down before the chunk', async () => {
    server.kill();
    const heard = new Listening(withFailover().failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
  });

  it('neither loses nor repeats a sample when the server is killed in the middle of the chunk', async () => {
    server.behave = (stream) => stream.write(response(ramp(0, 300)));
    const heard = new Listening(withFailover().failover);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    server.kill();
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(heard.providers).toEqual(['yandex-grpc', 'second']);
  });

  it('is in time when the first audio is late', async () => {
    server.behave = () => undefined;
    const startedMs = performance.now();
    const heard = new Listening(withFailover().failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await cancelled(server.streams[0]!);
  });

  it('goes on when the server hangs in the middle of the chunk', async () => {
    server.behave = (stream) => stream.write(response(ramp(0, 300)));
    const heard = new Listening(withFailover().failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(heard.providers).toEqual(['yandex-grpc', 'second']);
  });

  it('comes back to gRPC for the chunk after the server has come back', async () => {
    const { failover } = withFailover();
    await new Listening(failover).ended;
    server.kill();
    await new Listening(failover).ended;
    await server.start();
    await vi.waitFor(async () => {
      const heard = new Listening(failover);
      await heard.ended;
      expect(heard.providers).toEqual(['yandex-grpc']);
    }, 5000);
  });
});
