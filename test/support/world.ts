/**
 * Everything around a call: a telephone network, the speech and chat providers' stand-ins, and the real service between them, built from
 * environment variables as an operator would.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Timeline } from '../../src/call/timeline.ts';
import { readSettings } from '../../src/config/settings.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { createLog } from '../../src/ops/log.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import { startChatSimulator } from '../../src/simulator/chat.ts';
import type { ChatScript, ChatSimulator } from '../../src/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import { prepareEnvironment } from './environment.ts';
import type { BotPatch } from './environment.ts';
import { heardTexts } from './heard-texts.ts';
import type { HeardText } from './heard-texts.ts';
import { startTelephony } from './telephony.ts';
import type { Telephony, TelephonyKind } from './telephony.ts';

export interface WorldOptions {
  readonly kind: TelephonyKind;
  readonly reply: ChatScript;
  /** What differs from the test bot, by name of bot; `default` is the test bot itself. */
  readonly bots?: Readonly<Record<string, BotPatch>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface World {
  readonly telephony: Telephony;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
  readonly service: Service;
  /** Of every call since the start, in their order. */
  readonly timelines: readonly Timeline[];
  /** The service's log, a line each. */
  readonly log: readonly Record<string, unknown>[];
  /** What the phone heard, decoded from the audio. */
  heard(call: PhoneCall): readonly HeardText[];
  /** Waits until the phone has heard all of `text`, and returns when that was. */
  untilHeard(call: PhoneCall, text: string, withinMs?: number): Promise<HeardText>;
  stop(): Promise<void>;
}

/** How long a text may take to be heard before a test gives up, ms: far beyond any answer. */
const HEARD_WITHIN_MS = 15_000;

export async function startWorld({ kind, reply, bots = {}, env = {} }: WorldOptions): Promise<World> {
  const profiles: Record<string, BotPatch> = { default: {}, ...bots };
  const telephony = await startTelephony(kind, Object.keys(profiles));
  const speech = await startSpeechKitSimulator();
  const chat = await startChatSimulator({ reply });
  const dir = await mkdtemp(join(tmpdir(), 'parley-world-'));
  const { lines, to } = collectedLog();
  const timelines: Timeline[] = [];
  const environment = await prepareEnvironment(dir, { telephony, speech, chat }, profiles);
  const settings = readSettings({ ...environment, ...env });
  const service = await startService(settings, createLog(settings.log, to), {
    onCall: (timeline) => timelines.push(timeline),
  });
  await service.prepared;
  const heard = (call: PhoneCall) => heardTexts(call, speech);
  return {
    telephony,
    speech,
    chat,
    service,
    timelines,
    log: lines,
    heard,
    untilHeard: (call, text, withinMs = HEARD_WITHIN_MS) => untilHeard(() => heard(call), text, withinMs),
    async stop() {
      await service.stop();
      await Promise.all([telephony.stop(), speech.stop(), chat.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const LOOK_EVERY_MS = 50;

async function untilHeard(
  heard: () => readonly HeardText[],
  text: string,
  withinMs: number,
): Promise<HeardText> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = heard().find((candidate) => candidate.text === text);
    // It is over when something else, or silence, has followed for a moment.
    if (found && performance.now() - found.endedAtMs > 2 * LOOK_EVERY_MS) return found;
    if (performance.now() > untilMs) {
      throw new Error(
        `«${text}» was not heard within ${withinMs} ms, but: ${heard()
          .map((one) => one.text)
          .join(' ')}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function collectedLog() {
  const lines: Record<string, unknown>[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean))
        lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  return { lines, to };
}
