/**
 * A call in file mode, on any Asterisk: TALK_DETECT marks the caller's speech, a snoop channel records it, answers are WAV files.
 */
import { durationMs, slice } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { deferred } from '../../../base/async.ts';
import { unansweredAfter } from '../../../base/unanswered-after.ts';
import type { Capture, Hearing, HearingListener, Line, Party, Variables } from '../../line.ts';
import type { Consult } from '../../line.ts';
import type { TransferTarget } from '../../transfer-target.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { CallerLeg, lineId } from '../caller-leg.ts';
import type { Colleagues, WaitingCaller } from '../colleagues.ts';
import { HandOver } from '../hand-over.ts';
import { CallerRecording } from './caller-recording.ts';
import { FilePlayer } from './file-player.ts';
import { noiseIn, noiseWithoutPause, QUIET_LINE_LEVEL, speechLevelOver } from './noise-level.ts';
import { DETECTION_SILENCE_MS, TalkDetection } from './talk-detection.ts';
import { TalkWatch } from './talk-watch.ts';
import { tolerant } from '../ari/hangup-race.ts';
import { ourName } from '../left-behind.ts';

/** The beginning of a sound, and the delay of the event that told it, say nothing of how steady it is, ms. */
const ONSET_MS = 100;

/** By so much must another level of detection differ from the present one to be worth a request, as a share. */
const LEVEL_STEP = 0.2;

/** How long the snoop channel may take to arrive in the application, ms. It takes a few; without it the caller cannot be heard. */
const SNOOP_WITHIN_MS = 2000;

export interface FileLineOptions {
  readonly ari: AriPort;
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
  /** Where answers are written; Asterisk sees it under the same path. */
  readonly mediaDir: string;
}

