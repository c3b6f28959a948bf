/** What the bench of the speech API asks, in a process of its own: the API with vendors that take a given time, and a plain fastify that sends as many bytes. */
import Fastify from 'fastify';
import { silence } from '../../src/audio/pcm.ts';
import { sleep, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { RecognitionProvider } from '../../src/speech/recognition/recognizer.ts';
import type { SynthesisProvider } from '../../src/speech/synthesis/provider.ts';
import { serveSpeech } from '../../src/speech-api/testing/served.ts';

/** What it prints when it serves. */
export interface ServedAt {
  readonly api: string;
  readonly echo: string;
}

/** The vendor's time, ms, and how many bytes of speech it sends. */
const [delayMs = 0, speechMs = 1000] = process.argv.slice(2).map(Number);

const RATE_HZ = 24_000;
const speech = silence(speechMs, RATE_HZ).data;
const nothing = async () => undefined;
const wait = (signal?: AbortSignal) => (delayMs > 0 ? sleep(systemClock, delayMs, signal) : undefined);

const synthesizer: SynthesisProvider = {
  name: 'bench',
  capabilities: {
    speaks: () => true,
    languages: ['ru-RU'],
    voices: [{ name: 'anna', gender: 'female' }],
    sampleRatesHz: [RATE_HZ],
    mostCharacters: 5000,
    timesWords: false,
    streams: true,
  },
  async *synthesize(_request, signal) {
    await wait(signal);
    yield { pcm: speech, words: [], provider: 'bench' };
  },
  close: nothing,
};

const recognizer: RecognitionProvider = {
  name: 'bench',
  capabilities: { hears: () => true, languages: ['ru-RU'], sampleRatesHz: [8000, 16_000], streams: false },
  async *recognize(audio, _request, signal) {
    for await (const _ of audio) continue;
    await wait(signal);
    yield { kind: 'final', text: 'да' };
  },
  close: nothing,
};

const api = await serveSpeech({
  vendors: [{ name: 'bench', synthesizer, recognizer }],
  isOpen: true,
  mostAtOnce: 10_000,
  cacheBytes: 0,
  log: silentLog,
});

const echo = Fastify({ bodyLimit: 30 * 1024 * 1024 });
echo.removeAllContentTypeParsers();
echo.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
echo.post('/speech', async (_request, reply) => {
  await wait();
  return reply.type('application/octet-stream').send(Buffer.from(speech));
});
const inBase64 = JSON.stringify({ audio: Buffer.from(speech).toString('base64') });
echo.post('/native-speech', async (_request, reply) => {
  await wait();
  return reply.type('application/json').send(inBase64);
});
echo.post('/transcription', async () => {
  await wait();
  return { text: 'да' };
});
/** What this process has used until now: the two are asked one after the other. */
echo.get('/processor', async () => {
  const { user, system } = process.cpuUsage();
  return { usedUs: user + system };
});
const echoUrl = await echo.listen({ host: '127.0.0.1', port: 0 });

process.once('SIGINT', () => process.exit());
console.log(JSON.stringify({ api: api.url, echo: echoUrl } satisfies ServedAt));
