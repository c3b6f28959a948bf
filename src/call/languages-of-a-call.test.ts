/** A whole call in which the caller changes the language: what is said, by whom, and what the model was told. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncQueue } from '../base/async.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import type { Chat, ChatRequest } from '../llm/chat.ts';
import type { RecognitionEvent, RecognitionRequest } from '../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../speech/synthesis/testing/scripted-synthesizer.ts';
import type { HearingListener, Line } from '../telephony/line.ts';
import { sleep } from '../base/clock.ts';
import { Call } from './call.ts';
import { personasOf } from './persona.ts';
import type { Resumed } from './resumed.ts';
import { renderedPhrases } from './speaking/testing/rendered-phrases.ts';
import { ScriptedPlayer } from './speaking/testing/scripted-player.ts';
import { willingLine } from './testing/willing-line.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 200;
/** Longer than any silence that ends a turn, ms, and shorter than a caller's that the bot asks about. */
const TURN_MS = 2500;

const ENGLISH = /^[^а-яё]*$/i;

let clock: ManualClock;
let synthesizer: ScriptedSynthesizer;
let listener: HearingListener;
let told: AsyncQueue<RecognitionEvent>;
let asked: ChatRequest[];
let heardAs: RecognitionRequest[];
let call: Call;
let thinksMs: number;
let end: AbortController;
/** When the recognizer has told all that it knows of what was finished. */
let finishes: Promise<void>;

const chat: Chat = {
  name: 'scripted',
  async *reply(request, signal) {
    asked.push(request);
    await sleep(clock, thinksMs, signal);
    const isEnglish = request.messages[0]?.content.includes('You are a bot.');
    yield { kind: 'text', text: isEnglish ? 'Yes, we do.|' : 'Да, конечно.|' };
  },
};

beforeEach(() => {
  clock = new ManualClock();
  synthesizer = new ScriptedSynthesizer('scripted', clock, {});
  asked = [];
  heardAs = [];
  thinksMs = 0;
  finishes = Promise.resolve();
  end = new AbortController();
});

async function answered(resumed?: Resumed): Promise<void> {
  const raw = {
    prompt: 'Ты бот.',
    greeting: 'Алло.',
    languages: { 'en-US': { prompt: 'You are a bot.' } },
    fillers: { afterMs: 100 },
  };
  const profile = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const book = await renderedPhrases(profile, RATE_HZ);
  const line: Line = {
    id: 'a',
    party: { direction: 'inbound', number: '', name: '', dialled: '100', bot: undefined },
    hearing: {
      detectionSilenceMs: DETECTION_MS,
      listen: (given) => void (listener = given),
      capture: () => ({
        sampleRateHz: RATE_HZ,
        fromMs: clock.nowMs(),
        audio: new AsyncQueue(),
        finish: () => void finishes.then(() => told.end()),
        discard: () => told.end(),
      }),
    },
    player: new ScriptedPlayer(clock),
    ...willingLine(end),
  };
  const recognizer = {
    name: 'scripted',
    recognize: (_: unknown, request: RecognitionRequest) => {
      heardAs.push(request);
      return (told = new AsyncQueue());
    },
    close: async () => undefined,
  };
  const kit = {
    ...{ clock, chat, recognizer, synthesizer, synthesisWindow: 3 },
    ...{ log: silentLog, random: () => 0, fallback: undefined },
  };
  call = new Call(line, profile, personasOf(profile, book), kit, resumed);
  void call.run();
  await clock.advance(1000);
}

/** The caller speaks for a second; what is understood on the way is told before it is over. */
async function say(text: string, onTheWay: readonly string[] = []): Promise<void> {
  const startedAtMs = clock.nowMs();
  listener.speechStarted(startedAtMs);
  for (const partial of onTheWay) {
    await clock.advance(200);
    told.push({ kind: 'partial', text: partial });
  }
  await clock.advance(1000 - 200 * onTheWay.length);
  told.push({ kind: 'final', text });
  await clock.advance(DETECTION_MS);
  listener.speechStopped(startedAtMs, clock.nowMs() - DETECTION_MS);
}

/** What the bot has begun to say since turn `turn`. */
function saidFrom(turn: number): readonly string[] {
  return call.timeline.entries.flatMap((entry) =>
    entry.type === 'playback.started' && entry.turn >= turn ? [entry.text] : [],
  );
}

const types = () => call.timeline.entries.map(({ type }) => type);

