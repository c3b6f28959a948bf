/** One call's media: a UDP socket, what is said on it and what is heard on it. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../../base/clock.ts';
import { decodeG711, type G711Law } from '../../../audio/g711.ts';
import { toSamples } from '../../../audio/pcm.ts';
import { isSound } from '../hear.ts';
import type { DialOptions, StreamQuality, Track } from '../phone.ts';
import type { Pacer } from './pacer.ts';
import { PacketLog } from './packet-log.ts';
import { placePackets } from './place-packets.ts';
import { streamQualityOf } from './stream-quality.ts';
import { readRtp } from './rtp-packet.ts';
import { PAYLOAD_TYPE, type RemoteMedia } from './sdp.ts';
import { Voice } from './voice.ts';

/** So many turns of the event loop without a packet show that none lies in the socket's buffer: in the first it may be another socket's. */
const QUIET_TURNS = 2;

/** Refused packets in a row until the other side counts as dead: half a second of them. A restarted Asterisk sends no BYE for old calls. */
const REFUSALS_UNTIL_LOST = 25;

export interface RtpOptions {
  readonly localHost: string;
  readonly codec: G711Law;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly random: () => number;
  readonly betweenClips: NonNullable<DialOptions['betweenClips']>;
  /** Nobody takes the packets any more. */
  readonly onLost: () => void;
}

export class RtpSession {
  readonly voice: Voice;
  readonly #options: RtpOptions;
  readonly #socket: Socket;
  readonly #heard = new PacketLog();
  #leavePacer: (() => void) | undefined;
  #connected = false;
  #refusals = 0;
  #received = 0;
  /** RTP in another form than speech: digits, comfort noise. It takes sequence numbers too. */
  #otherPackets = 0;
  #soundHeardAtMs: number | undefined;
  #closed = false;

  private constructor(socket: Socket, options: RtpOptions) {
    this.#socket = socket;
    this.#options = options;
    this.voice = new Voice({
      law: options.codec,
      random: options.random,
      betweenClips: options.betweenClips,
      send: (packet) => this.#send(packet),
    });
    socket.on('message', (packet) => this.#receive(packet));
    socket.on('error', () => this.#refused());
  }

  /** Rejects when the local address cannot be had. */
  static open(options: RtpOptions): Promise<RtpSession> {
    const socket = createSocket('udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => socket.close(() => reject(error)));
      socket.bind(0, options.localHost, () => {
        socket.removeAllListeners('error');
        resolve(new RtpSession(socket, options));
      });
    });
  }

  get localPort(): number {
    return this.#socket.address().port;
  }

  /** Starts to speak (silence at first) to where the other side listens; called again, it moves there. */
  talkTo(remote: RemoteMedia): void {
    if (this.#closed) return;
    this.voice.digitPayloadType = remote.digitPayloadType;
    if (this.#connected) this.#socket.disconnect();
    this.#connected = false;
    this.#socket.connect(remote.port, remote.host, (error?: Error) => {
      if (error) this.#options.onLost();
      else this.#connected = true;
    });
    this.#leavePacer ??= this.#options.pacer.join((dueMs) =>
      this.voice.turn(dueMs, this.#options.clock.nowMs()),
    );
  }

  heard(startedAtMs: number, endedAtMs: number): Track {
    return placePackets(this.#heard, this.#options.codec, startedAtMs, endedAtMs);
  }

  get soundHeardAtMs(): number | undefined {
    return this.#soundHeardAtMs;
  }

  /**
   * Resolves when all that has come by now has been heard. After a stall of the process what was said before a BYE is still to be read, and
   * that of another socket may be read first.
   */
  async heardOut(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#received;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#received > before) quiet = -1;
    }
  }

  streamQuality(): StreamQuality {
    return streamQualityOf(this.#heard, this.#otherPackets);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#leavePacer?.();
    this.voice.end();
    this.#socket.close();
  }

  #send(packet: Buffer): void {
    // What cannot be sent is lost, as on any network; refusals are counted where they arrive.
    if (this.#connected) this.#socket.send(packet, () => undefined);
  }

  #receive(packet: Buffer): void {
    this.#refusals = 0;
    this.#received++;
    const rtp = readRtp(packet);
    if (!rtp) return;
    if (rtp.header.payloadType !== PAYLOAD_TYPE[this.#options.codec]) {
      this.#otherPackets++;
      return;
    }
    const arrivedAtMs = this.#options.clock.nowMs();
    if (isSound(toSamples(decodeG711(rtp.payload, this.#options.codec)))) this.#soundHeardAtMs = arrivedAtMs;
    const { sequence, timestamp, ssrc, marker } = rtp.header;
    this.#heard.add({
      arrivedAtMs,
      uncertaintyMs: this.#options.pacer.uncertaintyMs(arrivedAtMs),
      sequence,
      timestamp,
      ssrc,
      marker,
      payload: rtp.payload,
    });
  }

  #refused(): void {
    this.#refusals++;
    if (this.#refusals === REFUSALS_UNTIL_LOST) this.#options.onLost();
  }
}
