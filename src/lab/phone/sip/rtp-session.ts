/** One call's media: a UDP socket, what is said on it and what is heard on it. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
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
import { PAYLOAD_TYPE, WORDLESS_PAYLOAD_TYPES, type RemoteMedia } from './sdp.ts';
import { Voice } from './voice.ts';

/** So many turns of the event loop without a packet show that none lies in the socket's buffer: in the first it may be another socket's. */
const QUIET_TURNS = 2;

/** Refused packets in a row until the other side counts as dead: half a second of them. A restarted Asterisk sends no BYE for old calls. */
const REFUSALS_UNTIL_LOST = 25;

/**
 * A socket that listens to anybody is not told of refused packets. Where nobody has been heard yet, so many packets of so many go by one that
 * is: enough to be refused as often as shows that the other side is dead, and of a stranger's first words no more than 0.6 s is lost.
 */
const LOOKS_EVERY = 105;
const LOOKS_FOR = REFUSALS_UNTIL_LOST + 5;

/** Somebody else taking the port in between is rare; every time is no accident. */
const BIND_TRIES = 5;

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
  /** RTP in a form that this phone does not speak, and that is no digit and no comfort noise either. */
  readonly #unheard = new Set<number>();
  #leavePacer: (() => void) | undefined;
  /** Where the other side has said that it listens. */
  #remote: RemoteMedia | undefined;
  /** Only something that has come from there shows that it speaks from there as well: until then anybody is listened to. */
  #connected = false;
  #refusals = 0;
  #sentToNobody = 0;
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
    socket.on('message', (packet, from) => this.#receive(packet, from));
    socket.on('error', () => this.#refused());
  }

  /** Rejects when the local address cannot be had. */
  static async open(options: RtpOptions): Promise<RtpSession> {
    return new RtpSession(await boundSocket(options.localHost), options);
  }

  get localPort(): number {
    return this.#socket.address().port;
  }

  /** Starts to speak (silence at first) to where the other side listens; called again, it moves there. */
  talkTo(remote: RemoteMedia): void {
    if (this.#closed) return;
    this.voice.digitPayloadType = remote.digitPayloadType;
    const isThere = this.#remote?.host === remote.host && this.#remote.port === remote.port;
    this.#remote = remote;
    if (!isThere) this.#listenToAnybody();
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

  get unheardPayloadTypes(): readonly number[] {
    return [...this.#unheard];
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
    if (this.#received === 0) this.#look();
    // What cannot be sent is lost, as on any network; refusals are counted where they arrive.
    if (this.#connected) this.#socket.send(packet, () => undefined);
    else if (this.#remote) this.#socket.send(packet, this.#remote.port, this.#remote.host, () => undefined);
  }

  #receive(packet: Buffer, from: RemoteInfo): void {
    this.#refusals = 0;
    this.#received++;
    if (!this.#connected && from.address === this.#remote?.host && from.port === this.#remote.port)
      this.#connect(this.#remote);
    const rtp = readRtp(packet);
    if (!rtp) return;
    const { payloadType } = rtp.header;
    if (payloadType !== PAYLOAD_TYPE[this.#options.codec]) {
      this.#otherPackets++;
      if (!WORDLESS_PAYLOAD_TYPES.includes(payloadType)) this.#unheard.add(payloadType);
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

  /** From then on a refused packet is told of, and strangers are not heard. */
  #connect({ host, port }: RemoteMedia): void {
    this.#socket.connect(port, host, (error?: Error) => {
      if (error) this.#options.onLost();
      else this.#connected = true;
    });
  }

  #listenToAnybody(): void {
    if (this.#connected) this.#socket.disconnect();
    this.#connected = false;
  }

  /** Whether anybody is there who has not been heard yet. */
  #look(): void {
    const place = this.#sentToNobody++ % LOOKS_EVERY;
    if (place === 0) this.#listenToAnybody();
    if (place === LOOKS_EVERY - LOOKS_FOR && this.#remote) this.#connect(this.#remote);
  }

  #refused(): void {
    this.#refusals++;
    if (this.#refusals === REFUSALS_UNTIL_LOST) this.#options.onLost();
  }
}

/**
 * By a number that was asked for: a socket whose port the system has chosen loses it where it is disconnected, and the other side would send into the
 * void once its media has moved. Between the choice and the asking somebody else may have taken it.
 */
async function boundSocket(host: string): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    const { port } = await bound(0, host).then(closedAddress);
    try {
      return await bound(port, host);
    } catch (error) {
      if (tries === BIND_TRIES) throw error;
    }
  }
}

async function bound(port: number, host: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, host);
  try {
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

async function closedAddress(socket: Socket) {
  const address = socket.address();
  socket.close();
  await once(socket, 'close');
  return address;
}
