import type { PhoneCall } from '../../../phone/phone.ts';
import { startAsteriskSimulator, type AsteriskSimulator } from '../asterisk-simulator.ts';
import { AriProbe } from './ari-probe.ts';

/** A simulator with an application and a phone, to be started before each test and stopped after it. */
export class Simulated {
  #simulator: AsteriskSimulator | undefined;
  #ari: AriProbe | undefined;

  async start(): Promise<void> {
    this.#simulator = await startAsteriskSimulator();
    this.#ari = await AriProbe.connect(this.#simulator);
  }

  async stop(): Promise<void> {
    this.#ari?.close();
    await this.#simulator?.stop();
  }

  get simulator(): AsteriskSimulator {
    if (!this.#simulator) throw new Error('not started');
    return this.#simulator;
  }

  get ari(): AriProbe {
    if (!this.#ari) throw new Error('not started');
    return this.#ari;
  }

  /** A call from 1002 to 100 that the application has answered. */
  async call(): Promise<{ readonly id: string; readonly caller: PhoneCall }> {
    const dialling = this.simulator.phone().dial('100', { callerNumber: '1002' });
    const id = await this.ari.answerNext();
    return { id, caller: await dialling };
  }
}
