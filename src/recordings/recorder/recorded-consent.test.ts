/** Calls whose caller is told, or asked, before anything is recorded: what is heard, what lies on the disk, and that it replays. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { msToBytes, silence } from '../../audio/pcm.ts';
import { AsyncQueue } from '../../base/async.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { Call } from '../../call/call.ts';
import type { Resumed } from '../../call/resumed.ts';
import { personasOf } from '../../call/persona.ts';
import { PhraseBook } from '../../call/speaking/phrase-book.ts';
import { ScriptedPlayer } from '../../call/speaking/testing/scripted-player.ts';
import { anEarReport } from '../../ear/testing/an-ear-report.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import { LineEnd } from '../../telephony/line.ts';
import type { HearingListener, Line } from '../../telephony/line.ts';
import type { CallEndCause } from '../../timeline/timeline.ts';
import { readBundle } from '../bundle/bundle.ts';
import { outcomeOf } from '../replay/outcome.ts';
import { replayCall } from '../replay/replay.ts';
import { BundleDisk } from './bundle-disk.ts';
import { Recordings } from './recordings.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 200;
const PHRASE_MS = 1000;
const PACKET_MS = 20;
const ASKED = 'Можно записать?';
const TOLD = 'Вас записывают.';
const GREETING = 'Алло.';

let dir: string;
let clock: ManualClock;
let disk: BundleDisk;
let recordings: Recordings;
let outcomes: string[];
let player: ScriptedPlayer;
let listener: HearingListener;
let words: string;
let call: Call;
let ended: Promise<CallEndCause>;
let lineEnd: AbortController;
let isLoud: boolean;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-consent-'));
  clock = new ManualClock();
  outcomes = [];
  words = '';
  isLoud = true;
  disk = new BundleDisk({ isBusy: true });
  recordings = await Recordings.open({
    dir,
    disk,
    policy: { kind: 'share', share: 1 },
    redaction: 'none',
    keepsPauses: true,
    retention: { maxAgeMs: 1e12, maxBytes: 1e12 },
    random: () => 0,
    epochMs: () => Date.now(),
    log: silentLog,
    versions: () => ({}),
    settings: () => ({}),
    earOf: () => anEarReport,
    ariOf: () => [],
    onBundle: (outcome) => outcomes.push(outcome),
  });
});

afterEach(async () => {
  await recordings.close();
  await disk.close();
  await rm(dir, { recursive: true, force: true });
});

/** A call is answered, and recorded if it may be. The caller's side is never quiet. */
async function answered(
  consent: 'announce' | 'ask' | 'off',
  { isSpoken = true, resumed }: { readonly isSpoken?: boolean; readonly resumed?: Resumed } = {},
): Promise<void> {
  const raw = {
    prompt: 'Ты бот.',
    greeting: GREETING,
    fillers: { enabled: false },
    earlyAnswer: { enabled: false },
    recording: { consent, announcement: TOLD, question: ASKED },
  };
  const profile = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const book = new PhraseBook({
    profile,
    speak: async ({ text }) => {
      if (!isSpoken && text === TOLD) throw new Error('nobody speaks');
      return silence(PHRASE_MS, RATE_HZ);
    },
    shipped: () => [],
    sampleRateHz: RATE_HZ,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  player = new ScriptedPlayer(clock);
  lineEnd = new AbortController();
  const line: Line = {
    id: 'call-1',
    party: { direction: 'inbound', number: '+1555', name: '', dialled: '100', bot: undefined },
    hearing: {
      detectionSilenceMs: DETECTION_MS,
      listen: (to) => void (listener = to),
      tap: (heard) => {
        const packet = new Uint8Array(msToBytes(PACKET_MS, RATE_HZ)).fill(17);
        const next = () => {
          if (isLoud) heard(packet, clock.nowMs());
          clock.after(PACKET_MS, next);
        };
        clock.after(PACKET_MS, next);
      },
      capture: () => {
        const audio = new AsyncQueue<Uint8Array>();
        const end = () => audio.end();
        return { sampleRateHz: RATE_HZ, fromMs: clock.nowMs(), audio, finish: end, discard: end };
      },
    },
    player,
    ended: lineEnd.signal,
    answer: async () => undefined,
    hangup: async () => undefined,
    transfer: async () => undefined,
    close: async () => {
      if (!lineEnd.signal.aborted) lineEnd.abort(new LineEnd('us'));
    },
  };
  const kit = {
    clock,
    chat: {
      name: 'scripted',
      async *reply() {
        yield { kind: 'text' as const, text: 'Слушаю.|' };
      },
    },
    recognizer: {
      name: 'scripted',
      async *recognize(audio: AsyncIterable<Uint8Array>): AsyncGenerator<RecognitionEvent> {
        for await (const _ of audio) continue;
        yield { kind: 'final', text: words };
      },
      close: async () => undefined,
    },
    synthesizer: new ScriptedSynthesizer('scripted', clock, {}),
    synthesisWindow: 3,
    ...{ log: silentLog, random: () => 0, fallback: undefined },
  };
  const recorded = recordings.begin({ line, profile, book, kit, resumed });
  call = new Call(recorded.line, profile, personasOf(profile, book), recorded.kit, resumed);
  recorded.follow(call);
  ended = call.run();
  await clock.advance(1);
}

/** The caller speaks for half a second. */
async function say(said: string): Promise<void> {
  words = said;
  const startedAtMs = clock.nowMs();
  listener.speechStarted(startedAtMs);
  await clock.advance(500 + DETECTION_MS);
  listener.speechStopped(startedAtMs, startedAtMs + 500);
  await clock.advance(1500);
}

async function hungUp(): Promise<void> {
  lineEnd.abort(new LineEnd('caller'));
  await ended;
  isLoud = false;
  await recordings.settled();
}

const said = () =>
  call.timeline.entries.flatMap((entry) => (entry.type === 'playback.started' ? [entry.text] : []));
const decided = () =>
  call.timeline.entries.flatMap((entry) => (entry.type === 'consent' ? [entry.outcome] : []));
const onDisk = async () => (await readdir(dir, { recursive: true })).filter((name) => !name.startsWith('.'));

async function bundle() {
  const [name = ''] = (await onDisk()).filter((path) => !path.includes('/'));
  return readBundle(join(dir, name));
}

function stopped(timeline: Awaited<ReturnType<typeof bundle>>['call']['timeline']): number {
  return timeline.flatMap((entry) => (entry.type === 'speech.stopped' ? [entry.endedAtMs] : []))[0] ?? NaN;
}

/** When the caller's side of the recording is first anything but silent, ms. */
function soundBeginsAtMs({ data }: { readonly data: Uint8Array }): number {
  return data.findIndex((byte) => byte !== 0) / msToBytes(1, RATE_HZ);
}

describe('a bot that announces that it records', () => {
  it('says so before it greets, and keeps nothing that the caller said before', async () => {
    await answered('announce');
    await say('скажите пожалуйста');
    expect(await onDisk()).not.toContainEqual(expect.stringContaining('.wav'));
    await clock.advance(2000);
    expect(said()).toEqual([TOLD, GREETING]);
    expect(decided()).toEqual(['announced']);
    await hungUp();
    const { call: kept, caller } = await bundle();
    expect(kept.timeline.filter(({ type }) => type === 'consent')).toHaveLength(1);
    expect(kept.utterances).toEqual([]);
    const told = kept.timeline.find(({ type }) => type === 'consent')?.atMs ?? NaN;
    expect(soundBeginsAtMs(caller)).toBeGreaterThanOrEqual(told - 1);
    expect(soundBeginsAtMs(caller)).toBeLessThan(told + 100);
  });

  it('records nobody whom it could not tell', async () => {
    await answered('announce', { isSpoken: false });
    await clock.advance(3000);
    expect([said(), decided()]).toEqual([[GREETING], ['unheard']]);
    await hungUp();
    expect(await onDisk()).toEqual([]);
    expect(outcomes).toEqual(['refused']);
  });

  it('listens to what the caller is saying when it has been said', async () => {
    await answered('announce');
    await clock.advance(700);
    words = 'вы ещё работаете';
    const startedAtMs = clock.nowMs();
    listener.speechStarted(startedAtMs);
    await clock.advance(2000);
    listener.speechStopped(startedAtMs, startedAtMs + 1800);
    await clock.advance(3000);
    expect(said().at(-1)).toBe('Слушаю.');
  });
});

describe('a bot that asks whether it may record', () => {
  it.each([
    ['да', 'given'],
    ['да, конечно', 'given'],
    ['нет', 'refused'],
    ['нет, не надо меня записывать', 'refused'],
  ])('takes «%s» for %s', async (answer, outcome) => {
    await answered('ask');
    await clock.advance(PHRASE_MS + 100);
    await say(answer);
    await clock.advance(2000);
    expect(said()).toEqual([ASKED, GREETING]);
    expect(decided()).toEqual([outcome]);
    await hungUp();
    expect(await onDisk()).toHaveLength(outcome === 'given' ? 7 : 0);
  });

  it.each([
    ['1', 'given'],
    ['2', 'refused'],
  ])('takes the key %s for %s', async (key, outcome) => {
    await answered('ask');
    await clock.advance(PHRASE_MS + 100);
    listener.digit(key);
    await clock.advance(2000);
    expect([said(), decided()]).toEqual([[ASKED, GREETING], [outcome]]);
  });

  it('asks once more who has not answered, and then records nothing', async () => {
    await answered('ask');
    await clock.advance(PHRASE_MS + 100);
    await say('а зачем это вам');
    await clock.advance(PHRASE_MS + 7000);
    await clock.advance(2000);
    expect(said().slice(0, 3)).toEqual([ASKED, ASKED, GREETING]);
    expect(decided()).toEqual(['unclear']);
    await hungUp();
    expect(await onDisk()).toEqual([]);
  });

  it('takes no «yes?» into the receiver for consent', async () => {
    await answered('ask');
    words = 'да';
    listener.speechStarted(clock.nowMs());
    await clock.advance(300);
    listener.speechStopped(clock.nowMs() - 300, clock.nowMs() - 100);
    await clock.advance(PHRASE_MS + 1000);
    expect(decided()).toEqual([]);
    await say('нет');
    expect(decided()).toEqual(['refused']);
  });

  it('keeps nothing of a call that ends before the answer', async () => {
    await answered('ask');
    await clock.advance(PHRASE_MS + 100);
    await hungUp();
    expect([decided(), await onDisk()]).toEqual([['unclear'], []]);
  });

  it('asks nobody again when it goes on after Parley was gone', async () => {
    await answered('ask', {
      resumed: { messages: [], turn: 1, elapsedMs: 0, consent: 'refused' },
    });
    await clock.advance(3000);
    expect(said()).toHaveLength(1);
    expect(said()).not.toContain(ASKED);
    await hungUp();
    expect(await onDisk()).toEqual([]);
  });

  it('comes to the same again in a replay', async () => {
    await answered('ask');
    await clock.advance(PHRASE_MS + 100);
    await say('а кто это');
    await clock.advance(PHRASE_MS + 100);
    await say('да');
    await clock.advance(2000);
    await say('когда вы работаете');
    await clock.advance(3000);
    await hungUp();
    const kept = await bundle();
    const [before, after] = [outcomeOf(kept.call.timeline), outcomeOf(await replayCall(kept))];
    const told = ({ dialogue }: typeof before) => dialogue.map(({ who, text }) => `${who}: ${text}`);
    expect(told(before)).toEqual([
      `bot: ${ASKED}`,
      'caller: а кто это',
      `bot: ${ASKED}`,
      'caller: да',
      `bot: ${GREETING}`,
      'caller: когда вы работаете',
      'bot: Слушаю.',
    ]);
    expect(told(after)).toEqual(told(before));
  });
});

it('keeps where the caller has paused, and not a word of it, where that was wanted', async () => {
  await answered('off');
  await clock.advance(PHRASE_MS + 100);
  await say('когда вы работаете');
  await clock.advance(3000);
  await hungUp();
  const { call: kept, stops } = await bundle();
  expect(stops).toHaveLength(1);
  // The recognizer has told nothing before the end: nothing is known of the words while the bot waits.
  expect(stops?.[0]).toMatchObject({ utterance: 0, told: [{ events: 0, sounds: 'unknown' }] });
  expect(stops?.[0]?.endedAtMs).toBe(Math.round(stopped(kept.timeline)));
});

it('a bot that says nothing of recording records from the beginning', async () => {
  await answered('off');
  await clock.advance(2000);
  expect([said(), decided()]).toEqual([[GREETING], []]);
  await hungUp();
  expect(soundBeginsAtMs((await bundle()).caller)).toBeLessThan(100);
});
