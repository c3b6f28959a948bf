/** A service with calls in it as an operator would find it: some go on, some are over, one was slow, and an alert is raised. */
import type { ChatFault, ReceivedMessage } from '../../src/lab/simulator/chat.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

/** Far more than these calls need, and still such as there are. */
const QUOTAS = { TTS_QUOTA_PER_SECOND: '40', ASR_QUOTA_PER_SECOND: '40', MAX_EVENT_LOOP_LAG_MS: '1000' };

export interface BusyOffice {
  readonly world: World;
  /** A call that goes on; the caller has said all that he wants to say. */
  readonly open: PhoneCall;
  stop(): Promise<void>;
}

const TALK: readonly (readonly [asks: string, answer: string])[] = [
  ['Hello, are you open on Saturday?', 'Yes, on Saturdays from ten to four.|On Sundays we are closed.'],
  ['And where can I park?', 'Behind the house, the first hour is free.'],
  [
    'Can I move my appointment to Friday?',
    'Of course, let me see what is free.|On Friday I have nine thirty or a quarter past two.',
  ],
  ['A quarter past two, please.', 'Done: Friday at a quarter past two.|Is there anything else?'],
  ['What does a check-up cost?', 'Forty euros, and it takes half an hour.'],
  ['How do I cancel?', 'Call us by noon of the day before.'],
];

const ENGLISH = {
  language: 'en-US',
  greeting: 'Good morning, Elm Street Dental. How can I help?',
  hold: ['Just a little longer.'],
  silence: { afterMs: 120_000, phrases: ['Are you still there?'], goodbye: 'Goodbye.' },
  apology: 'Sorry, something went wrong.',
};

const PRICES = {
  PRICE_CURRENCY: 'EUR',
  PRICE_TTS_PER_REQUEST: '0.0011',
  PRICE_STT_PER_UNIT: '0.0018',
  PRICE_LLM_INPUT_PER_MILLION_TOKENS: '2.5',
  PRICE_LLM_OUTPUT_PER_MILLION_TOKENS: '10',
};

/** What callers notice, ms. */
const SLOW_MS = 1700;

/** Of the slow ones too, and on a machine that is busy with other things, ms. */
const ANSWER_WITHIN_MS = 120_000;

export async function startBusyOffice(env: Readonly<Record<string, string>> = {}): Promise<BusyOffice> {
  const world = await startWorld({
    kind: 'simulator',
    reply: answerTo,
    bots: { default: ENGLISH, reception: ENGLISH, billing: ENGLISH },
    env: { MEDIA_MODE: 'stream', TTS_CACHE_MB: '0', ...QUOTAS, ALERT_MIN_SAMPLES: '3', ...PRICES, ...env },
  });
  try {
    return { world, open: await busied(world), stop: () => world.stop() };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** Its calls, up to the one that goes on. */
async function busied(world: World): Promise<PhoneCall> {
  const { phone } = world.telephony;
  const talk = async (extension: string, callerNumber: string, asks: readonly number[]) => {
    const call = await phone.dial(extension, { callerNumber });
    await world.untilHeard(call, ENGLISH.greeting, ANSWER_WITHIN_MS);
    for (const ask of asks) await hear(world, call, TALK[ask]);
    return call;
  };
  world.chat.fail(modelAfter(420));
  const [first, second] = await Promise.all([
    talk('reception', '+493012345678', [0, 1]),
    talk('billing', '+4915112340042', [4, 5]),
  ]);
  await Promise.all([first.hangup(), second.hangup()]);
  world.chat.fail(modelAfter(SLOW_MS));
  const slow = await talk('reception', '+498912345607', [5, 4, 1]);
  world.chat.fail(modelAfter(350));
  await slow.hangup();
  const [open] = await Promise.all([
    talk('reception', '+4917612345699', [0, 2, 3]),
    talk('default', '+493099887712', [4]),
    talk('billing', '', [1]),
  ]);
  world.chat.heal();
  return open;
}

function modelAfter(firstTokenMs: number): ChatFault {
  return { kind: 'slow', firstTokenMs, perTokenMs: 15 };
}

function answerTo(messages: readonly ReceivedMessage[]): string {
  const asked = String(messages.findLast(({ role }) => role === 'user')?.content ?? '');
  return TALK.find(([asks]) => sameWords(asks, asked))?.[1] ?? 'I will ask a colleague.';
}

/** A recognizer keeps neither case nor points. */
function sameWords(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => text.toLowerCase().replaceAll(/[^a-z ]/g, ''));
  return one === other;
}

async function hear(world: World, call: PhoneCall, talk = TALK[0]): Promise<void> {
  const [asks = '', answer = ''] = talk ?? [];
  await call.say(world.speech.callerTone(asks));
  await world.untilHeard(call, answer.split('|').at(-1) ?? '', ANSWER_WITHIN_MS);
}
