/** What the demo calls through: the stand-in for Asterisk with its caller, or a real Asterisk and a SIP phone. */
import { createSipPhone } from '../../lab/phone/sip/sip-phone.ts';
import type { Phone } from '../../lab/phone/phone.ts';
import { startAsterisk } from '../../lab/local-asterisk/asterisk-server.ts';
import { findOrInstallAsterisk } from '../../lab/local-asterisk/install-asterisk.ts';
import { startAsteriskSimulator } from '../../lab/simulator/asterisk/asterisk-simulator.ts';

export type TelephoneKind = 'simulator' | 'asterisk';

export interface Telephone {
  /** For the heading. */
  readonly description: string;
  readonly ari: { readonly url: string; readonly username: string; readonly password: string };
  readonly mediaDir: string;
  readonly phone: Phone;
  stop(): Promise<void>;
}

/** The bot's number in both dialplans, and the application that it enters. */
export const EXTENSION = '100';
export const APP = 'voicebot';

/** Throws where no real Asterisk can be had, with the reason. */
export function startTelephone(kind: TelephoneKind): Promise<Telephone> {
  return kind === 'simulator' ? simulated() : real();
}

async function simulated(): Promise<Telephone> {
  const simulator = await startAsteriskSimulator();
  const { url, username, password, mediaDir } = simulator;
  return {
    description: 'the simulated Asterisk and its own caller',
    ari: { url, username, password },
    mediaDir,
    phone: simulator.phone(),
    stop: () => simulator.stop(),
  };
}

async function real(): Promise<Telephone> {
  const installation = await findOrInstallAsterisk();
  if (!installation.available) throw new Error(`No Asterisk can be had: ${installation.reason}.`);
  const server = await startAsterisk({ installation });
  const { ariUrl: url, username, password, mediaDir, sipHost, sipPort } = server;
  try {
    const phone = await createSipPhone({ serverHost: sipHost, serverPort: sipPort });
    return {
      description: `Asterisk ${server.version}, called over SIP`,
      ari: { url, username, password },
      mediaDir,
      phone,
      async stop() {
        await phone.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
