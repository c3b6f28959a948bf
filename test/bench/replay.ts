/** How long a developer waits for a recorded call to run again. */
import { join } from 'node:path';
import { concatBytes, durationMs } from '../../src/audio/pcm.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { readBundle } from '../../src/recordings/bundle/bundle.ts';
import type { Bundle } from '../../src/recordings/bundle/bundle.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { bundlesIn } from '../../src/recordings/replay/test-bundle.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';

const SHIPPED = join(projectRoot(), 'test/calls');
const TIMES = 20;

/** A long conversation, ms. */
const LONG_MS = 180_000;

export const replay: Bench = {
  name: 'replay',
  minutes: 0.7,
  fixedMinutes: 0.1,
  explanation:
    'Recorded calls run again on the virtual clock, in this process. Reading the bundle is not counted.',
  run: async (scale, tell) => {
    const shipped = await Promise.all((await bundlesIn(SHIPPED)).map(readBundle));
    const seconds = shipped.reduce((sum, { caller }) => sum + durationMs(caller), 0) / 1000;
    const dialogue = shipped.find(({ name }) => name === 'ordinary-dialogue');
    if (!dialogue) throw new Error('there is no ordinary dialogue');
    const long = repeated(dialogue, LONG_MS);
    const times = repetitions(TIMES, scale);
    tell([
      {
        what: `all ${shipped.length} shipped calls, ${seconds.toFixed(0)} s`,
        unit: 'ms',
        samples: await measured(times, shipped),
      },
    ]);
    tell([
      {
        what: `one call of ${(durationMs(long.caller) / 1000).toFixed(0)} s`,
        unit: 'ms',
        samples: await measured(times, [long]),
        targetP95: 2000,
      },
    ]);
  },
};

async function measured(times: number, bundles: readonly Bundle[]): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let time = 0; time < times; time++) {
    const beganAtMs = performance.now();
    for (const bundle of bundles) await replayed(bundle);
    samples.push(performance.now() - beganAtMs);
  }
  return samples;
}

/** Throws if it did not come to all that it should. */
async function replayed(bundle: Bundle): Promise<void> {
  const { turns } = outcomeOf(await replayCall(bundle));
  const recorded = new Set(bundle.call.timeline.map(({ turn }) => turn).filter((turn) => turn > 0)).size;
  if (turns.length !== recorded) throw new Error(`${bundle.name} came to ${turns.length} turns`);
}

/** The same conversation again and again, in one call: all but the greeting. */
function repeated(bundle: Bundle, forMs: number): Bundle {
  const { call, caller } = bundle;
  const periodMs = Math.round(durationMs(caller));
  const times = Math.ceil(forMs / periodMs);
  const lastTurn = Math.max(...call.timeline.map(({ turn }) => turn));
  const again = <T>(items: readonly T[], shifted: (item: T, byMs: number, time: number) => T) =>
    Array.from({ length: times }, (_, time) =>
      items.map((item) => shifted(item, time * periodMs, time)),
    ).flat();
  const later = <T extends { readonly atMs: number }>(item: T, byMs: number): T => ({
    ...item,
    atMs: item.atMs + byMs,
  });
  const { line } = call;
  const [greeting, ...others] = line.playbacks;
  return {
    ...bundle,
    caller: { ...caller, data: concatBytes(Array.from({ length: times }, () => caller.data)) },
    call: {
      ...call,
      line: {
        ...line,
        ...(line.ended && { ended: later(line.ended, (times - 1) * periodMs) }),
        hearing: again(line.hearing, (event, byMs) => {
          const moved = later(event, byMs);
          if (!('startedAtMs' in moved)) return moved;
          const startedAtMs = moved.startedAtMs + byMs;
          return moved.kind === 'speechStopped'
            ? { ...moved, startedAtMs, endedAtMs: moved.endedAtMs + byMs }
            : { ...moved, startedAtMs };
        }),
        playbacks: [
          ...(greeting ? [greeting] : []),
          ...again(others, (playback, byMs) => {
            const { finishedAtMs = 0, readyAtMs = 0, startedAtMs = 0 } = playback;
            return {
              ...playback,
              readyAtMs: readyAtMs + byMs,
              startedAtMs: startedAtMs + byMs,
              finishedAtMs: finishedAtMs + byMs,
            };
          }),
        ],
      },
      utterances: again(call.utterances, (one, byMs) => ({
        ...one,
        fromMs: one.fromMs + byMs,
        beganAtMs: one.beganAtMs + byMs,
        ...(one.finishedAtMs !== undefined && { finishedAtMs: one.finishedAtMs + byMs }),
        events: one.events.map((event) => later(event, byMs)),
        end: later(one.end, byMs),
      })),
      replies: again(call.replies, (reply, byMs) => ({
        ...later(reply, byMs),
        tokens: reply.tokens.map((token) => later(token, byMs)),
        end: later(reply.end, byMs),
      })),
      syntheses: again(call.syntheses, (synthesis, byMs) => ({
        ...later(synthesis, byMs),
        pieces: synthesis.pieces.map((piece) => later(piece, byMs)),
        end: later(synthesis.end, byMs),
      })),
      draws: again(call.draws, (draw) => draw),
      timeline: again(call.timeline, (entry, byMs, time) => ({
        ...later(entry, byMs),
        turn: entry.turn === 0 ? 0 : entry.turn + time * lastTurn,
      })),
    },
  };
}
