/** Calls in progress while a vendor of speech fails, in every way that there is: each caller hears the whole answer, word after word, from whoever is well. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, expect, it } from 'vitest';
import { startGoogleSpeechSimulator } from '../../src/lab/simulator/google/google-speech.ts';
import { startOpenAiSpeechSimulator } from '../../src/lab/simulator/openai/openai-speech.ts';
import type { Fault, FaultScript } from '../../src/lab/simulator/speechkit/faults.ts';
import { hasEspeak } from '../../src/speech/espeak/espeak-synthesizer.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { EspeakWords } from '../support/espeak-words.ts';
import { FAILING_WORLD, GREETING, MOST_SILENCE_MS, silenceMs } from '../support/failing.ts';
import { writeGoogleKeyFile } from '../support/google-key-file.ts';
import type { Heard } from '../support/tones-so-far.ts';
import { WordTones } from '../support/word-tones.ts';

const CHUNKS = [
  ['сегодня', 'солнце', 'взошло'],
  ['вечером', 'дождик', 'польёт'],
  ['завтра', 'погода', 'теплее'],
] as const;
const WORDS = CHUNKS.flat();

/** Far beyond anybody's patience. */
const SLOW_MS = 6000;
/** Of a chunk: in the middle of its second word. */
const PART_MS = 300;

/** Between two callers, ms: three or four talk at a time, which leaves the machine the time to be quick. */
const APART_MS = 1500;

/** A call each, which is known by the last word of all that is said in it. */
const FAULTS: readonly (readonly [mark: string, fault: Fault])[] = [
  ['рефьюз', { kind: 'refused' }],
  ['медлен', { kind: 'slow', delayMs: SLOW_MS }],
  ['молчит', { kind: 'hung' }],
  ['мусорн', { kind: 'garbage', as: 'html' }],
  ['лимитн', { kind: 'quota' }],
  ['обрыва', { kind: 'half', audioMs: PART_MS, then: 'error' }],
  ['замира', { kind: 'half', audioMs: PART_MS, then: 'hang' }],
];

const chunksOf = (mark: string) =>
  CHUNKS.map(([first, ...others]) => {
    const capital = first.charAt(0).toUpperCase() + first.slice(1);
    return `${[capital, ...others].join(' ')} ${mark}.`;
  });

let running: Suite | undefined;
const tones = new WordTones(WORDS);
const dir = mkdtempSync(join(tmpdir(), 'parley-chaos-'));
/** Speaks last where it is installed, and needs no network. */
const espeak = (await hasEspeak())
  ? await EspeakWords.of(FAULTS.flatMap(([mark]) => chunksOf(mark)))
  : undefined;
const openai = await startOpenAiSpeechSimulator({ voice: tones.voice });
const google = await startGoogleSpeechSimulator({ voice: tones.voice });
afterEach(() => {
  openai.faults.clear();
  google.faults.clear();
});
afterAll(async () => {
  await Promise.all([openai.stop(), google.stop()]);
  rmSync(dir, { recursive: true });
});

/** As a service is told of it, and how to fail it at texts that end so. */
const VENDORS = {
  yandex: {
    fail: (mark: string, fault: Fault) => {
      for (const service of ['tts-grpc', 'tts-http'] as const)
        set(running?.world.speech.faults, service, mark, fault);
    },
    asked: () => running?.world.speech.requests.map(({ text }) => text) ?? [],
  },
  google: {
    fail: (mark: string, fault: Fault) => set(google.faults, 'tts-grpc', mark, fault),
    asked: () => google.requests.map(({ synthesis }) => synthesis?.input.text ?? ''),
  },
  openai: {
    fail: (mark: string, fault: Fault) => set(openai.faults, 'tts-http', mark, fault),
    asked: () => openai.requests.map(({ fields }) => String(fields['input'])),
  },
} as const;
type Vendor = keyof typeof VENDORS;

/** What speaks of itself, on this machine: nothing that a vendor's wire could do befalls it. */
const LAST = espeak ? (['espeak'] as const) : [];

