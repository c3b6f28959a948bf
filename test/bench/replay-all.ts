/** Whether every call that is recorded can be run again: calls under load, all recorded, each replayed with nothing changed. */
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readLine } from '../../src/lab/probe/script.ts';
import { dial } from '../../src/lab/probe/dial.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { readBundle } from '../../src/recordings/bundle/bundle.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import type { Outcome } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { bundlesIn } from '../../src/recordings/replay/test-bundle.ts';
import { CALLERS, understoodCaller } from '../support/recorded-callers.ts';
import { stagesApart } from '../support/stages-apart.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { onStand, pauseMs } from './stand.ts';
import type { Stand } from './stand.ts';
import { TypedPage } from './typed-page.ts';

/** As many as an operator sees in a day. */
const CALLS = 500;

/** So many at once are a load on two cores. They begin within the ramp, and last so long, ms. */
const CROWD = 50;
const RAMP_MS = 12_000;
const HOLD_MS = 6000;

/** Of a service's pages, as many as it takes at once. */
const PAGES = 4;

const SAID = ['question1', 'question2', 'thanks'];

/** What a page types, and after which wait, ms: some of it into the bot's answer. */
const TYPED = [
  ['Когда вы открыты?', 1500],
  ['А в субботу?', 2600],
  ['Спасибо.', 1700],
] as const;

/** Bundles are finished one after another when their calls are over, ms. */
const FINISHED_MS = 5000;

const MODES = ['stream', 'file'] as const;

export const replayAll: Bench = {
  name: 'replay-all',
  minutes: 6,
  fixedMinutes: 1.6,
  bearsLoad: true,
  onlyByName: true,
  explanation:
    `Recorded with ${CROWD} calls at once on this machine (three questions each, every third crowd interrupts), and ${PAGES} pages that type; each\n` +
    'replayed twice with nothing changed. Missed: it asks what the recording has no answer to, differs from itself, or comes to another dialogue.\n' +
    'Late or early: the same dialogue, but a stage of a turn takes another time.',
  run: async (scale, tell) => {
    for (const mode of MODES) tell(await recordedAndReplayed(mode, repetitions(CALLS / 2, scale)));
  },
};

function recordedAndReplayed(mode: (typeof MODES)[number], calls: number): Promise<readonly Measurement[]> {
  const reply = (index: number) =>
    `Ответ номер ${index}.| Подробности ответа вы услышите прямо сейчас, если подождёте.`;
  return onStand({ reply, perCharMs: 30 }, async (stand) => {
    for (const name of SAID) await understoodCaller(stand.speech, name);
    const port = await freeTcpPort();
    const env = { MEDIA_MODE: mode, RECORD_CALLS: 'all', HTTP_PORT: String(port), MAX_CALLS: '1000' };
    const service = await stand.serve({ recognition: {}, endpointing: { silenceMs: 600 } }, env);
    const pages = typing(`http://127.0.0.1:${port}`);
    for (let dialled = 0, crowd = 0; dialled < calls; dialled += CROWD, crowd++)
      await dialCrowd(stand, Math.min(CROWD, calls - dialled), crowd % 3 === 2);
    await pages.end();
    await pauseMs(FINISHED_MS);
    const found = await replayedIn(join(service.dir, 'data', 'calls'));
    await service.stop();
    return found.map(({ what, samples }) => ({
      what: `${mode}: ${what}`,
      unit: '' as const,
      samples,
      targetP95: 0,
    }));
  });
}

async function dialCrowd(stand: Stand, calls: number, interrupts: boolean): Promise<void> {
  const lines = await Promise.all(SAID.map((name) => readLine(join(CALLERS, `${name}.wav`))));
  await dial(
    stand.phone,
    {
      extension: '100',
      target: 'the bench',
      script: { lines, botSilenceMs: 700, holdMs: HOLD_MS, ...(interrupts && { bargeInAfterMs: 900 }) },
      calls,
      rampMs: (RAMP_MS * calls) / CROWD,
      answerWithinMs: 30_000,
      expectations: [],
    },
    { write: () => true },
    new AbortController().signal,
  );
}

/** Pages that call again and again until `end`. */
function typing(httpUrl: string): { end(): Promise<void> } {
  let over = false;
  const page = async () => {
    while (!over) {
      const call = await TypedPage.call(httpUrl);
      for (const [text, waitMs] of TYPED) {
        await pauseMs(waitMs * (0.5 + Math.random()));
        call.type(text);
      }
      await pauseMs(3000 * Math.random());
      await call.hangup();
    }
  };
  const pages = Array.from({ length: PAGES }, page);
  return {
    async end() {
      over = true;
      await Promise.all(pages);
    },
  };
}

interface Found {
  readonly what: string;
  /** How many are missed: one is too many. */
  readonly samples: readonly number[];
}

async function replayedIn(dir: string): Promise<readonly Found[]> {
  const calls: Verdict[] = [];
  const typed: Verdict[] = [];
  for (const path of await bundlesIn(dir)) {
    const verdict = await verdictOn(path);
    (path.includes('browser-') ? typed : calls).push(verdict);
    if (verdict.is !== 'the same') console.log(`${await kept(path)}: ${verdict.why}`);
  }
  return [...foundIn('calls', calls), ...foundIn('typed calls', typed)];
}

function foundIn(what: string, verdicts: readonly Verdict[]): readonly Found[] {
  const count = (is: Verdict['is']) => [verdicts.filter((verdict) => verdict.is === is).length];
  return [
    { what: `missed, of ${verdicts.length} ${what}`, samples: count('missed') },
    { what: `late or early, of ${verdicts.length} ${what}`, samples: count('late or early') },
  ];
}

type Verdict =
  { readonly is: 'the same' } | { readonly is: 'missed' | 'late or early'; readonly why: string };

async function verdictOn(path: string): Promise<Verdict> {
  const bundle = await readBundle(path);
  try {
    const entries = await replayCall(bundle);
    if (JSON.stringify(entries) !== JSON.stringify(await replayCall(bundle)))
      return { is: 'missed', why: 'comes to two outcomes' };
    const [then, now] = [outcomeOf(bundle.call.timeline), outcomeOf(entries)];
    if (told(then) !== told(now)) return { is: 'missed', why: `was\n${told(then)}\nis\n${told(now)}` };
    const apart = stagesApart(then, now);
    return apart.length > 0 ? { is: 'late or early', why: apart.join('; ') } : { is: 'the same' };
  } catch (error) {
    return { is: 'missed', why: String(error) };
  }
}

/** What a listener would call the same call. */
function told({ dialogue, endedBy, interruptions }: Outcome): string {
  return [
    ...dialogue.map(
      ({ kind = '', text, turn, wasCut = false, who }) =>
        `  ${turn} ${who} ${kind} ${text}${wasCut ? ' (cut)' : ''}`,
    ),
    ...interruptions.map(({ became, because = '' }) => `  ${became} ${because}`),
    `  ended by ${endedBy}`,
  ].join('\n');
}

/** What is missed stays, to be looked at. */
async function kept(path: string): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'parley-missed-')), basename(path));
  await cp(path, dir, { recursive: true });
  return dir;
}
