/** Google's speech, each way, held to what all providers of speech are held to. */
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGoogleSpeechSimulator } from '../../lab/simulator/google/google-speech.ts';
import type { GoogleSpeechSimulator } from '../../lab/simulator/google/google-speech.ts';
import type { Fault } from '../../lab/simulator/speechkit/faults.ts';
import { conformsAsRecognizer } from '../recognition/testing/conformance.ts';
import type { Trouble as HearingTrouble } from '../recognition/testing/conformance.ts';
import type { RecognitionEvent } from '../recognition/recognizer.ts';
import { conformsAsSynthesizer } from '../synthesis/testing/conformance.ts';
import type { Trouble as SpeakingTrouble } from '../synthesis/testing/conformance.ts';
import { Listening, speechRequest } from '../synthesis/testing/listening.ts';
import { GoogleRecognizer } from './google-recognizer.ts';
import { GoogleSynthesizer } from './google-synthesizer.ts';
import { bearerFor, readServiceAccount } from './service-account.ts';

const FAULTS: Readonly<Record<Exclude<SpeakingTrouble | HearingTrouble, 'well'>, Fault>> = {
  silent: { kind: 'hung' },
  neverAnswers: { kind: 'hung' },
  stalls: { kind: 'half', audioMs: 200, then: 'hang' },
  breaksOff: { kind: 'refused' },
  halfSample: { kind: 'garbage', as: 'oddLength' },
  quota: { kind: 'quota' },
  garbage: { kind: 'garbage', as: 'html' },
};
const bearer = () => 'Bearer jwt';
const project = { projectId: 'shop', location: 'global', model: 'long' };

function around(server: GoogleSpeechSimulator, service: 'tts-grpc' | 'stt-grpc', close: () => Promise<void>) {
  return {
    befall(trouble: SpeakingTrouble | HearingTrouble) {
      server.faults.clear();
      if (trouble !== 'well') server.faults.set(service, FAULTS[trouble]);
    },
    underWay: () => server.requests.filter(({ outcome }) => outcome === 'open').length,
    kill: () => server.kill(),
    restart: () => server.restart(),
    async stop() {
      await close();
      await server.stop();
    },
  };
}

conformsAsSynthesizer('google-tts', async ({ deadlineMs }) => {
  const server = await startGoogleSpeechSimulator({ tonePace: { perCharMs: 5 } });
  const provider = new GoogleSynthesizer({ url: server.ttsUrl, bearer, deadlineMs });
  return { provider, ...around(server, 'tts-grpc', () => provider.close()) };
});

conformsAsRecognizer('google-stt', async ({ deadlineMs }) => {
  const server = await startGoogleSpeechSimulator();
  const recognizer = new GoogleRecognizer({ url: server.sttUrl, bearer, ...project, finishMs: deadlineMs });
  const speech = (text: string) => server.callerTone(text);
  return { recognizer, speech, ...around(server, 'stt-grpc', () => recognizer.close()) };
});

describe('Google', () => {
  let server: GoogleSpeechSimulator;
  beforeEach(async () => {
    server = await startGoogleSpeechSimulator();
  });
  afterEach(() => server.stop());

  it('is not believed that a word takes minutes', async () => {
    const endless = await startGoogleSpeechSimulator({ tonePace: { perCharMs: 60_000 } });
    const provider = new GoogleSynthesizer({ url: endless.ttsUrl, bearer });
    const listening = new Listening(provider, speechRequest('Да'));
    await listening.ended;
    expect(listening.error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
    expect(listening.pieces).toEqual([]);
    await provider.close();
    await endless.stop();
  });

  it.each([
    ['ru-RU', 'ru-RU-Wavenet-B', { language_code: 'ru-RU', name: 'ru-RU-Wavenet-B' }],
    ['he-HE', 'naomi', { language_code: 'he-IL', ssml_gender: 'FEMALE' }],
  ])('speaks %s as %s', async (language, name, voice) => {
    const provider = new GoogleSynthesizer({ url: server.ttsUrl, bearer });
    await new Listening(provider, speechRequest('Да', { language, voice: { name, speed: 3 } })).ended;
    expect(server.requests[0]).toMatchObject({
      authorization: 'Bearer jwt',
      synthesis: { voice, audio_config: { speaking_rate: 2, sample_rate_hertz: 8000 } },
    });
    await provider.close();
  });

  it('hears while somebody speaks, and tells which language it was and when each word was said', async () => {
    const recognizer = new GoogleRecognizer({ url: server.sttUrl, bearer, ...project });
    const { data } = server.callerTone('который час');
    const audio = (async function* () {
      yield data;
    })();
    const events: RecognitionEvent[] = [];
    const among = ['he-IL', 'ru-RU'];
    const request = { language: 'auto', among, sampleRateHz: 8000, timeWords: true as const };
    for await (const event of recognizer.recognize(audio, request, new AbortController().signal))
      events.push(event);
    expect(events).toEqual([
      { kind: 'partial', text: 'который час' },
      {
        kind: 'final',
        text: 'который час',
        language: 'he-IL',
        confidence: expect.closeTo(0.9) as number,
        words: [
          { word: 'который', startMs: 0, endMs: 900 },
          { word: 'час', startMs: 1000, endMs: 1900 },
        ],
      },
    ]);
    expect(server.requests[0]).toMatchObject({
      recognizer: 'projects/shop/locations/global/recognizers/_',
      config: { config: { language_codes: ['iw-IL', 'ru-RU'], model: 'long' } },
    });
    await recognizer.close();
  });

  it('takes a token that the service account has signed itself, anew before it is over', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const path = join(mkdtempSync(join(tmpdir(), 'parley-google-')), 'key.json');
    const file = {
      ...{ project_id: 'shop', private_key_id: 'k1', client_email: 'bot@shop.example' },
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
    writeFileSync(path, JSON.stringify(file));
    let nowMs = 1_000_000_000;
    const token = bearerFor(await readServiceAccount(path), 'https://speech.googleapis.com/', () => nowMs);
    const [header = '', claims = '', signature = ''] = token().replace('Bearer ', '').split('.');
    const verified = createVerify('RSA-SHA256').update(`${header}.${claims}`);
    expect(verified.verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      alg: 'RS256',
      kid: 'k1',
    });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      ...{ iss: 'bot@shop.example', sub: 'bot@shop.example', aud: 'https://speech.googleapis.com/' },
      ...{ iat: 1_000_000, exp: 1_003_600 },
    });
    const first = token();
    nowMs += 3_000_000 - 1000;
    expect(token()).toBe(first);
    nowMs += 1000;
    expect(token()).not.toBe(first);
    writeFileSync(path, '{}');
    await expect(readServiceAccount(path)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });
});
