/**
 * A phone on the virtual clock and the way to it: what it sends is late by chance, or lost, what it is sent it plays at its own ticks, and its
 * marks are late as well. What it has said and heard it knows best.
 */
import { fromSamples, slice, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { ManualClock } from '../../base/manual-clock.ts';
import type { CallerAudio } from '../../telephony/streaming/caller-audio.ts';
import type { StreamPlayer } from '../../telephony/streaming/stream-player.ts';

export const RATE_HZ = 8000;
export const FRAME_MS = 20;
const FRAME_BYTES = (RATE_HZ * FRAME_MS * 2) / 1000;

export interface PhonedLine {
  readonly hearing: CallerAudio;
  readonly player: StreamPlayer;
}

/** What a network does, by chance. */
export interface Network {
  /** How late a packet is, ms. */
  readonly lateMs: () => number;
  readonly loses: () => boolean;
}

export class JitteryPhone {
  readonly waitsMs: number[] = [];
  /** Whether each side was heard, a tick each. */
  readonly ticks: { readonly said: boolean; readonly heard: boolean }[] = [];
  lostFrames = 0;
  /** What is behind the caller all the time, a sample each time. */
  noise: () => number = () => 0;
  /** What is nothing but silence is not sent. */
  suppressesSilence = false;
  readonly #clock: ManualClock;
  readonly #line: PhonedLine;
  readonly #network: Network;
  readonly #queue: ({ readonly pcm: Uint8Array } | { readonly mark: string })[] = [];
  #toSay = new Uint8Array(0);
  /** Until its last sound, once it is being said. */
  #saysMs: number | undefined;
  #saidUntilMs: number | undefined;
  #arrivesMs = 0;
  #marksMs = 0;
  #isPaused = false;
  #isHeld = false;
  #isOver = false;

  constructor(clock: ManualClock, line: PhonedLine, network: Network) {
    this.#clock = clock;
    this.#line = line;
    this.#network = network;
  }

  begin(): void {
    this.#line.player.attach({
      sendAudio: (pcm) => {
        for (let at = 0; at < pcm.byteLength; at += FRAME_BYTES)
          this.#queue.push({ pcm: pcm.slice(at, at + FRAME_BYTES) });
      },
      mark: (mark) => this.#queue.push({ mark }),
      pause: () => (this.#isPaused = true),
      resume: () => (this.#isPaused = false),
      flush: () => (this.#queue.length = 0),
    });
    this.#tick();
  }

  say(pcm: Pcm): void {
    this.#toSay = pcm.data.slice();
    this.#saysMs = lastSoundMs(pcm);
  }

  /** The telephone system plays music to whoever listens here, which the phone has not sent. */
  hold(): void {
    this.#isHeld = true;
    this.#line.hearing.held();
  }

  unhold(): void {
    this.#isHeld = false;
    this.#line.hearing.unheld();
  }

  end(): void {
    this.#isOver = true;
  }

  #tick(): void {
    if (this.#isOver) return;
    const said = this.#send();
    const heard = this.#play();
    this.ticks.push({ said, heard });
    this.#clock.after(FRAME_MS, () => this.#tick());
  }

  /** A packet goes out when its last sample was spoken. */
  #send(): boolean {
    if (this.#saysMs !== undefined) this.#saidUntilMs = this.#clock.nowMs() + this.#saysMs;
    this.#saysMs = undefined;
    const frame = new Uint8Array(FRAME_BYTES);
    frame.set(this.#toSay.subarray(0, FRAME_BYTES));
    this.#toSay = this.#toSay.slice(FRAME_BYTES);
    const clean = toSamples({ sampleRateHz: RATE_HZ, data: frame });
    const { data } = fromSamples(
      clean.map((sample) => sample + this.noise()),
      RATE_HZ,
    );
    if (this.suppressesSilence && data.every((byte) => byte === 0)) return false;
    const isLost = this.#network.loses();
    if (isLost) this.lostFrames++;
    if (this.#isHeld || isLost) return isLoud(clean);
    this.#arrivesMs = Math.max(this.#arrivesMs, this.#clock.nowMs() + FRAME_MS + this.#network.lateMs());
    const atMs = this.#arrivesMs;
    this.#clock.after(atMs - this.#clock.nowMs(), () => this.#line.hearing.arrived(data, atMs));
    return isLoud(clean);
  }

  #play(): boolean {
    if (this.#isPaused) return false;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if ('mark' in next) this.#tellMark(next.mark);
      else return this.#hear(next.pcm);
    }
    return false;
  }

  #tellMark(id: string): void {
    // A local socket: marks come in their order, and less late than a network's packets.
    this.#marksMs = Math.max(this.#marksMs, this.#clock.nowMs() + this.#network.lateMs() / 4);
    const atMs = this.#marksMs;
    this.#clock.after(atMs - this.#clock.nowMs(), () => this.#line.player.markPlayed(id, atMs));
  }

  #hear(pcm: Uint8Array): boolean {
    const samples = toSamples({ sampleRateHz: RATE_HZ, data: pcm });
    const first = samples.findIndex((sample) => Math.abs(sample) > LOUD);
    if (first < 0) return false;
    if (this.#saidUntilMs === undefined || this.#clock.nowMs() < this.#saidUntilMs) return true;
    this.waitsMs.push(this.#clock.nowMs() + first / 8 - this.#saidUntilMs);
    this.#saidUntilMs = undefined;
    return true;
  }
}

/** About -45 dBFS. */
const LOUD = 180;

function isLoud(samples: Int16Array): boolean {
  return samples.some((sample) => Math.abs(sample) > LOUD);
}

function lastSoundMs(pcm: Pcm): number {
  return (toSamples(pcm).findLastIndex((sample) => Math.abs(sample) > LOUD) * 1000) / RATE_HZ;
}

/** The same, not on a packet's edge. */
export function shifted(pcm: Pcm, samples: number): Pcm {
  const all = toSamples(slice(pcm, 0));
  const later = new Int16Array(all.length + samples);
  later.set(all, samples);
  return fromSamples(later, RATE_HZ);
}
