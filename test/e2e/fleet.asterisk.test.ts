/** Several Parleys behind a real Asterisk that is configured by `parley asterisk-config`, whichever side connects. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tone } from '../../src/audio/tone.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import type { AsteriskInstallation } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { Phone } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import type { AsteriskTelephone } from '../../src/telephony/asterisk/asterisk-telephone.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import { testTelephone } from '../../src/telephony/asterisk/testing/test-telephone.ts';
import { clipOf, type Line } from '../../src/telephony/line.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { runParley } from '../support/run-parley.ts';

const DIALPLAN = `
[phones]
exten => 400,1,Goto(parley,shop,1)
[nobody]
exten => s,1,Answer()
 same => n,Playtones(!440/400)
 same => n,Wait(1)
 same => n,Hangup()
`;
/** What the first and the second daemon say, Hz; whom nobody serves hears 440. */
const FIRST_HZ = 600;
const SECOND_HZ = 900;
const NOBODY_HZ = 440;
const FORMAT = MEDIA_FORMATS.slin16;
const LISTENING = 'are connected to by Asterisk';
const HEARD_WITHIN_MS = 10_000;

/** The files as they were printed, by their paths. */
function printed(stdout: string): ReadonlyMap<string, string> {
  const [, ...pieces] = stdout.split(/^; --- (.+)$/m);
  const paths = pieces.filter((_, index) => index % 2 === 0);
  return new Map(paths.map((path, index) => [path, pieces[index * 2 + 1] ?? '']));
}

await describeAsterisk('several Parleys', (installation) => {
  describe.each(['connect to Asterisk', LISTENING] as const)('that %s', (way) => fleet(installation, way));
});

function fleet(installation: AsteriskInstallation, way: string): void {
  let asterisk: AsteriskServer;
  let phone: Phone;
  /** INSTANCE_ID of both: the port that each listens on, where it does. */
  let first: string;
  let second: string;
  const up = new Map<string, AsteriskTelephone>();
  const came: string[] = [];
  const talks: Promise<void>[] = [];

  beforeAll(async () => {
    [first, second] = [String(await freeTcpPort()), String(await freeTcpPort())];
    const listens = way === LISTENING ? ['--listen', 'ws://127.0.0.1:{instance}/ari'] : [];
    const { stdout } = await runParley(
      ['asterisk-config', '--instances', `${first},${second}`, ...listens, '--fallback', 'nobody,s,1'],
      { env: { ARI_USERNAME: 'parley', ARI_PASSWORD: 'loopback; only' } },
    );
    asterisk = await startAsterisk({ installation, dialplan: DIALPLAN, files: printed(stdout) });
    phone = await createSipPhone({ serverHost: asterisk.sipHost, serverPort: asterisk.sipPort });
  });
  afterEach(async () => {
    await Promise.all(talks.splice(0));
    await Promise.all([...up.keys()].map(stop));
    came.length = 0;
    expect(await asterisk.leftovers()).toEqual(NOTHING);
  });
  afterAll(async () => {
    await phone?.close();
    await asterisk?.stop();
  });

  /** A daemon's telephone: it says its tone to everybody, or refuses him as a full one does. */
  async function start(instance: string, takes: 'calls' | 'none' = 'calls'): Promise<void> {
    const telephone = testTelephone({
      ari: {
        ...{ url: asterisk.ariUrl, username: asterisk.username, password: asterisk.password },
        app: `voicebot-${instance}`,
        listen: way === LISTENING ? { host: '127.0.0.1', port: Number(instance) } : undefined,
      },
      ...{ mode: 'stream', format: FORMAT, mediaDir: asterisk.mediaDir },
      onArrival: ({ line }) => {
        came.push(`${instance} ${line.party.bot}`);
        talks.push(takes === 'calls' ? talk(line, instance === first ? FIRST_HZ : SECOND_HZ) : refuse(line));
      },
    });
    up.set(instance, telephone);
    await telephone.open(AbortSignal.timeout(HEARD_WITHIN_MS));
    expect(telephone.mode).toBe('stream');
  }

  async function stop(instance: string): Promise<void> {
    await up.get(instance)?.close();
    up.delete(instance);
  }

  /** What a caller heard, Hz to the next 100 or 440. */
  async function heardBy(dialled: string): Promise<number> {
    const call = await phone.dial(dialled);
    await expect.poll(() => tonesHeard(call.heard()).length, { timeout: HEARD_WITHIN_MS }).toBeGreaterThan(0);
    await call.hangup();
    const hz = tonesHeard(call.heard())[0]?.hz ?? 0;
    return [FIRST_HZ, SECOND_HZ, NOBODY_HZ].find((known) => Math.abs(known - hz) < 30) ?? hz;
  }

  it('serve a caller although the first is down, and take calls in turn when it is back', async () => {
    await start(second);
    expect([await heardBy('400'), await heardBy('400')]).toEqual([SECOND_HZ, SECOND_HZ]);
    expect(came).toEqual([`${second} shop`, `${second} shop`]);
    await start(first);
    const inTurn = [await heardBy('400'), await heardBy('400')];
    expect(inTurn.toSorted((a, b) => a - b)).toEqual([FIRST_HZ, SECOND_HZ]);
  });

  it('leave a call that one of them does not take to the other, and one that none takes to the fallback', async () => {
    await start(first);
    await start(second, 'none');
    expect([await heardBy('400'), await heardBy('400')]).toEqual([FIRST_HZ, FIRST_HZ]);
    expect(came).toContain(`${second} shop`);
    await Promise.all(talks.splice(0));
    await stop(first);
    expect([await heardBy('400'), await heardBy('400')]).toEqual([NOBODY_HZ, NOBODY_HZ]);
    await stop(second);
    expect(await heardBy('400')).toBe(NOBODY_HZ);
  });
}

async function talk(line: Line, hz: number): Promise<void> {
  await line.answer();
  line.player.play(clipOf(tone(hz, 400, FORMAT.sampleRateHz)));
  await new Promise<void>((resolve) => line.ended.addEventListener('abort', () => resolve()));
  await line.close();
}

/** As a service does that has as many calls as it may. */
async function refuse(line: Line): Promise<void> {
  const next = { kind: 'dialplan', context: 'parley-next', extension: 's', priority: 1 } as const;
  await line.transfer(next, { PARLEY_REFUSED: 'too-many-calls' });
  await line.close();
}
