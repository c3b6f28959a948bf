import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pauseMs } from 'node:timers/promises';
import type { PhoneCall } from '../../src/phone/phone.ts';
import type { ChatFault } from '../../src/simulator/chat.ts';
import { seededRandom } from '../../src/simulator/speechkit/delays.ts';
import type { Fault, SpeechKitService } from '../../src/simulator/speechkit/faults.ts';
import { noiseBurst } from '../support/noise.ts';
import type { Bench } from './bench.ts';
import { repetitions } from './bench.ts';
import { recordedCaller } from './recorded-callers.ts';
import type { RecordedCaller } from './recorded-callers.ts';
import { onStand } from './stand.ts';
import type { Stand } from './stand.ts';
import type { ServiceProcess } from './service-process.ts';

const CALLS = 500;
/** Before these the process is still growing: code is compiled, caches and connections fill. */
const WARMING_CALLS = 60;
const AT_ONCE = 20;

/** Something goes wrong this often, ms. */
const FAULT_EVERY_MS = 700;

/** What calls leave may take to go, ms: the longest time-out of a provider that hangs, and then some. */
const SETTLE_MS = 15_000;

const ANSWER = 'Мы работаем с девяти до шести.|Без обеда, каждый день недели.|Приходите.';

type Scenario = (call: PhoneCall, caller: RecordedCaller) => Promise<unknown>;

/** What callers do. Some hang up while they are being answered, or in the middle of what the bot says. */
const SCENARIOS: readonly Scenario[] = [
  async (call, { pcm }) => [
    await call.say(pcm),
    await pauseMs(2500),
    await call.say(pcm),
    await pauseMs(2500),
  ],
  async (call, { pcm }) => [
    await call.say(pcm),
    await pauseMs(1200),
    await call.say(pcm),
    await pauseMs(1500),
  ],
  async (call, { pcm }) => [await call.say(pcm), await pauseMs(1300)],
  async (call, { pcm }) => [
    await call.say(pcm),
    await pauseMs(1200),
    await call.say(noiseBurst(150)),
    await pauseMs(1500),
  ],
  async () => pauseMs(2000),
  async () => pauseMs(50),
];

const CHAT_FAULTS: readonly ChatFault[] = [
  { kind: 'refused' },
  { kind: 'hang', afterTokens: 2 },
  { kind: 'cut', afterTokens: 2 },
  { kind: 'status', status: 429 },
  { kind: 'garbage', what: 'html' },
];
const SPEECH_FAULTS: readonly Fault[] = [
  { kind: 'refused' },
  { kind: 'slow', delayMs: 1500 },
  { kind: 'half', audioMs: 200, then: 'error' },
  { kind: 'garbage', as: 'bytes' },
];
const SPEECH_SERVICES: readonly SpeechKitService[] = ['tts-grpc', 'tts-http', 'stt-grpc', 'stt-http'];

export const soak: Bench = {
  name: 'soak',
  explanation:
    `${CALLS} calls of mixed kinds in stream mode on the stand-in Asterisk, ${AT_ONCE} at once, while every ${FAULT_EVERY_MS} ms something goes wrong: ` +
    'the model, a speech provider,\nmedia sockets, the event socket. Heap: what a full collection leaves, against the same before.',
  run: async (scale) => {
    const caller = await recordedCaller('question2');
    const options = {
      telephony: 'simulator',
      reply: () => ANSWER,
      delays: { recognitionMs: 0, firstTokenMs: 100, firstAudioMs: 50 },
      speech: { everythingIs: caller.text, delays: { pauseMs: 200 } },
    } as const;
    return onStand(options, async (stand) => {
      const service = await stand.serve({}, { MEDIA_MODE: 'stream' }, ['--heapsnapshot-signal=SIGUSR2']);
      await crowd(stand, caller, repetitions(WARMING_CALLS, scale));
      const before = await stateOf(service);
      const calls = repetitions(CALLS, scale);
      await crowd(stand, caller, calls);
      const after = await stateOf(service);
      const { channels, bridges, recordings, mediaFiles } = await stand.telephony.leftovers();
      const left = channels.length + bridges.length + recordings.length + mediaFiles.length;
      const growth = (100 * (after.heapBytes - before.heapBytes)) / before.heapBytes;
      return [
        { what: `heap's growth over ${calls} calls`, unit: '%', samples: [growth], targetP95: 5 },
        {
          what: 'files and sockets more than before',
          unit: '',
          samples: [after.files - before.files],
          targetP95: 0,
        },
        { what: 'channels, bridges, recordings, files left', unit: '', samples: [left], targetP95: 0 },
      ];
    });
  },
};

async function crowd(stand: Stand, caller: RecordedCaller, calls: number): Promise<void> {
  const over = new AbortController();
  const trouble = makeTrouble(stand, over.signal);
  let next = 0;
  const line = async () => {
    while (next < calls) {
      const scenario = SCENARIOS[next++ % SCENARIOS.length];
      const call = await stand.phone.dial('100').catch(() => undefined);
      if (!call) continue;
      // A call that the service ends while the caller speaks is one of the things that happen.
      await scenario?.(call, caller).catch(() => undefined);
      await call.hangup().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  over.abort();
  await trouble;
  stand.chat.heal();
  stand.speech.faults.clear();
  await pauseMs(SETTLE_MS);
}

/** The same troubles in the same order each time. Never rejects. */
async function makeTrouble({ chat, speech, telephony }: Stand, over: AbortSignal): Promise<void> {
  const random = seededRandom(11);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const troubles: readonly (() => void)[] = [
    () => chat.fail(one(CHAT_FAULTS), 1),
    () => speech.faults.set(one(SPEECH_SERVICES), one(SPEECH_FAULTS), { next: 2 }),
    () => speech.faults.set(one(SPEECH_SERVICES), { kind: 'hung' }, { next: 1 }),
    () => telephony.simulator?.faults.dropMediaSockets(),
    () => telephony.simulator?.faults.dropEventSockets(),
  ];
  while (!over.aborted) {
    one(troubles)();
    await pauseMs(FAULT_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

interface State {
  readonly heapBytes: number;
  readonly files: number;
}

async function stateOf(service: ServiceProcess): Promise<State> {
  return { files: await service.openFiles(), heapBytes: await heapOf(service) };
}

/** How long a snapshot may take, ms: it holds the process up for a second or two. */
const SNAPSHOT_WITHIN_MS = 60_000;

/** What a full collection leaves: a snapshot begins with one. */
async function heapOf(service: ServiceProcess): Promise<number> {
  service.signal('SIGUSR2');
  const untilMs = performance.now() + SNAPSHOT_WITHIN_MS;
  while (performance.now() < untilMs) {
    await pauseMs(500);
    const name = (await readdir(service.dir)).find((file) => file.endsWith('.heapsnapshot'));
    if (name === undefined) continue;
    const path = join(service.dir, name);
    const bytes = selfSizes(await readFile(path, 'utf8'));
    if (bytes === undefined) continue;
    await rm(path);
    return bytes;
  }
  throw new Error('no snapshot of the heap was written');
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } };
  readonly nodes: readonly number[];
}

/** Undefined while the file is still being written. */
function selfSizes(text: string): number | undefined {
  try {
    const { snapshot, nodes } = JSON.parse(text) as Snapshot;
    const fields = snapshot.meta.node_fields;
    const at = fields.indexOf('self_size');
    return nodes.reduce((sum, value, index) => (index % fields.length === at ? sum + value : sum), 0);
  } catch {
    return undefined;
  }
}
