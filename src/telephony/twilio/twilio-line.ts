/**
 * A call over a Twilio Media Stream. Twilio plays what it was sent and cannot pause: only a little is on its way at a time, a pause holds the
 * rest back, and a stop clears what is on its way. The call is over with whatever tells of its end first.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { G711_SAMPLE_RATE_HZ, decodeG711, encodeG711 } from '../../audio/g711.ts';
import { LineEnd } from '../line.ts';
import type { Consult, Line, Party, Variables } from '../line.ts';
import type { TransferTarget } from '../transfer-target.ts';
import { CallerAudio } from '../streaming/caller-audio.ts';
import { BUFFERING_PACE } from '../streaming/playout-pace.ts';
import { StreamPlayer } from '../streaming/stream-player.ts';
import type { SpeechDetector } from '../../vad/speech-detector.ts';
import { CLOSED } from './media-socket.ts';
import type { TwilioSocket } from './media-socket.ts';
import { clearMessage, markMessage, mediaMessage } from './media-wire.ts';
import type { TwilioMessage } from './media-wire.ts';
import type { TwilioRest } from './twilio-rest.ts';
import { TWILIO_TRANSFERS, canDial, dialTwiml, requireDial } from './twiml.ts';
import type { Whispers } from './whispers.ts';

export interface TwilioLineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly rest: Pick<TwilioRest, 'end' | 'goOn'>;
  readonly whispers: Pick<Whispers, 'urlFor'>;
  readonly socket: TwilioSocket;
  readonly id: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly party: Party;
  readonly detector: SpeechDetector;
  /** Rings a colleague for this caller. */
  readonly consult?: (caller: TwilioLine, ...asked: Parameters<Consult>) => ReturnType<Consult>;
}

/** Twilio has told of no mark for so long after it was late, ms: a caller who hears nothing has hung up by then. */
const SILENT_FOR_MS = 8500;

export class TwilioLine implements Line {
  readonly id: string;
  readonly transfers = TWILIO_TRANSFERS;
  readonly party: Party;
  readonly hearing: CallerAudio;
  readonly player: StreamPlayer;
  readonly consult: Consult | undefined;
  readonly #options: TwilioLineOptions;
  readonly #log: Log;
  readonly #end = new AbortController();
  #isTransferring = false;
  #cancelStall: CancelTimer = () => undefined;

  constructor(options: TwilioLineOptions) {
    const { clock, consult, detector, id, log, party } = options;
    this.#options = options;
    this.consult = consult && ((...asked) => consult(this, ...asked));
    this.id = id;
    this.party = party;
    this.#log = log.child({ call: id });
    const sampleRateHz = G711_SAMPLE_RATE_HZ;
    this.hearing = new CallerAudio({ clock, sampleRateHz, detector });
    const onStalled = () => this.#onStalled();
    this.player = new StreamPlayer({ clock, log: this.#log, sampleRateHz, pace: BUFFERING_PACE, onStalled });
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  get callSid(): string {
    return this.#options.callSid;
  }

  /** Twilio has answered before it opened the stream: from now on the bot may speak. */
  async answer(): Promise<void> {
    this.#requireLife();
    const { socket, streamSid } = this.#options;
    const tell = (text: string) => {
      if (!this.ended.aborted) socket.send(text);
    };
    this.player.attach({
      sendAudio: (data) =>
        tell(mediaMessage(streamSid, encodeG711({ sampleRateHz: G711_SAMPLE_RATE_HZ, data }, 'PCMU'))),
      mark: (id) => tell(markMessage(streamSid, id)),
      pause: () => undefined,
      resume: () => undefined,
      flush: () => tell(clearMessage(streamSid)),
    });
  }

  async hangup(): Promise<void> {
    if (this.ended.aborted) return;
    this.over('us');
    try {
      await this.#options.rest.end(this.#options.callSid);
    } catch (error) {
      // The stream is closed, and nothing stands behind it in the document: that ends the call as well.
      if (!isParleyError(error, 'TWILIO_CALL_GONE'))
        this.#log.warn({ event: 'line.hangup', error }, 'Twilio was not told to hang up');
    }
  }

  /** Whether anybody answers there cannot be known; that there is no dialplan can. */
  hasPlace(to: TransferTarget): Promise<boolean> {
    return Promise.resolve(canDial(to));
  }

  /** Throws LINE_ENDED, TRANSFER_NOWHERE for what Twilio cannot dial, or TWILIO_*: then the caller is still here. */
  async transfer(to: TransferTarget, variables?: Variables): Promise<void> {
    this.#requireLife();
    requireDial(to);
    const callerId = this.party.dialled || undefined;
    const whisperUrl = this.#options.whispers.urlFor(variables);
    await this.goOn(dialTwiml(to, { callerId, whisperUrl }));
  }

  /** The call goes on by this document, and is no longer Parley's. Throws LINE_ENDED, or TWILIO_*: then it still is. */
  async goOn(document: string): Promise<void> {
    this.#requireLife();
    // Twilio may close the stream before it has answered the request.
    this.#isTransferring = true;
    try {
      await this.#options.rest.goOn(this.callSid, document);
    } catch (error) {
      this.#isTransferring = false;
      if (isParleyError(error, 'TWILIO_CALL_GONE'))
        throw new ParleyError('LINE_ENDED', 'The caller is gone.', { cause: error });
      throw error;
    }
    this.over('transferred');
  }

  async close(): Promise<void> {
    await this.hangup();
    this.#cancelStall();
    this.player.close();
    this.hearing.close();
  }

  /** To be given all that is said of this stream after its start. */
  onMessage(message: Exclude<TwilioMessage, { event: 'connected' | 'start' }>): void {
    if (this.ended.aborted) return;
    switch (message.event) {
      case 'media': {
        const { data } = decodeG711(Buffer.from(message.media.payload, 'base64'), 'PCMU');
        if (data.byteLength > 0) this.hearing.arrived(data, this.#options.clock.nowMs());
        return;
      }
      case 'dtmf':
        return this.hearing.digit(message.dtmf.digit);
      case 'mark':
        this.#cancelStall();
        return this.player.markPlayed(message.mark.name, this.#options.clock.nowMs());
      case 'stop':
        return this.over('caller');
    }
  }

  /** The end, told by whichever comes first; what is told later changes nothing. The socket is closed with it. */
  over(by: LineEnd['by']): void {
    if (this.ended.aborted) return;
    const end = new LineEnd(this.#isTransferring && by === 'caller' ? 'transferred' : by);
    this.#cancelStall();
    this.#options.socket.close(CLOSED.normally);
    this.#end.abort(end);
    this.#log.info({ event: 'twilio.ended', by: end.by }, 'the stream of a call is closed');
  }

  #requireLife(): void {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.');
  }

  #onStalled(): void {
    this.#log.warn({ event: 'media.stalled' }, 'Twilio does not tell what it has played');
    this.#cancelStall();
    this.#cancelStall = this.#options.clock.after(SILENT_FOR_MS, () => this.over('lost'));
  }
}
