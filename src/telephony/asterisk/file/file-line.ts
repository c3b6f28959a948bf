/**
 * A call in file mode, on any Asterisk: TALK_DETECT marks the caller's speech, a snoop channel records it, answers are WAV files.
 */
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { deferred } from '../../../base/async.ts';
import type { Capture, Hearing, HearingListener, Line, Party, Variables } from '../../line.ts';
import type { TransferTarget } from '../../transfer-target.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { CallerLeg, lineId } from '../caller-leg.ts';
import { CallerRecording } from './caller-recording.ts';
import { FilePlayer } from './file-player.ts';
import { tolerant } from '../ari/hangup-race.ts';
import { ourName } from '../left-behind.ts';

/**
 * Silence after which Asterisk says that the caller has stopped, ms. Short, because it only detects: the end of a turn is timed by
 * the call. Long enough to bridge the gaps within a word.
 */
const DETECTION_SILENCE_MS = 160;

/** Mean amplitude from which Asterisk takes a frame for speech; its own default, above line noise and below a quiet voice. */
const DETECTION_LEVEL = 256;

/** How long the snoop channel may take to arrive in the application, ms. It takes a few; without it the caller cannot be heard. */
const SNOOP_WITHIN_MS = 2000;

export interface FileLineOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly channelId: string;
  readonly party: Party;
  /** Where answers are written; Asterisk sees it under the same path. */
  readonly mediaDir: string;
}

export class FileLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: Hearing;
  readonly player: FilePlayer;
  readonly #ari: AriPort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channelId: string;
  readonly #snoopId: string;
  readonly #recording: CallerRecording;
  readonly #leg: CallerLeg;
  readonly #unroute: (() => void)[] = [];
  readonly #snoopArrived = deferred();
  #snoopDue = false;
  #listener: HearingListener | undefined;
  #speechStartedAtMs = 0;
  #closing: Promise<void> | undefined;

  constructor(options: FileLineOptions) {
    const { ari, clock, channelId, mediaDir } = options;
    this.id = lineId(channelId);
    this.party = options.party;
    this.#ari = ari;
    this.#clock = clock;
    this.#log = options.log.child({ call: this.id });
    this.#channelId = channelId;
    this.#leg = new CallerLeg({ ari, log: this.#log, channelId });
    this.#snoopId = `parley-ear-${this.id}`;
    const parts = { ari, clock, log: this.#log };
    const prefix = ourName(this.id);
    this.player = new FilePlayer({ ...parts, channelId, mediaDir, prefix });
    this.#recording = new CallerRecording({ ...parts, channelId: this.#snoopId, prefix });
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
    return this.#leg.ended;
  }

  async answer(): Promise<void> {
    await this.#leg.run(async () => {
      await Promise.all([
        this.#ari.setVariable(
          this.#channelId,
          'TALK_DETECT(set)',
          `${DETECTION_SILENCE_MS},${DETECTION_LEVEL}`,
        ),
        this.#startEar(),
      ]);
      await this.#ari.answer(this.#channelId);
    });
  }

  hangup(): Promise<void> {
    return this.#leg.hangup();
  }

  transfer(to: TransferTarget, variables?: Variables): Promise<void> {
    return this.#leg.transfer(to, variables);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.ended.aborted) await this.hangup();
    await this.player.stop();
    await this.#recording.close();
    if (this.#snoopDue) await tolerant(this.#log, 'line.close', () => this.#ari.hangup(this.#snoopId));
    for (const unroute of this.#unroute) unroute();
  }

  async #startEar(): Promise<void> {
    this.#snoopDue = true;
    await this.#ari.snoop(this.#channelId, { snoopId: this.#snoopId, appArgs: 'ear' });
    const cancel = this.#clock.after(SNOOP_WITHIN_MS, () =>
      this.#snoopArrived.reject(
        new ParleyError('ARI_TIMEOUT', 'The channel that hears the caller did not arrive.'),
      ),
    );
    await this.#snoopArrived.promise.finally(cancel);
    await this.#recording.start();
  }

  #onCallerEvent(event: AriEvent): void {
    switch (event.type) {
      case 'ChannelTalkingStarted':
        this.#speechStartedAtMs = event.atMs;
        this.#recording.speechHeard();
        return this.#listener?.speechStarted(event.atMs);
      case 'ChannelTalkingFinished': {
        const endedAtMs = event.atMs - DETECTION_SILENCE_MS;
        this.#recording.pauseHeard();
        return this.#listener?.speechStopped(endedAtMs - event.durationMs, endedAtMs);
      }
      case 'ChannelDtmfReceived':
        return this.#listener?.digit(event.digit);
      default:
        this.#leg.onEvent(event);
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