describe('a caller who goes over to English', () => {
  it('hears nothing but English from that turn on: small words, answer, "are you there" and goodbye', async () => {
    await answered();
    thinksMs = 2000;
    await say('Do you deliver on Sunday?', ['do you', 'do you deliver']);
    await clock.advance(60_000);
    const said = saidFrom(1);
    expect(said).toContain('Yes, we do.');
    expect(said).toContain('Can you hear me?');
    expect(said.at(-1)).toBe('Thank you for calling. Goodbye!');
    expect(said.length).toBeGreaterThan(4);
    expect(said.filter((text) => !ENGLISH.test(text))).toEqual([]);
    expect(synthesizer.attempts.map(({ request }) => [request.language, request.voice.name])).toEqual([
      ['en-US', 'john'],
    ]);
  });

  it('hears an English filler though the whole text is late, if the words so far are English', async () => {
    await answered();
    listener.speechStarted(clock.nowMs());
    await clock.advance(800);
    told.push({ kind: 'partial', text: 'do you deliver on Sunday' });
    await clock.advance(DETECTION_MS);
    finishes = new Promise((resolve) => clock.after(3000, resolve));
    listener.speechStopped(clock.nowMs() - 1000, clock.nowMs() - DETECTION_MS);
    await clock.advance(1500);
    expect(types()).not.toContain('recognition.done');
    expect(saidFrom(1)).toEqual(['Let me see.']);
    await clock.advance(4000);
    expect(saidFrom(1).at(-1)).toBe('Yes, we do.');
    expect(saidFrom(1).filter((text) => !ENGLISH.test(text))).toEqual([]);
  });

  it('is understood by the model to have said all that was said before', async () => {
    await answered();
    await say('Вы работаете в воскресенье?');
    await clock.advance(TURN_MS);
    await say('And do you deliver?');
    await clock.advance(TURN_MS);
    expect(
      asked
        .at(-1)
        ?.messages.slice(1)
        .map(({ content }) => content),
    ).toEqual([...['…', 'Алло.', 'Вы работаете в воскресенье?', 'Да, конечно.', 'And do you deliver?']]);
    expect(asked.at(-1)?.messages[0]?.content).toMatch(/^You are a bot\./);
    await say('Спасибо, а когда вы закрываетесь?');
    await clock.advance(TURN_MS);
    expect(asked.at(-1)?.messages[0]?.content).toMatch(/^Ты бот\./);
    expect(synthesizer.attempts.map(({ request }) => request.voice.name)).toEqual(['alena', 'john', 'alena']);
    expect(call.timeline.entries.filter(({ type }) => type === 'language.switched')).toMatchObject([
      { turn: 2, from: 'ru-RU', to: 'en-US' },
      { turn: 3, from: 'en-US', to: 'ru-RU' },
    ]);
  });

  it('is answered by what was begun early, in English already', async () => {
    await answered();
    await say('Do you deliver on Sunday?');
    await clock.advance(TURN_MS);
    expect(types()).toContain('earlyAnswer.used');
    expect(asked).toHaveLength(1);
    expect(saidFrom(1).filter((text) => !ENGLISH.test(text))).toEqual([]);
  });

  it('and says a word of the other language is answered as before', async () => {
    await answered();
    await say('Do you deliver on Sunday?');
    await clock.advance(TURN_MS);
    await say('Спасибо');
    await clock.advance(TURN_MS);
    expect(call.language).toBe('en-US');
    expect(saidFrom(1).filter((text) => !ENGLISH.test(text))).toEqual([]);
  });

  it('is heard as one who may speak either', async () => {
    await answered();
    await say('Do you deliver?');
    expect(heardAs).toMatchObject([{ language: 'auto', among: ['ru-RU', 'en-US'] }]);
  });
});

it('an early answer in the wrong language is never heard', async () => {
  await answered();
  // The recognizer takes all of it back.
  const startedAtMs = clock.nowMs();
  listener.speechStarted(startedAtMs);
  await clock.advance(600);
  told.push({ kind: 'final', text: 'Do you deliver?' });
  await clock.advance(DETECTION_MS);
  listener.speechStopped(startedAtMs, clock.nowMs() - DETECTION_MS);
  await clock.advance(50);
  expect(types()).toContain('earlyAnswer.begun');
  told.push({ kind: 'refined', index: 0, text: 'вы доставляете на дом' });
  await clock.advance(TURN_MS);
  expect(types()).toContain('earlyAnswer.wasted');
  expect(saidFrom(1)).toEqual(['Да, конечно.']);
  expect(call.language).toBe('ru-RU');
});

it('a caller whose call goes on after a crash is spoken to in the language of before', async () => {
  await answered({ messages: [], turn: 4, elapsedMs: 1000, language: 'en-US' });
  expect(saidFrom(4)).toEqual(['Sorry, we were cut off. Please go on.']);
});

it('a "yes" that is over in a moment is answered, where it was understood; a cough is not', async () => {
  await answered();
  const shortly = async (text: string) => {
    const startedAtMs = clock.nowMs();
    listener.speechStarted(startedAtMs);
    await clock.advance(180);
    if (text !== '') told.push({ kind: 'final', text });
    await clock.advance(DETECTION_MS);
    listener.speechStopped(startedAtMs, clock.nowMs() - DETECTION_MS);
    await clock.advance(TURN_MS);
  };
  await shortly('');
  expect(asked).toEqual([]);
  await shortly('Да.');
  expect(saidFrom(1)).toEqual(['Да, конечно.']);
});
