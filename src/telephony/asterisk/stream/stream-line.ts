/**
 * A call in stream mode: the caller's channel stands in a bridge with a media channel, whose socket carries the audio both ways.
 * Parley itself tells speech from silence.
 */
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Line, Party, Variables } from '../../line.ts';
import type { Consult } from '../../line.ts';
import type { TransferTarget } from '../../transfer-target.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { CallerLeg, lineId } from '../caller-leg.ts';
import type { Colleagues, WaitingCaller } from '../colleagues.ts';
import { HandOver } from '../hand-over.ts';
import { tolerant } from '../ari/hangup-race.ts';
import { ourName } from '../left-behind.ts';
import { CallerAudio } from '../../streaming/caller-audio.ts';
import type { MediaFormat } from './media-format.ts';
import { MediaLeg } from './media-leg.ts';
import type { MediaServer } from './media-leg.ts';
import type { SpeechDetector } from '../../../vad/speech-detector.ts';
import { StreamPlayer } from '../../streaming/stream-player.ts';

export interface StreamLineOptions {
  readonly ari: AriPort;
  readonly server: MediaServer;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the call; made of the channel's if not given. */
  readonly id?: string | undefined;
  readonly channelId: string;
  readonly party: Party;
  /** See CallerLegOptions. */
  readonly mayBeMoved?: (() => boolean) | undefined;
  /** Who can be rung for this caller; nobody, if not given. */
  readonly colleagues?: Colleagues | undefined;
  readonly format: MediaFormat;
  readonly detector: SpeechDetector;
  /**
   * The media socket was lost and could not be had again: the line has ended as lost and left nothing behind but the caller, who waits.
   * If nobody is to be told, the caller is hung up.
   */
  readonly onMediaLost?: () => void;
}

export class StreamLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: CallerAudio;
  readonly player: StreamPlayer;
  readonly consult: Consult | undefined;
  readonly #options: StreamLineOptions;
  readonly #handOver: HandOver;
  readonly #log: Log;
  readonly leg: CallerLeg;
  readonly #bridgeId: string;
  readonly #unroute: () => void;
  #media: MediaLeg;
  #legs = 0;
  #bridged = false;
  #attached = false;
  #answering: Promise<void> | undefined;
  #mending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** The caller waits for somebody else. */
  #leftWaiting = false;

  constructor(options: StreamLineOptions) {
    const { ari, channelId, clock, colleagues, detector, format, party } = options;
    this.#options = options;
    this.id = options.id ?? lineId(channelId);
    this.party = party;
    this.#log = options.log.child({ call: this.id });
    this.leg = new CallerLeg({ ari, log: this.#log, channelId, mayBeMoved: options.mayBeMoved });
    this.#handOver = new HandOver({ leg: this.leg, clock, colleagues, waiting: () => this.#waiting });
    this.consult = this.#handOver.consult;
    this.#bridgeId = ourName(this.id);
    const { sampleRateHz } = format;
    this.hearing = new CallerAudio({ clock, sampleRateHz, detector });
    const onStalled = () => this.#mediaLost(this.#media, 'Asterisk plays nothing of what it gets');
    this.player = new StreamPlayer({ clock, log: this.#log, sampleRateHz, onStalled });
    this.#media = this.#newMediaLeg();
    this.#unroute = ari.route(channelId, (event) => this.#onCallerEvent(event));
  }

  get ended(): AbortSignal {
    return this.leg.ended;
  }

  answer(): Promise<void> {
    this.#answering = this.leg.run(() => this.#answer());
    return this.#answering;
  }

  hangup(): Promise<void> {
    return this.leg.hangup();
  }

  hasPlace(place: TransferTarget): Promise<boolean> {
    return this.#handOver.hasPlace(place);
  }

  transfer(to: TransferTarget, variables: Variables = {}): Promise<void> {
    return this.#handOver.transfer(to, variables);
  }

  get #waiting(): WaitingCaller {
    const { id, party, leg } = this;
    const { ari, channelId } = this.#options;
    return { id, party, leg, comeBack: () => ari.addToBridge(this.#bridgeId, [channelId]) };
  }

  letGo(): void {
    this.leg.moved();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.ended.aborted) await this.hangup();
    this.player.close();
    this.hearing.close();
    await this.#media.close();
    await Promise.all([this.#answering?.catch(() => undefined), this.#mending]);
    if (this.#bridged) {
      await tolerant(this.#log, 'line.close', () => this.#options.ari.destroyBridge(this.#bridgeId));
    }
    this.#unroute();
    const { clock, onMediaLost } = this.#options;
    // The call notes its end first.
    if (this.#leftWaiting && onMediaLost) clock.after(0, onMediaLost);
  }

  async #answer(): Promise<void> {
    const { ari, channelId } = this.#options;
    await settled([this.#media.open(), this.#makeBridge()]);
    await settled([ari.addToBridge(this.#bridgeId, [this.#media.channelId]), ari.answer(channelId)]);
    this.player.attach(this.#media);
    this.#attached = true;
  }

  async #makeBridge(): Promise<void> {
    const { ari, channelId } = this.#options;
    await ari.createBridge(this.#bridgeId);
    this.#bridged = true;
    await ari.addToBridge(this.#bridgeId, [channelId]);
  }

  #newMediaLeg(): MediaLeg {
    const { ari, clock, format, server } = this.#options;
    const leg: MediaLeg = new MediaLeg({
      ari,
      server,
      clock,
      log: this.#log,
      channelId: `parley-media-${this.id}-${this.#legs++}`,
      format,
      listener: {
        audio: (pcm, atMs) => this.hearing.arrived(pcm, atMs),
        markPlayed: (id, atMs) => this.player.markPlayed(id, atMs),
        lost: (reason) => this.#mediaLost(leg, reason),
      },
    });
    return leg;
  }

  #mediaLost(leg: MediaLeg, reason: string): void {
    // One that is lost before it was used fails the answer, or the mending, by itself.
    if (leg !== this.#media || !this.#attached || this.ended.aborted || this.#closing) return;
    this.#attached = false;
    this.#log.warn({ event: 'media.lost', reason }, 'the media socket is lost: opening another one');
    this.player.detach();
    this.#mending = this.#mend();
  }

  /** Opens another media channel, once; the bot goes on where the caller stopped hearing it. */
  async #mend(): Promise<void> {
    const { ari } = this.#options;
    const lost = this.#media;
    const media = (this.#media = this.#newMediaLeg());
    try {
      await Promise.all([lost.close(), media.open()]);
      await ari.addToBridge(this.#bridgeId, [media.channelId]);
      this.player.attach(media);
      this.#attached = true;
    } catch (error) {
      await media.close();
      if (this.ended.aborted) return;
      this.#log.error({ event: 'media.lost', error }, 'no other media socket could be opened');
      await this.#giveUp();
    }
  }

  /** Where Asterisk itself is gone there is nobody to be served in another way. */
  async #giveUp(): Promise<void> {
    if (!this.#options.onMediaLost || !this.#options.ari.connected) return this.leg.lose();
    this.#leftWaiting = true;
    this.leg.letGo();
  }

  #onCallerEvent(event: AriEvent): void {
    if (event.type === 'ChannelDtmfReceived') this.hearing.digit(event.digit);
    if (event.type === 'ChannelHold') this.hearing.held();
    if (event.type === 'ChannelUnhold') this.hearing.unheld();
    this.leg.onEvent(event);
  }
}

/** Waits for all, also if one fails: nothing may still be under way when a failure is told. */
async function settled(steps: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
