/**
 * A call on the virtual clock whose sound goes over a network that jitters, heard by three: the timeline inside, the ear on the line, and
 * the phone that has spoken and listened, which knows best.
 */
import { durationMs } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { seededRandom } from '../../base/seeded.ts';
import { sleep } from '../../base/clock.ts';
import type { Resumed } from '../../call/resumed.ts';
import { VirtualCall } from '../../call/testing/virtual-call.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { CallerAudio } from '../../telephony/streaming/caller-audio.ts';
import { StreamPlayer } from '../../telephony/streaming/stream-player.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { voiceDetector } from '../../vad/voice-detector.ts';
import { HeardCall } from '../heard-call.ts';
import type { EarReport } from '../ear-report.ts';
import { FRAME_MS, JitteryPhone, RATE_HZ, shifted } from './jittery-phone.ts';

/** After what the caller says: as long as the slowest answer takes, and is heard. */
const ANSWERED_WITHIN_MS = 7000;
/** The greeting has been heard. */
const GREETED_MS = 6000;

export interface EarWitnesses {
  readonly report: EarReport;
  readonly timeline: readonly TimelineEntry[];
  readonly phone: JitteryPhone;
  /** Each wait as the phone has it, from its own last sound to the first one that it has played. */
  readonly phoneWaitsMs: readonly number[];
}

export interface EarCallOptions {
  readonly seed: number;
  /** How late the network makes a packet at most, ms. */
  readonly jitterMs: number;
  /** What the caller says, one a turn, at 8 kHz. */
  readonly says?: readonly Pcm[];
  /** What else happens, at so many ms since the call was answered. */
  readonly acts?: Readonly<Record<number, (phone: JitteryPhone) => void>>;
  /** When it is over at the earliest, ms. */
  readonly lastsMs?: number;
  /** Which share of the phone's packets never comes. */
  readonly lostShare?: number;
  /** The phone sends nothing while it is silent. */
  readonly suppressesSilence?: boolean;
  /** What is behind the caller all the time, dBFS. */
  readonly noiseDbfs?: number;
  /** How the bot differs from the usual. */
  readonly profile?: Readonly<Record<string, unknown>>;
  /** What was said before, of a conversation that goes on here. */
  readonly resumed?: Resumed;
  /** What the model takes, ms; 100 to 1000 by chance, if not given. */
  readonly modelMs?: number;
  /** How the bot sounds; a tone of 900 ms, if not given. */
  readonly answer?: Pcm;
}

export async function earCall(options: EarCallOptions): Promise<EarWitnesses> {
  const {
    seed,
    says = [],
    jitterMs,
    acts = {},
    lastsMs = 0,
    lostShare = 0,
    noiseDbfs,
    profile = {},
  } = options;
  const random = seededRandom(seed);
  const clock = new ManualClock();
  const upTo = (mostMs: number) => random() * mostMs;
  const hearing = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector: voiceDetector(RATE_HZ) });
  const player = new StreamPlayer({
    clock,
    log: silentLog,
    sampleRateHz: RATE_HZ,
    onStalled: () => undefined,
  });
  const recognizer: Recognizer = {
    name: 'scripted',
    async *recognize(audio, _, signal) {
      for await (const _ of audio) continue;
      await sleep(clock, upTo(400), signal);
      yield { kind: 'final', text: 'Когда вы открыты?' };
    },
    close: async () => undefined,
  };
  const chat = {
    name: 'scripted',
    async *reply(_: unknown, signal: AbortSignal) {
      await sleep(clock, options.modelMs ?? 100 + upTo(900), signal);
      yield { kind: 'text' as const, text: 'Мы открыты с девяти утра до шести вечера.' };
    },
  };
  const synthesizer: Synthesizer = {
    name: 'scripted',
    async *synthesize(_, signal) {
      await sleep(clock, 50 + upTo(350), signal);
      yield { pcm: (options.answer ?? tone(440, 900, RATE_HZ)).data, words: [], provider: 'scripted' };
    },
    close: async () => undefined,
  };
  const network = { lateMs: () => upTo(jitterMs), loses: () => lostShare > 0 && random() < lostShare };
  const phone = new JitteryPhone(clock, { hearing, player }, network);
  if (noiseDbfs !== undefined) {
    const most = 32_768 * 10 ** (noiseDbfs / 20) * Math.sqrt(3);
    phone.noise = () => Math.round((2 * random() - 1) * most);
  }
  phone.suppressesSilence = options.suppressesSilence ?? false;
  phone.begin();
  for (const [atMs, act] of Object.entries(acts)) clock.after(Number(atMs), () => act(phone));
  const phrase = tone(300, 1500, RATE_HZ);
  let heard: HeardCall | undefined;
  const call = await VirtualCall.begin({
    ...{ profile, chat, clock, hearing, player, recognizer, synthesizer, phrase },
    ...(options.resumed && { resumed: options.resumed }),
    onCall: (begun) => {
      const line = { hearing, player, ended: begun.line.ended };
      heard = new HeardCall(begun, { line, recorded: line }, clock);
    },
  });
  for (const said of says) {
    // Not on a packet's edge.
    phone.say(shifted(said, Math.floor(upTo(FRAME_MS) * 8)));
    await clock.advance(durationMs(said) + ANSWERED_WITHIN_MS);
  }
  await clock.advance(Math.max(0, lastsMs - GREETED_MS));
  phone.end();
  const report = heard?.report;
  hearing.close();
  player.close();
  if (!report) throw new Error('The ear has heard no call.');
  return { report, timeline: call.call.timeline.entries, phone, phoneWaitsMs: phone.waitsMs };
}