export class FileLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: Hearing;
  readonly player: FilePlayer;
  readonly consult: Consult | undefined;
  readonly #ari: AriPort;
  readonly #handOver: HandOver;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channelId: string;
  readonly #snoopId: string;
  readonly #recording: CallerRecording;
  readonly leg: CallerLeg;
  readonly #unroute: (() => void)[] = [];
  readonly #snoopArrived = deferred();
  readonly #detection: TalkDetection;
  readonly #talk: TalkWatch;
  #snoopDue = false;
  #listener: HearingListener | undefined;
  #speechStartedAtMs = 0;
  #closing: Promise<void> | undefined;

  constructor(options: FileLineOptions) {
    const { ari, clock, channelId, colleagues, mediaDir } = options;
    this.id = options.id ?? lineId(channelId);
    this.party = options.party;
    this.#ari = ari;
    this.#clock = clock;
    this.#log = options.log.child({ call: this.id });
    this.#channelId = channelId;
    this.leg = new CallerLeg({ ari, log: this.#log, channelId, mayBeMoved: options.mayBeMoved });
    this.#handOver = new HandOver({ leg: this.leg, clock, colleagues, waiting: () => this.#waiting });
    this.consult = this.#handOver.consult;
    this.#snoopId = `parley-ear-${this.id}`;
    const parts = { ari, clock, log: this.#log };
    const prefix = ourName(this.id);
    this.player = new FilePlayer({ ...parts, channelId, mediaDir, prefix });
    this.#recording = new CallerRecording({
      ...parts,
      channelId: this.#snoopId,
      prefix,
      onFetched: (pcm) => this.#learn(pcm),
      isNoisy: () => this.#detection.level > QUIET_LINE_LEVEL,
    });
    this.#detection = new TalkDetection({
      ...parts,
      channelId,
      isPlaying: () => this.player.isPlaying,
      ended: this.ended,
    });
    this.#talk = new TalkWatch({
      clock,
      askAgain: () => this.#detection.again(),
      learn: async () => {
        const before = this.#detection.level;
        await this.#recording.look();
        return this.#detection.level > before ? 'noise' : 'unknown';
      },
      onStarted: (atMs) => {
        this.#speechStartedAtMs = atMs;
        this.#recording.speechHeard();
        this.#listener?.speechStarted(atMs);
      },
      onStopped: (startedAtMs, endedAtMs) => {
        this.#recording.pauseHeard();
        this.#listener?.speechStopped(startedAtMs, endedAtMs);
      },
    });
    this.hearing = {
      detectionSilenceMs: DETECTION_SILENCE_MS,
      listen: (listener) => (this.#listener = listener),
      capture: (preRollMs): Capture => this.#recording.capture(this.#speechStartedAtMs, preRollMs),
    };
    // Nobody may be waiting for the ear at the moment it is lost.
    this.#snoopArrived.promise.catch(() => undefined);
    this.#unroute.push(
      ari.route(channelId, (event) => this.#onCallerEvent(event)),
      ari.route(this.#snoopId, (event) => this.#onSnoopEvent(event)),
    );
  }

  get ended(): AbortSignal {
    return this.leg.ended;
  }

  async answer(): Promise<void> {
    await this.leg.run(async () => {
      await Promise.all([this.#detection.begin(), this.#startEar()]);
      await this.#ari.answer(this.#channelId);
    });
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
    return { id, party, leg, comeBack: () => Promise.resolve() };
  }

  letGo(): void {
    this.leg.moved();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#talk.close();
    if (!this.ended.aborted) await this.hangup();
    await this.player.stop();
    await this.#recording.close();
    if (this.#snoopDue) await tolerant(this.#log, 'line.close', () => this.#ari.hangup(this.#snoopId));
    for (const unroute of this.#unroute) unroute();
  }

  async #startEar(): Promise<void> {
    this.#snoopDue = true;
    await this.#ari.snoop(this.#channelId, { snoopId: this.#snoopId, appArgs: 'ear' });
    const cancel = unansweredAfter(this.#clock, SNOOP_WITHIN_MS, () =>
      this.#snoopArrived.reject(
        new ParleyError('ARI_TIMEOUT', 'The channel that hears the caller did not arrive.'),
      ),
    );
    await this.#snoopArrived.promise.finally(cancel);
    await this.#recording.start();
  }

  /** How loud the line is while nobody speaks. */
  #learn(pcm: Pcm): void {
    const noise = this.#noiseIn(pcm);
    if (noise === undefined) return;
    const level = speechLevelOver(noise);
    const { level: present } = this.#detection;
    if (Math.abs(level - present) >= present * LEVEL_STEP) this.#detection.setLevel(level);
  }

  #noiseIn(pcm: Pcm): number | undefined {
    const { speakingSinceMs } = this.#talk;
    if (speakingSinceMs === undefined) return noiseIn(pcm);
    const lastsMs = this.#clock.nowMs() - speakingSinceMs - ONSET_MS;
    return noiseWithoutPause(slice(pcm, Math.max(0, durationMs(pcm) - lastsMs)));
  }

  #onCallerEvent(event: AriEvent): void {
    switch (event.type) {
      case 'ChannelTalkingStarted':
        return this.#talk.started(event.atMs);
      case 'ChannelTalkingFinished':
        return this.#talk.finished(event.atMs, event.durationMs);
      case 'ChannelDtmfReceived':
        return this.#listener?.digit(event.digit);
      case 'ChannelHold':
        this.#talk.interrupted(event.atMs);
        return this.#listener?.held?.();
      case 'ChannelUnhold':
        return this.#listener?.unheld?.();
      default:
        this.leg.onEvent(event);
        return this.player.onEvent(event);
    }
  }

  #onSnoopEvent(event: AriEvent): void {
    if (event.type === 'StasisStart') this.#snoopArrived.resolve();
    if (event.type === 'StasisEnd' || event.type === 'ChannelDestroyed' || event.type === 'ChannelGone') {
      this.#snoopArrived.reject(new ParleyError('LINE_ENDED', 'The channel that hears the caller is gone.'));
    }
    this.#recording.onEvent(event);
  }
}