function set(
  faults: FaultScript | undefined,
  service: 'tts-grpc' | 'tts-http',
  mark: string,
  fault: Fault,
): void {
  faults?.set(service, fault, { text: mark });
}

/** Seven callers beside each other, each with another fault of this vendor; whoever would be asked before it refuses them all. */
async function expectWholeAnswers(suite: Suite, order: readonly Vendor[], failing: Vendor): Promise<void> {
  running = suite;
  // What callers say is understood by Yandex alone.
  openai.faults.set('stt-http', { kind: 'refused' });
  for (const [mark, fault] of FAULTS) {
    for (const vendor of order.slice(0, order.indexOf(failing)))
      VENDORS[vendor].fail(mark, { kind: 'refused' });
    VENDORS[failing].fail(mark, fault);
  }
  const next = order[order.indexOf(failing) + 1];
  const calls = FAULTS.map(async ([mark], index) => {
    await setTimeout(index * APART_MS);
    const call = await suite.world.dial('100');
    await tones.untilHeard(call, GREETING);
    const { endedAtMs } = await call.say(suite.world.speech.callerTone(mark));
    const fromOthers = (of: Heard) => (next === undefined && espeak ? espeak.heardIn(of) : []);
    const heard = await tones.untilHeard(call, WORDS.at(-1), { what: mark, fromOthers });
    const silentMs = silenceMs(call, endedAtMs, heard.at(-1)?.endedAtMs);
    return { mark, lost: tones.lostIn(heard), order: heard.map(({ text }) => text), silentMs };
  });
  for (const { mark, lost, order: words, silentMs } of await Promise.all(calls)) {
    const what = `${failing}, ${mark}: ${words.join(' ')}`;
    expect(lost, what).toEqual([]);
    expectInOrder(words, what);
    expect(silentMs, what).toBeLessThan(MOST_SILENCE_MS);
    for (const vendor of next === undefined ? [failing] : [failing, next])
      expect(
        VENDORS[vendor].asked().some((text) => text.includes(mark)),
        `${what}: ${vendor}`,
      ).toBe(true);
  }
}

/** Nothing is passed over, and at most the chunk that was broken off is said again. */
function expectInOrder(words: readonly string[], what: string): void {
  let furthest = -1;
  for (const word of words) {
    const index = WORDS.indexOf(word as (typeof WORDS)[number]);
    expect(index, what).toBeLessThanOrEqual(furthest + 1);
    expect(Math.floor(index / 3), what).toBeGreaterThanOrEqual(Math.floor(furthest / 3));
    furthest = Math.max(furthest, index);
  }
}

/** Whoever fails has somebody behind it: another vendor, or espeak-ng. */
const ORDERS: readonly { readonly order: readonly Vendor[]; readonly failing: readonly Vendor[] }[] = [
  {
    order: ['yandex', 'google', 'openai'],
    failing: espeak ? ['yandex', 'google', 'openai'] : ['yandex', 'google'],
  },
  { order: ['openai', 'yandex'], failing: ['openai'] },
];

const options = (order: readonly Vendor[]) => ({
  ...FAILING_WORLD,
  reply: FAULTS.map(([mark]) => [mark, chunksOf(mark).join('|')] as const),
  voice: tones.voice,
  env: {
    ...FAILING_WORLD.env,
    SPEECH_PROVIDERS: [...order, ...LAST].join(','),
    OPENAI_SPEECH_BASE_URL: openai.baseUrl,
    GOOGLE_TTS_GRPC_URL: google.ttsUrl,
    GOOGLE_STT_GRPC_URL: google.sttUrl,
    GOOGLE_APPLICATION_CREDENTIALS: writeGoogleKeyFile(join(dir, 'google.json')),
  },
  kinds: ['asterisk'] as const,
  modes: ['stream'] as const,
});

for (const { order, failing } of ORDERS)
  describeCalls(`while vendors fail of ${order.join(', ')}`, options(order), (suite) => {
    it.each(failing)('all callers hear every word in its order, and no long silence: %s', (vendor) =>
      expectWholeAnswers(suite, order, vendor),
    );
  });
