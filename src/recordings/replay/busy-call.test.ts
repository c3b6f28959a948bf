/** Whole calls on a machine that stands still again and again, recorded, and run again: nothing of it may depend on how late things came. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stagesApart } from '../../../test/support/stages-apart.ts';
import { AsyncQueue } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { seeded } from '../../base/seeded.ts';
import type { Chance } from '../../base/seeded.ts';
import { Call } from '../../call/call.ts';
import type { CallKit } from '../../call/call-kit.ts';
import { personasOf } from '../../call/persona.ts';
import { renderedPhrases } from '../../call/speaking/testing/rendered-phrases.ts';
import { ScriptedPlayer } from '../../call/speaking/testing/scripted-player.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { Chat } from '../../llm/chat.ts';
import type { Recognizer, RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import { LineEnd } from '../../telephony/line.ts';
import type { Hearing, HearingListener, Line } from '../../telephony/line.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BundleDisk } from '../recorder/bundle-disk.ts';
import { CallRecorder } from '../recorder/call-recorder.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { replayCall } from './replay.ts';
import { BusyClock } from './testing/busy-clock.ts';
import { willingLine } from '../../call/testing/willing-line.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 160;
const FRAME_MS = 20;
/** Of a call, ms. */
const LENGTH_MS = 40_000;
/** So much may a stage be off, ms: a replay's clock stands still while the call works. */
const WORKED_MS = 10;
const CALLS = 40;

const SAID = [
  'Когда вы работаете',
  'я хочу записаться к',
  'да',
  'спасибо большое',
  'мой номер восемь девять',
  'а сколько стоит доставка',
];
const ANSWERS = ['Мы работаем с девяти до шести.| В субботу до двух.', 'Сколько вам нужно?', 'Да, конечно.'];

const RAW = {
  prompt: 'Ты продавец.',
  greeting: 'Алло, магазин.',
  silence: { afterMs: 6000 },
  endpointing: { silenceMs: 600 },
};

/** Where the words of an utterance come from: as files do when the caller pauses, or while he speaks. */
type Hears = 'files' | 'streams';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-busy-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const disk = new BundleDisk({ isBusy: true });
afterAll(() => disk.close());

