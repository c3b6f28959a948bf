import { setTimeout as pauseMs } from 'node:timers/promises';
import { HEAP_OPTIONS, heapOf } from '../support/heap.ts';
import { CALLS_AT_ONCE, FAULT_EVERY_MS, LONG_ANSWER, makeMixedCalls } from '../support/mixed-calls.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { onStand } from './stand.ts';
import type { Stand } from './stand.ts';
import type { ServiceProcess } from './service-process.ts';

const CALLS = 500;
/** Before these the process is still growing: code is compiled, caches and connections fill. */
const WARMING_CALLS = 60;

/** What calls leave may take to go, ms: the longest time-out of a provider that hangs, and then some. */
const SETTLE_MS = 15_000;

export const soak: Bench = {
  name: 'soak',
  minutes: 5,
  fixedMinutes: 1,
  onlyByName: true,
  explanation:
    `${CALLS} calls of mixed kinds in stream mode on the stand-in Asterisk, ${CALLS_AT_ONCE} at once, while every ${FAULT_EVERY_MS} ms something goes wrong: ` +
    'the model, a speech provider,\nmedia sockets, the event socket. Heap: what a full collection leaves, against the same before.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const options = {
      telephony: 'simulator',
      reply: () => LONG_ANSWER,
      delays: { recognitionMs: 0, firstTokenMs: 100, firstAudioMs: 50 },
      speech: { everythingIs: caller.text, delays: { pauseMs: 200 } },
    } as const;
    await onStand(options, async (stand) => {
      const service = await stand.serve({}, { MEDIA_MODE: 'stream' }, { nodeOptions: HEAP_OPTIONS });
      await crowd(stand, caller, repetitions(WARMING_CALLS, scale));
      const before = await stateOf(service);
      const calls = repetitions(CALLS, scale);
      await crowd(stand, caller, calls);
      const after = await stateOf(service);
      const { channels, bridges, recordings, mediaFiles } = await stand.telephony.leftovers();
      const left = channels.length + bridges.length + recordings.length + mediaFiles.length;
      const growth = (100 * (after.heapBytes - before.heapBytes)) / before.heapBytes;
      tell([
        { what: `heap's growth over ${calls} calls`, unit: '%', samples: [growth], targetP95: 5 },
        {
          what: 'files and sockets more than before',
          unit: '',
          samples: [after.files - before.files],
          targetP95: 0,
        },
        { what: 'channels, bridges, recordings, files left', unit: '', samples: [left], targetP95: 0 },
      ]);
    });
  },
};

async function crowd(stand: Stand, caller: RecordedCaller, calls: number): Promise<void> {
  await makeMixedCalls(stand, caller, calls);
  await pauseMs(SETTLE_MS);
}

interface State {
  readonly heapBytes: number;
  readonly files: number;
}

async function stateOf(service: ServiceProcess): Promise<State> {
  return { files: await service.openFiles(), heapBytes: (await heapOf(service)).bytes };
}
