/** A phone on which a bot is acted by a function of time: a certificate of it takes no longer than it takes to reckon. */
import { concatBytes, durationMs, silence } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { deferred } from '../../../base/async.ts';
import { sleep } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Phone, PhoneCall } from '../../phone/phone.ts';

const RATE_HZ = 8000;
/** Between two of these a bot begins or ends nothing. */
const PACKET_MS = 20;

/** What the caller has said so far, ms from the answer. */
export type SaidSoFar = readonly { readonly fromMs: number; readonly toMs: number }[];

/** What is heard of it so long after the answer, Hz; 0 for nothing. */
export type ActedBot = (atMs: number, said: SaidSoFar) => number;

export interface ActedManners {
  /** As RTP tells it. */
  readonly unheardPayloadTypes?: readonly number[];
  readonly hangsUpAtMs?: number;
  /** It answers no BYE. */
  readonly isDeafToHangup?: true;
}

export function phoneOfActedBot(clock: Clock, bot: ActedBot, manners: ActedManners = {}): Phone {
  return {
    dial: () => Promise.resolve(actedCall(clock, bot, manners)),
    close: () => Promise.resolve(),
  };
}

function actedCall(clock: Clock, bot: ActedBot, manners: ActedManners): PhoneCall {
  const answeredAtMs = clock.nowMs();
  const said: { readonly fromMs: number; readonly toMs: number }[] = [];
  const ended = deferred<Awaited<PhoneCall['ended']>>();
  const packets: number[] = [];
  let endedAtMs: number | undefined;
  const end = (by: 'us' | 'them' | 'network') => {
    endedAtMs ??= clock.nowMs();
    ended.resolve({ by, atMs: endedAtMs });
  };
  if (manners.hangsUpAtMs !== undefined) clock.after(manners.hangsUpAtMs, () => end('them'));
  /** Of all that has passed: what was heard then does not change by what is said later. */
  const heardSoFar = () => {
    const untilMs = (endedAtMs ?? clock.nowMs()) - answeredAtMs;
    for (let atMs = packets.length * PACKET_MS; atMs < untilMs; atMs += PACKET_MS)
      packets.push(
        bot(
          atMs,
          said.filter(({ fromMs }) => fromMs <= atMs),
        ),
      );
    return packets;
  };
  const track = (parts: readonly Uint8Array[]) => ({
    startedAtMs: answeredAtMs,
    pcm: { sampleRateHz: RATE_HZ, data: concatBytes([...parts]) },
  });
  return {
    answeredAtMs,
    ended: ended.promise,
    unheardPayloadTypes: manners.unheardPayloadTypes ?? [],
    get soundHeardAtMs() {
      const last = heardSoFar().findLastIndex((hz) => hz > 0);
      return last < 0 ? undefined : answeredAtMs + (last + 1) * PACKET_MS;
    },
    async say(pcm) {
      heardSoFar();
      const startedAtMs = clock.nowMs();
      const fromMs = startedAtMs - answeredAtMs;
      said.push({ fromMs, toMs: fromMs + durationMs(pcm) });
      await sleep(clock, durationMs(pcm));
      return { startedAtMs, endedAtMs: clock.nowMs() };
    },
    sendDigit: () => Promise.resolve(),
    hangup() {
      heardSoFar();
      end(manners.isDeafToHangup ? 'network' : 'us');
      return Promise.resolve();
    },
    heard: () =>
      track(
        heardSoFar().map((hz) => (hz > 0 ? tone(hz, PACKET_MS, RATE_HZ) : silence(PACKET_MS, RATE_HZ)).data),
      ),
    said: () =>
      track(
        said.flatMap(({ fromMs, toMs }, at) => [
          silence(fromMs - (said[at - 1]?.toMs ?? 0), RATE_HZ).data,
          tone(300, toMs - fromMs, RATE_HZ).data,
        ]),
      ),
    streamQuality: () => undefined,
  };
}
