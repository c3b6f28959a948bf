/** The service in a process of its own among its surroundings: it can be signalled, killed and started again while its callers are on the line. */
import type { TestContext } from 'vitest';
import type { PhoneCall, Span } from '../../src/lab/phone/phone.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { callerIn } from './recorded-callers.ts';
import { listeningTo, startSurroundings } from './world.ts';
import type { Listening, Surroundings, WorldOptions } from './world.ts';

/** Between two who dial, ms: nobody's callers all dial at the same instant. */
const DIAL_EVERY_MS = 50;

export interface ServedApart {
  readonly surroundings: Surroundings;
  readonly listening: Listening;
  /** The one that runs now, or ran last. */
  readonly service: ServiceProcess;
  /** Asterisk and the providers stay as they are. Resolves when the service answers calls again. */
  startAgain(): Promise<void>;
  killAndRestart(): Promise<void>;
  /** Has a recorded caller speak, as this service hears callers: see callerIn. */
  say(call: PhoneCall, name: string): Promise<Span>;
  /** See Listening.told. */
  readonly texts: (call: PhoneCall) => readonly string[];
  /** Dials one behind another, and returns what became of each talk. */
  crowd<Result>(count: number, talk: (call: PhoneCall, index: number) => Promise<Result>): Promise<Result[]>;
  /** Idempotent as far as the service goes. */
  stop(): Promise<void>;
}

/** For one test, and until its end: with one of its own each, tests that mostly wait can do so side by side. */
export async function serveApartFor(
  { onTestFinished }: TestContext,
  options: WorldOptions,
): Promise<ServedApart> {
  const served = await serveApart(options);
  onTestFinished(() => served.stop());
  return served;
}

async function serveApart(options: WorldOptions): Promise<ServedApart> {
  const surroundings = await startSurroundings(options);
  const listening = listeningTo(surroundings.speech);
  const start = () => startServiceProcess(surroundings.dir, surroundings.environment);
  let service: ServiceProcess;
  try {
    service = await start();
  } catch (error) {
    await surroundings.stop();
    throw error;
  }
  const startAgain = async () => void (service = await start());
  return {
    surroundings,
    listening,
    get service() {
      return service;
    },
    startAgain,
    async killAndRestart() {
      service.signal('SIGKILL');
      await service.ended;
      await startAgain();
    },
    say: async (call, name) =>
      call.say(await callerIn(surroundings.environment['MEDIA_MODE'], surroundings.speech, name)),
    texts: (call) => listening.told(call),
    crowd: (count, talk) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          await new Promise((resolve) => setTimeout(resolve, index * DIAL_EVERY_MS));
          return talk(await surroundings.telephony.phone.dial('100'), index);
        }),
      ),
    async stop() {
      await service.stop();
      await surroundings.stop();
    },
  };
}
