/**
 * What the phone says: a packet every 20 ms, silence between clips, digits as events. Pure but for the queue: the call gives it its
 * turns and sends what it makes.
 *
 * A packet that is sent at a moment holds the 20 ms before it, as with a real microphone: a clip's first sample is spoken 20 ms before its
 * first packet, its last one with its last packet.
 */
import {
  decodeG711Into,
  encodeG711,
  G711_SAMPLE_RATE_HZ,
  G711_SILENCE,
  type G711Law,
} from '../../../audio/g711.ts';
import { deferred, type Deferred } from '../../../base/async.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { fromSamples } from '../../../audio/pcm.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { DialOptions, Span, Track } from '../phone.ts';
import { PACKET_MS } from './pacer.ts';
import { digitEvent, RTP_HEADER_BYTES, writeRtpHeader } from './rtp-packet.ts';
import { PAYLOAD_TYPE } from './sdp.ts';

const SAMPLES_PER_MS = G711_SAMPLE_RATE_HZ / 1000;
const PACKET_SAMPLES = PACKET_MS * SAMPLES_PER_MS;
/** A digit lasts 100 ms: twice what receivers must recognise. */
const DIGIT_PACKETS = 5;
/** The end of a digit is said three times, since one packet may be lost (RFC 4733, 2.5.1.4). */
const DIGIT_ENDS = 3;

interface Clip {
  readonly kind: 'clip';
  readonly coded: Uint8Array;
  readonly done: Deferred<Span>;
  sentSamples: number;
  /** Where its first sample stands on the axis of everything said. */
  startSample: number;
  startedAtMs: number;
}

interface Digit {
  readonly kind: 'digit';
  readonly digit: string;
  readonly done: Deferred<Span>;
  sentPackets: number;
  timestamp: number;
  startedAtMs: number;
}

export interface VoiceOptions {
  readonly law: G711Law;
  readonly random: () => number;
  readonly betweenClips: NonNullable<DialOptions['betweenClips']>;
  readonly send: (packet: Buffer) => void;
}

