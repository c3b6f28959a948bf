/** How soon whoever is called by Parley is greeted: a real Asterisk calls over another one, and a phone there says a word and listens. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { durationMs } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { resampled } from '../../src/audio/resample.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import type { AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import type { CallablePhone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { until } from '../support/until.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { onStand, pauseMs } from './stand.ts';

const CALLS = 20;
const NUMBER = '+79161230001';
const CARRIER = ['[phones]', `exten => ${NUMBER},1,Dial(\${DESK},20)`].join('\n');

/** The issue's own bound: a person hears the first word by then. */
const TARGET_MS = 1000;
/** Whoever has picked up takes a moment to speak, ms. */
const BEFORE_HELLO_MS = 300;
/** The greeting has begun by then, ms, or the caller is silent for too long to be counted. */
const GREETED_WITHIN_MS = 6000;

export const greeted: Bench = {
  name: 'greeted',
  minutes: 2,
  fixedMinutes: 0.5,
  explanation:
    'Parley calls over a real Asterisk, and another real one plays the carrier: the last loud sample of the "hello" of whoever picks up → the\n' +
    'first sample of the greeting that is heard there. In file mode nothing is known of a word before it is over.',
  run: async (scale, tell) => {
    const installation = await findOrInstallAsterisk();
    if (!installation.available) throw new Error(`no Asterisk: ${installation.reason}`);
    const carrier = await startAsterisk({ installation, dialplan: `${CARRIER}\n` });
    try {
      const person = await createSipPhone({ serverHost: carrier.sipHost, serverPort: carrier.sipPort });
      try {
        await carrier.command(`dialplan set global DESK ${person.endpoint}`);
        const calls = repetitions(CALLS, scale);
        for (const mode of ['stream', 'file'] as const) tell(await inMode(mode, calls, carrier, person));
      } finally {
        await person.close();
      }
    } finally {
      await carrier.stop();
    }
  },
};

async function inMode(
  mode: 'stream' | 'file',
  calls: number,
  { sipHost, sipPort }: AsteriskServer,
  person: CallablePhone,
): Promise<readonly Measurement[]> {
  const hello = shortestVoice();
  const bot = { outbound: { greeting: 'Анна, ваш заказ готов.' }, silence: { afterMs: 30_000 } };
  return onStand({ reply: () => 'С девяти до шести.' }, async (stand) => {
    const port = await freeTcpPort();
    await stand.serve(bot, {
      MEDIA_MODE: mode,
      HTTP_PORT: String(port),
      DIAL_TEMPLATE: `PJSIP/anonymous/sip:{number}@${sipHost}:${sipPort}`,
      OUTBOUND_CALLER_ID: '+74951234567',
    });
    const times: (number | undefined)[] = [];
    for (let at = 0; at < calls; at++) times.push(await greetedAfterMs(port, person, hello));
    const samples = times.filter((time) => time !== undefined);
    return [
      { what: `${mode}: end of "hello" → greeting heard`, unit: 'ms', samples, targetP95: TARGET_MS },
      {
        what: `${mode}: not greeted, of ${calls} calls`,
        unit: '',
        samples: [calls - samples.length],
        targetP95: 0,
      },
    ];
  });
}

/** Undefined where the greeting has not come. */
async function greetedAfterMs(port: number, person: CallablePhone, hello: Pcm): Promise<number | undefined> {
  const picked = new Promise<PhoneCall>((resolve) => person.whenCalled(resolve));
  const answer = await fetch(`http://127.0.0.1:${port}/api/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: NUMBER, bot: 'default' }),
  });
  if (answer.status !== 202) throw new Error(`no call was made: ${answer.status} ${await answer.text()}`);
  const call = await picked;
  await pauseMs(BEFORE_HELLO_MS);
  await call.say(hello);
  const isGreeted = () => exactSounds(call.heard()).length > 0;
  await until('the greeting begins', isGreeted, GREETED_WITHIN_MS).catch(() => undefined);
  await call.hangup();
  const said = exactSounds(call.said()).at(-1);
  const greeting = exactSounds(call.heard())[0];
  return said && greeting && greeting.startedAtMs - said.endedAtMs;
}

/** People do not answer with tones. */
function shortestVoice(): Pcm {
  const dir = join(projectRoot(), 'sounds/ru-RU');
  const voices = readdirSync(dir)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => resampled(decodeWav(readFileSync(join(dir, name))), 8000))
    .sort((a, b) => durationMs(a) - durationMs(b));
  const [shortest] = voices;
  if (!shortest) throw new Error(`no voices in ${dir}`);
  return shortest;
}
