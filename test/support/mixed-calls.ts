/** Callers of all kinds, many at once, while the model, the speech providers and the sockets to Asterisk fail in turn. */
import { setTimeout as pauseMs } from 'node:timers/promises';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { ChatFault, ChatSimulator } from '../../src/lab/simulator/chat.ts';
import { seededRandom } from '../../src/base/seeded.ts';
import type { Fault, SpeechKitService } from '../../src/lab/simulator/speechkit/faults.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { RecordedCaller } from './recorded-callers.ts';
import { noiseBurst } from './noise.ts';
import type { Telephony } from './telephony.ts';

export const CALLS_AT_ONCE = 20;

/** Something goes wrong this often, ms. */
export const FAULT_EVERY_MS = 700;

/** Of several chunks, so that some callers hang up in the middle of it. */
export const LONG_ANSWER = 'Мы работаем с девяти до шести.|Без обеда, каждый день недели.|Приходите.';

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

/** What the service is surrounded by. */
export interface Troubled {
  readonly telephony: Telephony;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
}

/** Makes so many calls to the default bot, all of which are over at the end, and all faults healed. */
export async function makeMixedCalls(
  troubled: Troubled,
  caller: RecordedCaller,
  calls: number,
): Promise<void> {
  const over = new AbortController();
  const trouble = makeTrouble(troubled, over.signal);
  let next = 0;
  const line = async () => {
    while (next < calls) {
      const scenario = SCENARIOS[next++ % SCENARIOS.length];
      const call = await troubled.telephony.phone.dial('100').catch(() => undefined);
      if (!call) continue;
      // A call that the service ends while the caller speaks is one of the things that happen.
      await scenario?.(call, caller).catch(() => undefined);
      await call.hangup().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, line));
  over.abort();
  await trouble;
  troubled.chat.heal();
  troubled.speech.faults.clear();
}

/** The same troubles in the same order each time. Never rejects. */
async function makeTrouble({ chat, speech, telephony }: Troubled, over: AbortSignal): Promise<void> {
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
