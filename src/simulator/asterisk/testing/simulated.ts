import { afterEach, beforeEach } from 'vitest';
import type { Phone, PhoneCall } from '../../../phone/phone.ts';
import { startAsteriskSimulator, type AsteriskSimulator, type AsteriskSimulatorOptions } from '../asterisk-simulator.ts';
import { AriProbe } from './ari-probe.ts';

export interface Simulated {
  readonly simulator: AsteriskSimulator;
  readonly ari: AriProbe;
  readonly phone: Phone;
  /** A call from 1002 to 100 that the application has answered. */
  call(): Promise<{ readonly id: string; readonly caller: PhoneCall }>;
}

/** A fresh simulator, application and phone around each test of the file or block that calls this. */
export function simulated(options: AsteriskSimulatorOptions = {}): Simulated {
  const current = {} as { simulator: AsteriskSimulator; ari: AriProbe; phone: Phone };
  beforeEach(async () => {
    current.simulator = await startAsteriskSimulator(options);
    current.ari = await AriProbe.connect(current.simulator);
    current.phone = current.simulator.phone();
  });
  afterEach(async () => {
    current.ari.close();
    await current.simulator.stop();
  });
  return Object.assign(current, {
    async call() {
      const dialling = current.phone.dial('100', { callerNumber: '1002' });
      const id = await current.ari.answerNext();
      return { id, caller: await dialling };
    },
  });
}
