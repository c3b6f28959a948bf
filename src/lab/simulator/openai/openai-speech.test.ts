/** The stand-in's wire held to the official client, and what Parley sends held to what that client sends. */
import OpenAI, { toFile } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeWav } from '../../../audio/wav.ts';
import { OpenAiRecognizer } from '../../../speech/openai/openai-recognizer.ts';
import { OpenAiSynthesizer } from '../../../speech/openai/openai-synthesizer.ts';
import { speechRequest } from '../../../speech/synthesis/testing/listening.ts';
import { startOpenAiSpeechSimulator } from './openai-speech.ts';
import type { OpenAiSpeechSimulator } from './openai-speech.ts';

let simulator: OpenAiSpeechSimulator;
let official: OpenAI;
const never = () => new AbortController().signal;
beforeEach(async () => {
  simulator = await startOpenAiSpeechSimulator();
  official = new OpenAI({ apiKey: 'key', baseURL: simulator.baseUrl, maxRetries: 0 });
});
afterEach(() => simulator.stop());

describe('the official client', () => {
  it('is spoken to, in pcm at 24 kHz, and asks as Parley does', async () => {
    const answer = await official.audio.speech.create({
      ...{ model: 'gpt-4o-mini-tts', voice: 'nova', input: 'Добрый день', response_format: 'pcm', speed: 1 },
    });
    const spoken = new Uint8Array(await answer.arrayBuffer());
    expect(spoken.byteLength).toBe((660 / 1000) * 24_000 * 2);

    const own = new OpenAiSynthesizer({
      baseUrl: simulator.baseUrl,
      apiKey: 'key',
      model: 'gpt-4o-mini-tts',
    });
    const request = speechRequest('Добрый день', { voice: { name: 'nova', speed: 1 } });
    for await (const _ of own.synthesize(request, never()));
    await own.close();
    const [theirs, ours] = simulator.requests;
    expect(ours).toEqual(theirs);
  });

  it('is understood, and asks as Parley does', async () => {
    const wav = encodeWav(simulator.callerTone('который час'));
    const { text } = await official.audio.transcriptions.create({
      file: await toFile(wav, 'speech.wav'),
      ...{ model: 'whisper-1', response_format: 'json', language: 'ru' },
    });
    expect(text).toBe('который час');

    const own = new OpenAiRecognizer({ baseUrl: simulator.baseUrl, apiKey: 'key', model: 'whisper-1' });
    const { data } = simulator.callerTone('который час');
    const audio = (async function* () {
      yield data;
    })();
    const request = { language: 'ru-RU', sampleRateHz: 8000 };
    const events: unknown[] = [];
    for await (const event of own.recognize(audio, request, never())) events.push(event);
    await own.close();
    expect(events).toEqual([{ kind: 'final', text: 'который час' }]);
    const [theirs, ours] = simulator.requests;
    expect(ours).toEqual(theirs);
  });

  it.each([
    ['quota', OpenAI.RateLimitError],
    ['unauthenticated', OpenAI.AuthenticationError],
    ['invalid', OpenAI.BadRequestError],
    ['internal', OpenAI.InternalServerError],
  ] as const)('knows the refusal %s', async (kind, Failure) => {
    simulator.faults.set('tts-http', { kind });
    const asked = official.audio.speech.create({
      ...{ model: 'tts-1', voice: 'nova', input: 'Да', response_format: 'pcm' },
    });
    await expect(asked).rejects.toBeInstanceOf(Failure);
  });
});
