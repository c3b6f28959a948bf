/** OpenAI's speech, each way, held to what all providers of speech are held to. */
import { expect, it } from 'vitest';
import type { Fault } from '../../lab/simulator/speechkit/faults.ts';
import { startOpenAiSpeechSimulator } from '../../lab/simulator/openai/openai-speech.ts';
import type { OpenAiSpeechSimulator } from '../../lab/simulator/openai/openai-speech.ts';
import { conformsAsRecognizer } from '../recognition/testing/conformance.ts';
import type { Trouble as HearingTrouble } from '../recognition/testing/conformance.ts';
import { conformsAsSynthesizer } from '../synthesis/testing/conformance.ts';
import type { Trouble as SpeakingTrouble } from '../synthesis/testing/conformance.ts';
import { Listening, speechRequest } from '../synthesis/testing/listening.ts';
import { OpenAiRecognizer } from './openai-recognizer.ts';
import { OpenAiSynthesizer } from './openai-synthesizer.ts';

const FAULTS: Readonly<Record<Exclude<SpeakingTrouble | HearingTrouble, 'well'>, Fault>> = {
  silent: { kind: 'hung' },
  neverAnswers: { kind: 'hung' },
  stalls: { kind: 'half', audioMs: 200, then: 'hang' },
  breaksOff: { kind: 'half', audioMs: 200, then: 'error' },
  halfSample: { kind: 'garbage', as: 'oddLength' },
  quota: { kind: 'quota' },
  garbage: { kind: 'garbage', as: 'html' },
};

function around(server: OpenAiSpeechSimulator, service: 'tts-http' | 'stt-http', close: () => Promise<void>) {
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

conformsAsSynthesizer('openai-tts', async ({ deadlineMs }) => {
  // Quick speech: the longest text is long.
  const server = await startOpenAiSpeechSimulator({ tonePace: { perCharMs: 5 } });
  const provider = new OpenAiSynthesizer({ baseUrl: server.baseUrl, model: 'tts-1', waitMs: deadlineMs });
  return { provider, ...around(server, 'tts-http', () => provider.close()) };
});

conformsAsRecognizer('openai-stt', async ({ deadlineMs }) => {
  const server = await startOpenAiSpeechSimulator();
  const recognizer = new OpenAiRecognizer({ baseUrl: server.baseUrl, model: 'whisper-1', deadlineMs });
  const speech = (text: string) => server.callerTone(text);
  return { recognizer, speech, ...around(server, 'stt-http', () => recognizer.close()) };
});

it('sends no key where it has none, and no pace that is refused', async () => {
  const server = await startOpenAiSpeechSimulator();
  const provider = new OpenAiSynthesizer({ baseUrl: `${server.baseUrl}/`, model: 'kokoro' });
  const voice = { name: 'af_heart', speed: 0.1 };
  const heard = new Listening(provider, speechRequest('Да', { voice, sampleRateHz: 16_000 }));
  await heard.ended;
  expect(heard.error).toBeUndefined();
  expect(server.requests).toMatchObject([
    { authorization: undefined, fields: { model: 'kokoro', voice: 'af_heart', speed: 0.25 } },
  ]);
  await provider.close();
  await server.stop();
});

it('asks only a model that can for the times of words', async () => {
  const server = await startOpenAiSpeechSimulator();
  const heardBy = async (model: string) => {
    const recognizer = new OpenAiRecognizer({ baseUrl: server.baseUrl, model });
    const audio = (async function* () {
      yield server.callerTone('который час').data;
    })();
    const request = { language: 'ru-RU', sampleRateHz: 8000, timeWords: true as const };
    const events = [];
    for await (const event of recognizer.recognize(audio, request, new AbortController().signal))
      events.push(event);
    await recognizer.close();
    return events;
  };
  expect(await heardBy('whisper-1')).toMatchObject([{ text: 'который час', words: [{}, { startMs: 1000 }] }]);
  expect(await heardBy('gpt-4o-transcribe')).toEqual([{ kind: 'final', text: 'который час' }]);
  await server.stop();
});
