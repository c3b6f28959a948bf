/** `parley dial` without its command line: from options to a report. */
import { createSocket } from 'node:dgram';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import type { G711Law } from '../../audio/g711.ts';
import { encodeStereoWav } from '../../audio/wav.ts';
import { systemClock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Phone, PhoneCall } from '../phone/phone.ts';
import { createSipPhone } from '../phone/sip/sip-phone.ts';
import { runCampaign } from './campaign.ts';
import type { Expectation } from './expectation.ts';
import { Progress, type Terminal } from './progress.ts';
import { campaignResultOf, type CampaignResult } from './campaign-result.ts';
import type { Script } from './script.ts';
import type { Target } from './target.ts';

export interface DialPlan {
  readonly extension: string;
  /** As it was given, for the report. */
  readonly target: string;
  readonly script: Script;
  readonly calls: number;
  readonly rampMs: number;
  readonly answerWithinMs: number;
  readonly expectations: readonly Expectation[];
  /** Where recordings go; made if it is not there. */
  readonly recordDir?: string;
}

/** How to reach the PBX, and as whom. */
export interface Access {
  readonly target: Target;
  readonly codec: G711Law;
  /** By which the PBX reaches this machine; if not given, the one by which this machine reaches the PBX. */
  readonly localHost?: string;
  readonly user?: string;
  readonly password?: string;
}

/** If the PBX's name is unknown or the local address cannot be had, every call fails with DIAL_FAILED, and is reported as any other. Never rejects. */
export async function openPhone({ target, codec, localHost, user, password }: Access): Promise<Phone> {
  try {
    return await createSipPhone({
      serverHost: target.host,
      serverPort: target.port,
      codec,
      localHost: localHost ?? (await addressTowards(target)),
      ...(user !== undefined && { credentials: { username: user, password: password ?? '' } }),
    });
  } catch (cause) {
    const why = messageOf(cause);
    return phoneWithoutLine(
      new ParleyError('DIAL_FAILED', `${target.host} cannot be reached from here: ${why}.`, { cause }),
    );
  }
}

function phoneWithoutLine(why: ParleyError): Phone {
  return { dial: () => Promise.reject(why), close: () => Promise.resolve() };
}

/** Places the calls and judges them. Closes nothing: the phone is its owner's. */
export async function dial(
  phone: Phone,
  { expectations, recordDir, target, ...plan }: DialPlan,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CampaignResult> {
  if (recordDir !== undefined) await mkdir(recordDir, { recursive: true });
  const progress = new Progress(terminal, plan.calls);
  const calls = await runCampaign({
    ...plan,
    phone,
    clock: systemClock,
    signal,
    listener: {
      onStep: (index, step) => progress.onStep(index, step),
      onResult: (result) => progress.onResult(result),
      onRecorded: async (number, call) => {
        if (recordDir !== undefined) await record(join(recordDir, `call-${number}.wav`), call);
      },
    },
  });
  progress.end();
  return campaignResultOf(target, calls, plan.script.lines.length, expectations);
}

/** The caller left, the bot right. */
async function record(file: string, call: PhoneCall): Promise<void> {
  await writeFile(file, encodeStereoWav(call.said().pcm, call.heard().pcm));
}

/** This machine's address on the way to that one. Connecting a UDP socket sends nothing. */
function addressTowards({ host, port }: Target): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => socket.close(() => reject(error)));
    socket.connect(port, host, (error?: Error) => {
      const address = error ? '' : socket.address().address;
      socket.close(() => (error ? reject(error) : resolve(address)));
    });
  });
}
