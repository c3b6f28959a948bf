/** A crowd of mixed calls, with everything failing around them in turn: when they are over, nothing of them is left. */
import { setTimeout as pauseMs } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { HEAP_OPTIONS, heapOf } from '../support/heap.ts';
import { LONG_ANSWER, makeMixedCalls } from '../support/mixed-calls.ts';
import { startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

const CALLS = 40;
/** Before these the process is still growing: code is compiled, caches and connections fill. */
const WARMING_CALLS = 20;

/** By then what calls have left is gone, ms: requests that were given up, and what was written at the end. */
const SETTLE_MS = 3000;

/** What is kept open between calls comes and goes; what every fifth call left would be more. */
const ACCIDENTAL = CALLS / 5;

/** The process still grows a little after so few calls: the bench that makes hundreds of them holds it to 5 %. */
const MOST_GROWTH = 1.15;

describeTelephonies(
  'forty mixed calls with faults',
  (kind) => {
    let surroundings: Surroundings;
    let service: ServiceProcess | undefined;

    afterEach(async () => {
      await service?.stop();
      await surroundings.stop();
    });

    async function mixedCalls(caller: RecordedCaller, calls: number): Promise<void> {
      await makeMixedCalls(surroundings, caller, calls);
      await pauseMs(SETTLE_MS);
      expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    }

    it('leave no channel, bridge, file, socket or timer, and the memory as it was', async () => {
      const env = { MEDIA_MODE: 'stream', LOG_LEVEL: 'info' };
      surroundings = await startSurroundings({ kind, reply: () => LONG_ANSWER, env });
      service = await startServiceProcess(surroundings.dir, surroundings.environment, {
        nodeOptions: HEAP_OPTIONS,
      });
      const caller = await recordedCaller('question2');
      surroundings.speech.registerClip(caller.pcm, caller.text);

      await mixedCalls(caller, WARMING_CALLS);
      const before = { ...(await heapOf(service)), files: await service.openFiles() };
      await mixedCalls(caller, CALLS);
      const after = { ...(await heapOf(service)), files: await service.openFiles() };
      expect(after.files).toBeLessThan(before.files + ACCIDENTAL);
      expect(after.timers).toBeLessThan(before.timers + ACCIDENTAL);
      expect(after.bytes).toBeLessThan(MOST_GROWTH * before.bytes);
    });
  },
  ['simulator'],
);