export class Voice {
  readonly #law: G711Law;
  readonly #betweenClips: VoiceOptions['betweenClips'];
  readonly #send: (packet: Buffer) => void;
  readonly #ssrc: number;
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + PACKET_SAMPLES);
  readonly #queue: (Clip | Digit)[] = [];
  readonly #spoken: Clip[] = [];
  #sequence: number;
  #timestamp: number;
  #marker = true;
  #startedAtMs: number | undefined;
  #samples = 0;
  /** Undefined while the other side takes no digits. */
  digitPayloadType: number | undefined;
  /** The phone has put the other side on hold, and sends nothing; what is to be said waits. */
  isHeld = false;

  constructor({ law, random, betweenClips, send }: VoiceOptions) {
    this.#law = law;
    this.#betweenClips = betweenClips;
    this.#send = send;
    this.#ssrc = Math.floor(random() * 2 ** 32);
    this.#sequence = Math.floor(random() * 2 ** 16);
    this.#timestamp = Math.floor(random() * 2 ** 32);
  }

  /** Rejects with AUDIO_INVALID unless it is at 8 kHz, and with LINE_ENDED when the call ends before it is said. */
  say(speech: Pcm): Promise<Span> {
    if (speech.sampleRateHz !== G711_SAMPLE_RATE_HZ)
      return Promise.reject(
        new ParleyError('AUDIO_INVALID', `A phone speaks at 8000 Hz, not at ${speech.sampleRateHz}.`),
      );
    const coded = encodeG711(speech, this.#law);
    return this.#enqueue({
      kind: 'clip',
      coded,
      done: deferred<Span>(),
      sentSamples: 0,
      startSample: 0,
      startedAtMs: 0,
    });
  }

  sendDigit(digit: string): Promise<Span> {
    if (!digitEvent(digit, 0, false)) return Promise.reject(new TypeError(`${digit} is no digit of a phone`));
    return this.#enqueue({
      kind: 'digit',
      digit,
      done: deferred<Span>(),
      sentPackets: 0,
      timestamp: 0,
      startedAtMs: 0,
    });
  }

  /** Sends what these 20 ms hold. `dueMs` is when that was due: the axis of what is said knows no jitter. */
  turn(dueMs: number, nowMs: number): void {
    this.#startedAtMs ??= dueMs - PACKET_MS;
    const [current] = this.#queue;
    if (this.isHeld) this.#marker = true;
    else if (current?.kind === 'digit') this.#sendOfDigit(current, nowMs);
    else this.#sendAudio(current, nowMs);
    this.#timestamp = (this.#timestamp + PACKET_SAMPLES) >>> 0;
    this.#samples += PACKET_SAMPLES;
  }

  /** The call is over: what is not said yet never will be. */
  end(): void {
    const ended = new ParleyError('LINE_ENDED', 'The call ended before everything was said.');
    for (const { done } of this.#queue.splice(0)) done.reject(ended);
  }

  /** All that was said from `startedAtMs` to `endedAtMs`. */
  said(startedAtMs: number, endedAtMs: number): Track {
    const samples = new Int16Array(Math.max(0, Math.round((endedAtMs - startedAtMs) * SAMPLES_PER_MS)));
    const offset = Math.round(((this.#startedAtMs ?? startedAtMs) - startedAtMs) * SAMPLES_PER_MS);
    for (const clip of this.#spoken)
      decodeG711Into(samples, offset + clip.startSample, clip.coded.subarray(0, clip.sentSamples), this.#law);
    return { startedAtMs, pcm: fromSamples(samples, G711_SAMPLE_RATE_HZ) };
  }

  #enqueue(item: Clip | Digit): Promise<Span> {
    this.#queue.push(item);
    return item.done.promise;
  }

  #sendAudio(clip: Clip | undefined, nowMs: number): void {
    if (!clip && this.#betweenClips === 'nothing') {
      this.#marker = true;
      return;
    }
    const payload = this.#packet.subarray(RTP_HEADER_BYTES).fill(G711_SILENCE[this.#law]);
    if (clip) {
      if (clip.sentSamples === 0) this.#begin(clip, nowMs);
      const piece = clip.coded.subarray(clip.sentSamples, clip.sentSamples + PACKET_SAMPLES);
      payload.set(piece);
      clip.sentSamples += piece.length;
    }
    this.#sendPacket(this.#packet, PAYLOAD_TYPE[this.#law], this.#timestamp, this.#marker);
    this.#marker = false;
    if (clip && clip.sentSamples >= clip.coded.length) this.#finish(clip, nowMs);
  }

  #begin(clip: Clip, nowMs: number): void {
    clip.startSample = this.#samples;
    clip.startedAtMs = nowMs - PACKET_MS;
    this.#spoken.push(clip);
  }

  #sendOfDigit(digit: Digit, nowMs: number): void {
    if (digit.sentPackets === 0) {
      digit.timestamp = this.#timestamp;
      digit.startedAtMs = nowMs - PACKET_MS;
    }
    digit.sentPackets++;
    const isEnd = digit.sentPackets > DIGIT_PACKETS;
    const duration = Math.min(digit.sentPackets, DIGIT_PACKETS) * PACKET_SAMPLES;
    const event = digitEvent(digit.digit, duration, isEnd);
    if (event && this.digitPayloadType !== undefined)
      for (let i = 0; i < (isEnd ? DIGIT_ENDS : 1); i++)
        this.#sendPacket(
          Buffer.concat([Buffer.alloc(RTP_HEADER_BYTES), event]),
          this.digitPayloadType,
          digit.timestamp,
          digit.sentPackets === 1,
        );
    if (isEnd) this.#finish(digit, nowMs);
  }

  #finish(item: Clip | Digit, nowMs: number): void {
    this.#queue.shift();
    item.done.resolve({ startedAtMs: item.startedAtMs, endedAtMs: nowMs });
  }

  #sendPacket(packet: Buffer, payloadType: number, timestamp: number, marker: boolean): void {
    writeRtpHeader(packet, { payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#send(packet);
  }
}
