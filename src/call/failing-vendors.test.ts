/** Chaos on the virtual clock: of three vendors two fail in every way, at every moment of an answer, and the caller hears it whole. */
import { expect, it } from 'vitest';
import { aborted } from '../base/async.ts';
import { sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { seeded } from '../base/seeded.ts';
import type { Chance } from '../base/seeded.ts';
import { fromSamples, msToBytes } from '../audio/pcm.ts';
import type { Chat } from '../llm/chat.ts';
import { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';
import { FailoverSynthesizer } from '../speech/synthesis/failover.ts';
import type { SynthesisProvider } from '../speech/synthesis/provider.ts';
import type { SpeechPiece, SpeechRequest } from '../speech/synthesis/synthesizer.ts';
import { firstEntryOf } from '../timeline/timeline-entries.ts';
import { StreamedPlayer } from './speaking/testing/streamed-player.ts';
import { VirtualCall } from './testing/virtual-call.ts';

const SEEDS = 60;
const SENTENCES = 5;
const WORDS_OF_A_SENTENCE = 5;
const WORD_MS = 150;
/** What a healthy vendor takes to the first word, and from one to the next, ms. */
const FIRST_MS = 200;
const NEXT_MS = 20;
/** From the end of the turn on, the longest that a caller may wait without a sound, ms. */
const SILENCE_LIMIT_MS = 1500;
const ANSWER_OVER_MS = 60_000;

const SYLLABLES = ['ба', 'ве', 'ги', 'до', 'жу', 'зы', 'ка', 'ле', 'ми', 'но'];
/** Word number `index` of the answer. */
const wordOf = (index: number) =>
  `${SYLLABLES[Math.floor(index / SYLLABLES.length)]}${SYLLABLES[index % SYLLABLES.length]}`;
const WORDS = Array.from({ length: SENTENCES * WORDS_OF_A_SENTENCE }, (_, index) => wordOf(index));
const ANSWER = Array.from({ length: SENTENCES }, (_, sentence) => {
  const words = WORDS.slice(sentence * WORDS_OF_A_SENTENCE, (sentence + 1) * WORDS_OF_A_SENTENCE).join(' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}).join(' ');

const chat: Chat = {
  name: 'scripted',
  async *reply() {
    for (const text of ANSWER.split(/(?<= )/)) yield { kind: 'text', text } as const;
  },
};

const FAULTS = [
  'none',
  'refused',
  'slow',
  'hung',
  'garbage',
  'quota',
  'breaks off',
  'falls silent',
  'drips',
] as const;
type Fault = (typeof FAULTS)[number];

interface Vendor {
  readonly name: string;
  readonly voice: string;
  readonly timesWords: boolean;
}

const VENDORS: readonly [Vendor, Vendor, Vendor] = [
  { name: 'yandex', voice: 'alena', timesWords: true },
  { name: 'google', voice: 'ru-woman', timesWords: true },
  { name: 'openai', voice: 'nova', timesWords: false },
];

/** Says each word as a piece whose samples are its number, from 1. */
class WordSpeaker implements SynthesisProvider {
  readonly name: string;
  readonly capabilities;
  readonly #clock: ManualClock;
  readonly #faultOf: () => Fault;
  readonly #chance: Chance;

  constructor(vendor: Vendor, clock: ManualClock, faultOf: () => Fault, chance: Chance) {
    this.name = vendor.name;
    this.capabilities = {
      speaks: () => true,
      languages: ['ru-RU'],
      voices: [{ name: vendor.voice, gender: 'female' as const }],
      sampleRatesHz: [8000],
      mostCharacters: 5000,
      timesWords: vendor.timesWords,
      streams: true,
    };
    this.#clock = clock;
    this.#faultOf = faultOf;
    this.#chance = chance;
  }

  async *synthesize({ text, sampleRateHz }: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const fault = this.#faultOf();
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    const breaksAt = this.#chance.whole(1, Math.max(1, words.length - 1));
    if (fault === 'refused') throw new ParleyError('TTS_UNAVAILABLE', 'Down.');
    if (fault === 'quota') throw new ParleyError('TTS_QUOTA', 'Used up.');
    if (fault === 'garbage') throw new ParleyError('TTS_BAD_ANSWER', 'A web page.');
    if (fault === 'hung') await hang(signal);
    await sleep(this.#clock, fault === 'slow' ? this.#chance.whole(400, 4000) : FIRST_MS, signal);
    for (const [index, word] of words.entries()) {
      if (index === breaksAt && fault === 'breaks off')
        throw new ParleyError('TTS_UNAVAILABLE', 'Broken off.');
      if (index === breaksAt && fault === 'falls silent') await hang(signal);
      if (index > 0)
        await sleep(this.#clock, fault === 'drips' ? this.#chance.whole(0, 950) : NEXT_MS, signal);
      const number = WORDS.indexOf(word) + 1;
      const samples = new Int16Array(msToBytes(WORD_MS, sampleRateHz) / 2).fill(number);
      const startMs = index * WORD_MS;
      yield {
        pcm: fromSamples(samples, sampleRateHz).data,
        words: this.capabilities.timesWords ? [{ word, startMs, lengthMs: WORD_MS }] : [],
        provider: this.name,
      };
    }
  }

  async close(): Promise<void> {}
}

async function hang(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason as Error;
}

function stackOf(clock: ManualClock, chance: Chance): FailoverSynthesizer {
  const healthy = chance.whole(0, VENDORS.length - 1);
  const breakers = VENDORS.map((vendor, index) => {
    const faultOf = () => (index === healthy ? 'none' : chance.one(FAULTS));
    return new BreakerSynthesizer(new WordSpeaker(vendor, clock, faultOf, chance), { clock });
  });
  const [first, ...others] = breakers;
  if (!first) throw new Error('three vendors');
  return new FailoverSynthesizer({ providers: [first, ...others], clock });
}

it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
  'seed %i: no word is lost, all are in order, and no silence lasts',
  async (seed) => {
    const clock = new ManualClock();
    const player = new StreamedPlayer(clock);
    const profile = {
      voice: { name: 'alena' },
      fillers: { enabled: true, phrases: { question: ['Секунду.'], statement: ['Секунду.'] } },
    };
    const synthesizer = stackOf(clock, seeded(seed));
    const virtual = await VirtualCall.begin({ profile, chat, clock, player, synthesizer });
    player.heard.length = 0;
    await virtual.say('расскажи');
    await clock.advance(ANSWER_OVER_MS);

    const numbers = player.heard.map(({ firstSample }) => firstSample).filter((number) => number > 0);
    expect(new Set(numbers), 'every word is heard').toEqual(new Set(WORDS.map((_, index) => index + 1)));
    let furthest = 0;
    for (const number of numbers) {
      expect(number, 'no word comes before the one that it follows').toBeLessThanOrEqual(furthest + 1);
      // Where nobody has told when each word was said, the next vendor says the chunk again.
      expect(Math.ceil(number / WORDS_OF_A_SENTENCE)).toBeGreaterThanOrEqual(
        Math.ceil(furthest / WORDS_OF_A_SENTENCE) - 1,
      );
      furthest = Math.max(furthest, number);
    }

    const turn = firstEntryOf(virtual.call.timeline.entries, 'turn.ended');
    let silentSinceMs = turn?.atMs ?? 0;
    const lastWord = player.heard.findLastIndex(({ firstSample }) => firstSample === WORDS.length);
    for (const { fromMs, toMs } of player.heard.slice(0, lastWord + 1)) {
      expect(fromMs - silentSinceMs, 'silence').toBeLessThanOrEqual(SILENCE_LIMIT_MS);
      silentSinceMs = toMs;
    }
  },
);