/** A caller who speaks now and then, over the bot as well. */
class Caller {
  listener: HearingListener | undefined;
  /** What he says at present, and until when. */
  words = '';
  endsAtMs = 0;
  isPausing: Promise<void> = Promise.resolve();
  readonly #clock: Clock;
  readonly #chance: Chance;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  async speak(): Promise<void> {
    await sleep(this.#clock, this.#chance.whole(1500, 3500));
    for (;;) {
      this.words = this.#chance.one(SAID);
      const startedAtMs = this.#clock.nowMs();
      const lengthMs = this.#chance.whole(200, 1500);
      this.endsAtMs = startedAtMs + lengthMs;
      this.listener?.speechStarted(startedAtMs);
      await sleep(this.#clock, lengthMs + DETECTION_MS);
      this.listener?.speechStopped(startedAtMs, startedAtMs + lengthMs);
      await sleep(this.#clock, this.#chance.whole(100, 5000));
    }
  }
}

function recognizerOf(hears: Hears, caller: Caller, clock: Clock, chance: Chance): Recognizer {
  return {
    name: 'scripted',
    async *recognize(audio, _, signal): AsyncGenerator<RecognitionEvent> {
      let isOver = false;
      const over = (async () => {
        for await (const piece of audio) void piece;
        isOver = true;
      })();
      let told = '';
      while (!isOver) {
        const until = hears === 'files' ? caller.endsAtMs + DETECTION_MS : clock.nowMs();
        await Promise.race([
          over,
          sleep(clock, Math.max(0, until - clock.nowMs()) + chance.whole(10, 350), signal),
        ]);
        if (isOver) break;
        const words = caller.words.split(' ');
        const heard = words.slice(0, chance.whole(1, words.length)).join(' ');
        if (heard === told) continue;
        told = heard;
        yield { kind: 'partial', text: heard };
        if (chance.next() > 0.3) continue;
        await sleep(clock, chance.whole(1, 3));
        yield { kind: 'final', text: caller.words };
        await sleep(clock, chance.whole(1, 3));
        yield { kind: 'endOfUtterance' };
        await over;
        return;
      }
      await sleep(clock, chance.whole(5, 200), signal);
      yield { kind: 'final', text: caller.words };
    },
    close: async () => undefined,
  };
}

function chatOf(clock: Clock, chance: Chance): Chat {
  return {
    name: 'scripted',
    async *reply(_, signal) {
      await sleep(clock, chance.whole(50, 900), signal);
      for (const word of chance.one(ANSWERS).split(' ')) {
        yield { kind: 'text', text: `${word} ` };
        await sleep(clock, chance.whole(0, 40), signal);
      }
    },
  };
}

function hearingOf(hears: Hears, caller: Caller, clock: Clock): Hearing {
  return {
    detectionSilenceMs: DETECTION_MS,
    listen: (given) => void (caller.listener = given),
    get heardUntilMs() {
      return hears === 'streams' ? clock.nowMs() - FRAME_MS : Infinity;
    },
    capture: () => {
      const audio = new AsyncQueue<Uint8Array>();
      const done = () => audio.end();
      return { sampleRateHz: RATE_HZ, fromMs: clock.nowMs(), audio, finish: done, discard: done };
    },
  };
}

async function recorded(hears: Hears, seed: number): Promise<Bundle> {
  const chance = seeded(seed);
  const time = new ManualClock();
  const clock = new BusyClock(time, chance, LENGTH_MS);
  const caller = new Caller(clock, chance);
  const end = new AbortController();
  const profile = { name: 'shop', ...profileSchemaFor(RAW).parse(RAW) };
  const book = await renderedPhrases(profile, RATE_HZ);
  const line: Line = {
    id: 'call-1',
    party: { direction: 'inbound', number: '', name: '', dialled: '100', bot: undefined },
    hearing: hearingOf(hears, caller, clock),
    player: new ScriptedPlayer(clock),
    ...willingLine(end),
  };
  const kit: CallKit = {
    ...{ clock, log: silentLog, random: () => 0.5, synthesisWindow: 3, fallback: undefined },
    recognizer: recognizerOf(hears, caller, clock, chance),
    chat: chatOf(clock, chance),
    synthesizer: new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 120, betweenPiecesMs: 15 }),
  };
  const name = `${hears}-${seed}`;
  const recorder = new CallRecorder({
    dir: join(dir, '.unfinished', name),
    ...{ id: name, line, profile, book, kit, resumed: undefined, redaction: 'none' },
    disk,
    startedAt: new Date('2026-11-30T10:00:00Z'),
    ...{ versions: {}, settings: {}, ariOf: () => [] },
  });
  const call = new Call(recorder.line, profile, personasOf(profile, book), recorder.kit);
  recorder.follow(call);
  const running = call.run();
  void caller.speak();
  await time.advance(LENGTH_MS);
  end.abort(new LineEnd('caller'));
  await time.runUntil(running);
  await recorder.finish(join(dir, name));
  return readBundle(join(dir, name));
}

/** What either side said, in its order: whose word was first where both began in the same moment, nobody can say. */
function told({ dialogue, endedBy, interruptions }: Outcome): readonly string[] {
  return [
    ...dialogue
      .map(({ text, who, wasCut = false }) => `${who}: ${text}${wasCut ? ' (cut)' : ''}`)
      .toSorted((one, other) => one.slice(0, 3).localeCompare(other.slice(0, 3))),
    ...interruptions.map(({ became, because = '' }) => `${became} ${because}`),
    endedBy,
  ];
}

describe('a call of a machine that stands still again and again', () => {
  it.each(['files', 'streams'] as const)(
    'comes to the same at the same times, heard in %s',
    async (hears) => {
      for (let seed = 1; seed <= CALLS; seed++) {
        const bundle = await recorded(hears, seed);
        const [then, now] = [outcomeOf(bundle.call.timeline), outcomeOf(await replayCall(bundle))];
        expect(told(now), `call ${seed}`).toEqual(told(then));
        expect(stagesApart(then, now, WORKED_MS), `call ${seed}`).toEqual([]);
      }
    },
  );
});
