/**
 * A call on the virtual clock whose sound goes over a network that jitters, heard by three: the timeline inside, the ear on the line, and
 * the phone that has spoken and listened, which knows best.
 */
import { fromSamples, slice, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { seededRandom } from '../../base/seeded.ts';
import { sleep } from '../../base/clock.ts';
import { VirtualCall } from '../../call/testing/virtual-call.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { CallerAudio } from '../../telephony/streaming/caller-audio.ts';
import { StreamPlayer } from '../../telephony/streaming/stream-player.ts';
import { voiceDetector } from '../../vad/voice-detector.ts';
import { HeardCall } from '../heard-call.ts';
import type { EarReport } from '../ear-report.ts';

const RATE_HZ = 8000;
const FRAME_MS = 20;
const FRAME_BYTES = (RATE_HZ * FRAME_MS * 2) / 1000;
/** After what the caller says: as long as the slowest answer takes, and is heard. */
const ANSWERED_WITHIN_MS = 7000;

export interface EarWitnesses {
  readonly report: EarReport;
  /** Each wait as the phone has it, from its own last sound to the first one that it has played. */
  readonly phoneWaitsMs: readonly number[];
}

export interface EarCallOptions {
  readonly seed: number;
  /** What the caller says, one a turn, at 8 kHz. */
  readonly says: readonly Pcm[];
  /** How late the network makes a packet at most, ms. */
  readonly jitterMs: number;
}

export async function earCall({ seed, says, jitterMs }: EarCallOptions): Promise<EarWitnesses> {
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
      await sleep(clock, 100 + upTo(900), signal);
      yield { kind: 'text' as const, text: 'Мы открыты с девяти утра до шести вечера.' };
    },
  };
  const synthesizer: Synthesizer = {
    name: 'scripted',
    async *synthesize(_, signal) {
      await sleep(clock, 50 + upTo(350), signal);
      yield { pcm: tone(440, 900, RATE_HZ).data, words: [], provider: 'scripted' };
    },
    close: async () => undefined,
  };
  const phone = new JitteryPhone(clock, { hearing, player }, () => upTo(jitterMs));
  phone.begin();
  const phrase = tone(300, 1500, RATE_HZ);
  const begun = VirtualCall.begin({
    ...{ profile: {}, chat, clock, hearing, player, recognizer, synthesizer, phrase },
    onCall: ({ timeline }) =>
      (heard = new HeardCall(timeline, { line: { hearing, player }, recorded: { hearing, player } }, clock)),
  });
  let heard: HeardCall | undefined;
  await begun;
  for (const said of says) {
    // Not on a packet's edge.
    phone.say(shifted(said, Math.floor(upTo(FRAME_MS) * 8)));
    await clock.advance((said.data.byteLength / 2 / RATE_HZ) * 1000 + ANSWERED_WITHIN_MS);
  }
  phone.end();
  const report = heard?.report;
  hearing.close();
  player.close();
  if (!report) throw new Error('The ear has heard no call.');
  return { report, phoneWaitsMs: phone.waitsMs };
}

interface PhonedLine {
  readonly hearing: CallerAudio;
  readonly player: StreamPlayer;
}

/** A phone and the way to it: what it sends is late by chance, what it is sent it plays at its own ticks, and its marks are late as well. */
class JitteryPhone {
  readonly waitsMs: number[] = [];
  readonly #clock: ManualClock;
  readonly #line: PhonedLine;
  readonly #lateMs: () => number;
  readonly #queue: ({ readonly pcm: Uint8Array } | { readonly mark: string })[] = [];
  #toSay = new Uint8Array(0);
  /** Until its last sound, once it is being said. */
  #saysMs: number | undefined;
  #saidUntilMs: number | undefined;
  #arrivesMs = 0;
  #marksMs = 0;
  #isOver = false;

  constructor(clock: ManualClock, line: PhonedLine, lateMs: () => number) {
    this.#clock = clock;
    this.#line = line;
    this.#lateMs = lateMs;
  }

  begin(): void {
    this.#line.player.attach({
      sendAudio: (pcm) => {
        for (let at = 0; at < pcm.byteLength; at += FRAME_BYTES)
          this.#queue.push({ pcm: pcm.slice(at, at + FRAME_BYTES) });
      },
      mark: (mark) => this.#queue.push({ mark }),
      pause: () => undefined,
      resume: () => undefined,
      flush: () => (this.#queue.length = 0),
    });
    this.#tick();
  }

  say(pcm: Pcm): void {
    this.#toSay = pcm.data.slice();
    this.#saysMs = lastSoundMs(pcm);
  }

  end(): void {
    this.#isOver = true;
  }

  #tick(): void {
    if (this.#isOver) return;
    this.#send();
    this.#play();
    this.#clock.after(FRAME_MS, () => this.#tick());
  }

  /** A packet goes out when its last sample was spoken. */
  #send(): void {
    if (this.#saysMs !== undefined) this.#saidUntilMs = this.#clock.nowMs() + this.#saysMs;
    this.#saysMs = undefined;
    const frame = new Uint8Array(FRAME_BYTES);
    frame.set(this.#toSay.subarray(0, FRAME_BYTES));
    this.#toSay = this.#toSay.slice(FRAME_BYTES);
    this.#arrivesMs = Math.max(this.#arrivesMs, this.#clock.nowMs() + FRAME_MS + this.#lateMs());
    const atMs = this.#arrivesMs;
    this.#clock.after(atMs - this.#clock.nowMs(), () => this.#line.hearing.arrived(frame, atMs));
  }

  #play(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if ('mark' in next) this.#tellMark(next.mark);
      else return this.#hear(next.pcm);
    }
  }

  #tellMark(id: string): void {
    // A local socket: marks come in their order, and less late than a network's packets.
    this.#marksMs = Math.max(this.#marksMs, this.#clock.nowMs() + this.#lateMs() / 4);
    const atMs = this.#marksMs;
    this.#clock.after(atMs - this.#clock.nowMs(), () => this.#line.player.markPlayed(id, atMs));
  }

  #hear(pcm: Uint8Array): void {
    if (this.#saidUntilMs === undefined || this.#clock.nowMs() < this.#saidUntilMs) return;
    const first = toSamples({ sampleRateHz: RATE_HZ, data: pcm }).findIndex(
      (sample) => Math.abs(sample) > LOUD,
    );
    if (first < 0) return;
    this.waitsMs.push(this.#clock.nowMs() + first / 8 - this.#saidUntilMs);
    this.#saidUntilMs = undefined;
  }
}

/** About -45 dBFS. */
const LOUD = 180;

function lastSoundMs(pcm: Pcm): number {
  return (toSamples(pcm).findLastIndex((sample) => Math.abs(sample) > LOUD) * 1000) / RATE_HZ;
}

function shifted(pcm: Pcm, samples: number): Pcm {
  const all = toSamples(slice(pcm, 0));
  const later = new Int16Array(all.length + samples);
  later.set(all, samples);
  return fromSamples(later, RATE_HZ);
}
