import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withBody } from '../../../base/testing/with-body.ts';
import { concatBytes } from '../../../audio/pcm.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { Listening, ramp as samples, speechRequest } from '../../synthesis/testing/listening.ts';
import { ramp } from './testing/grpc-server-double.ts';
import type { ParleyError } from '../../../base/errors.ts';
import { HTTP_SYNTHESIZER_DEFAULTS, HttpSynthesizer } from './http-synthesizer.ts';

const credentials = { headers: async () => ({ authorization: 'Bearer t1.secret-token' }) };

let server: Server;
let url: string;
let synthesizer: HttpSynthesizer;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let forms: URLSearchParams[];
let connections: Set<Socket>;
let requests: IncomingMessage[];

beforeEach(async () => {
  forms = [];
  requests = [];
  connections = new Set();
  answer = (response) => response.end(ramp(0, 1600));
  server = createServer((request, response) => {
    requests.push(request);
    connections.add(request.socket);
    withBody(request, (body) => {
      forms.push(new URLSearchParams(body));
      answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/speech/v1/tts:synthesize`;
  synthesizer = new HttpSynthesizer({ url, credentials });
});

afterEach(async () => {
  await synthesizer.close();
  server.closeAllConnections();
  server.close();
});

async function hear(request = speechRequest()): Promise<Listening> {
  const heard = new Listening(synthesizer, request);
  await heard.ended;
  return heard;
}

describe('synthesis over HTTP', () => {
  it('posts the form that v1 wants, with the credentials', async () => {
    const voice = { name: 'jane', role: 'good', speed: 1.2 };
    const inFolder = new HttpSynthesizer({ url, credentials, folderId: 'folder' });
    await new Listening(inFolder, speechRequest('Сколько? 5 & 6', { voice })).ended;
    await inFolder.close();
    expect(Object.fromEntries(forms[0]!)).toEqual({
      text: 'Сколько? 5 & 6',
      lang: 'ru-RU',
      voice: 'jane',
      emotion: 'good',
      speed: '1.2',
      format: 'lpcm',
      sampleRateHertz: '8000',
      folderId: 'folder',
    });
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/speech/v1/tts:synthesize' });
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer t1.secret-token',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  it('hands audio on as it arrives, in whole samples', async () => {
    let finish = () => undefined as unknown;
    const whole = ramp(0, 1600);
    answer = (response) => {
      response.write(whole.subarray(0, 1001));
      finish = () => response.end(whole.subarray(1001));
    };
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pcm).toHaveLength(1000));
    finish();
    await heard.ended;
    expect(heard.pieces.every(({ pcm }) => pcm.byteLength % 2 === 0)).toBe(true);
    expect(heard.samples).toEqual(samples(1600));
    expect(heard.providers).toEqual(['yandex-http']);
  });

  it('uses connections again', async () => {
    for (let n = 0; n < 20; n++) await hear();
    // Two, because the answer is read to its end a moment before its connection is free again.
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  it('does not fail when the server has closed an idle connection meanwhile', async () => {
    await hear();
    const [idle] = connections;
    answer = (response, request) => {
      if (request.socket === idle) request.socket.destroy();
      else response.end(ramp(0, 1600));
    };
    expect((await hear()).samples).toEqual(samples(1600));
  });

  it('ends the request at the server when the caller hangs up', async () => {
    answer = (response) => response.write(ramp(0, 100));
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    const closed = once(requests[0]!.socket, 'close');
    const reason = new Error('barge-in');
    heard.hangUp(reason);
    await heard.ended;
    expect(heard.error).toBe(reason);
    await closed;
  });

  it('ends a request that has no answer yet when the caller hangs up', async () => {
    answer = () => undefined;
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(forms).toHaveLength(1));
    const reason = new Error('barge-in');
    heard.hangUp(reason);
    await heard.ended;
    expect(heard.error).toBe(reason);
  });

  it.each([
    [400, 'TTS_REJECTED', false],
    [401, 'TTS_UNAUTHORIZED', false],
    [403, 'TTS_UNAUTHORIZED', false],
    [429, 'TTS_QUOTA', true],
    [500, 'TTS_UNAVAILABLE', true],
    [503, 'TTS_UNAVAILABLE', true],
    [504, 'TTS_TIMEOUT', true],
  ])('gives HTTP status %i the code %s', async (statusCode, code, retryable) => {
    answer = (response) => {
      response.writeHead(statusCode, { 'content-type': 'application/json' });
      response.end('{"error_code":"X","error_message":"the voice t1.secret-token is unknown"}');
    };
    const { error } = await hear();
    expect(error).toMatchObject({ code, retryable });
    expect((error as ParleyError).quote).toBe('the voice *** is unknown');
    expect((error as ParleyError).message).not.toContain('voice ***');
  });

  it('asks once more with another token when one was taken back early', async () => {
    answer = (response, { headers }) => {
      const isNew = headers.authorization === 'Bearer new';
      response.writeHead(isNew ? 200 : 401);
      response.end(isNew ? ramp(0, 1600) : undefined);
    };
    let authorization = 'Bearer old';
    const renewing = new HttpSynthesizer({
      url,
      credentials: {
        headers: async () => ({ authorization }),
        refused: () => Boolean((authorization = 'Bearer new')),
      },
    });
    const heard = new Listening(renewing);
    await heard.ended;
    expect(heard.samples).toEqual(samples(1600));
    expect(requests).toHaveLength(2);
    await renewing.close();
  });

  it('tells apart a server that is gone', async () => {
    server.close();
    expect((await hear()).error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
  });

  it('tells a server that dies in the middle of its answer', async () => {
    answer = (response) => {
      response.write(ramp(0, 100));
      setTimeout(() => response.destroy(), 20);
    };
    const heard = await hear();
    expect(heard.error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
    expect(heard.samples).toEqual(samples(100));
  });

  it.each(['headersMs', 'bodyMs'] as const)('gives up after %s by itself', async (setting) => {
    answer = (response) => {
      if (setting === 'bodyMs') response.write(ramp(0, 100));
    };
    const impatient = new HttpSynthesizer({
      url,
      credentials,
      settings: { ...HTTP_SYNTHESIZER_DEFAULTS, [setting]: 50 },
    });
    const heard = new Listening(impatient);
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_TIMEOUT' });
    await impatient.close();
  });

  it.each([
    ['nothing', '', 'application/octet-stream'],
    ['JSON', '{"result":1}', 'application/json'],
    ['a page', '<h1>Welcome</h1>', 'text/html'],
    ['Ogg', 'OggS\u0000\u0002 and so on', 'audio/ogg'],
  ])('calls %s with status 200 a bad answer', async (_, body, type) => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    };
    expect((await hear()).error).toMatchObject({ code: 'TTS_BAD_ANSWER', retryable: true });
  });

  it.each([
    ['sound', 200, 16_000],
    ['an explanation', 400, 16_000],
  ])('ends an answer that never stops sending %s, and its connection', async (_what, status, bytes) => {
    answer = (response) => {
      response.writeHead(status, { 'content-type': 'audio/basic' });
      response.socket?.setNoDelay(true);
      const write = () => {
        while (!response.destroyed && response.write(new Uint8Array(bytes)));
      };
      response.on('drain', () => setImmediate(write));
      write();
    };
    const { error, pcm } = await hear();
    expect(error).toMatchObject({ code: status === 200 ? 'TTS_BAD_ANSWER' : 'TTS_REJECTED' });
    expect(pcm.byteLength).toBeLessThan(15 * 16_000);
    await vi.waitFor(() => expect([...connections].every((socket) => socket.destroyed)).toBe(true));
  });

  it('ends an answer that trickles on, though each part of it is in time', async () => {
    const clock = new ManualClock();
    const patient = new HttpSynthesizer({ url, credentials, clock });
    answer = (response) => response.write(ramp(0, 100));
    const heard = new Listening(patient);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    await clock.advance(60_000);
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
    await patient.close();
  });

  it('does not follow the answer to another host', async () => {
    answer = (response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:9/speech' });
      response.end();
    };
    expect((await hear()).error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
    expect(requests).toHaveLength(1);
  });

  it('lets a voice that v1 has speak for one that it has not', async () => {
    await hear(speechRequest('Да', { voice: { name: 'masha', role: 'strict', speed: 1 } }));
    expect(forms[0]?.get('voice')).toBe('alena');
    expect(forms[0]?.get('emotion')).toBeNull();
  });

  it.each([
    ['a rate that lpcm has not', speechRequest('Да', { sampleRateHz: 24_000 })],
    [
      'a language that v1 has not',
      speechRequest('כן', { language: 'he-HE', voice: { name: 'naomi', speed: 1 } }),
    ],
  ])('refuses %s without asking', async (_, request) => {
    expect((await hear(request)).error).toMatchObject({ code: 'TTS_REJECTED' });
    expect(requests).toHaveLength(0);
  });

  it('serves many at once', async () => {
    answer = (response) => setTimeout(() => response.end(ramp(0, 1600)), 20);
    const all = Array.from({ length: 100 }, () => new Listening(synthesizer));
    await Promise.all(all.map(({ ended }) => ended));
    expect(concatBytes(all.map(({ pcm }) => pcm))).toHaveLength(100 * 3200);
  });

  it('leaves no connection open when it is closed, even in the middle of an answer', async () => {
    answer = (response) => response.write(ramp(0, 100));
    const heard = new Listening(synthesizer);
    await vi.waitFor(() => expect(heard.pieces).toHaveLength(1));
    await synthesizer.close();
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
    await vi.waitFor(() => expect([...connections].every((socket) => socket.destroyed)).toBe(true));
    await synthesizer.close();
  });
});
