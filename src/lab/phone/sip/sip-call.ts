/** A call of the SIP phone, from the dialling to its end. */
import { deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import type { G711Law } from '../../../audio/g711.ts';
import type { PhoneCall, StreamQuality, Span, Track } from '../phone.ts';
import { cancelOf, randomToken, type Dialog } from './dialog.ts';
import { answerChallenge, type Credentials } from './digest-auth.ts';
import type { RtpSession } from './rtp-session.ts';
import { describeMedia, OPPOSITE, readMedia, speaks, type Direction, type RemoteMedia } from './sdp.ts';
import {
  header,
  responseTo,
  uriOf,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from './sip-message.ts';
import { TRANSACTION_TIMEOUT_MS, type SipTransport } from './sip-transport.ts';

/** After CANCEL the INVITE is answered at once (487); without an answer the call counts as given up all the same. */
const CANCELLED_WITHIN_MS = 4_000;
/** Longer than any PBX that is alive takes to confirm a BYE; shorter than anybody wants to wait for one that is dead. */
const BYE_WITHIN_MS = 4_000;
/** As long, for a call to be put on hold. */
const HOLD_WITHIN_MS = 4_000;

/** How it is said that nothing of what was offered can be spoken: unsupported media type, not acceptable here, nor anywhere. */
const NO_CODEC_STATUSES: readonly number[] = [415, 488, 606];

const SDP_TYPE: SipHeader = ['Content-Type', 'application/sdp'];

export interface SipCallOptions {
  readonly transport: SipTransport;
  readonly dialog: Dialog;
  readonly clock: Clock;
  readonly localHost: string;
  readonly codec: G711Law;
  readonly credentials: Credentials | undefined;
  /** The call is over and needs no more requests. */
  readonly onOver: () => void;
}

type Ending = Awaited<PhoneCall['ended']>;

export class SipCall implements PhoneCall {
  readonly #options: SipCallOptions;
  readonly #rtp: RtpSession;
  readonly #ended = deferred<Ending>();
  readonly ended = this.#ended.promise;
  #ending: Ending | undefined;
  #hangingUp: Promise<void> | undefined;
  /** Nobody waits for an answer any more. */
  #gaveUp = false;
  #cancelInvite: () => void = () => undefined;
  #acknowledgement: SipRequest | undefined;
  #referredTo: string | undefined;
  /** It came in, and was answered. */
  #isTaken = false;
  #answeredAtMs = 0;
  #descriptions = 0;

  constructor(rtp: RtpSession, options: SipCallOptions) {
    this.#rtp = rtp;
    this.#options = options;
  }

  get answeredAtMs(): number {
    return this.#answeredAtMs;
  }

  /** Rejects with DIAL_FAILED or DIAL_NO_CODEC unless the other side answers in time; then nothing of the call is left. */
  async dial(answerWithinMs: number): Promise<void> {
    let outcome = await this.#invite([], answerWithinMs);
    const { credentials, codec } = this.#options;
    if (credentials && !this.#gaveUp && (outcome.answer.status === 401 || outcome.answer.status === 407)) {
      const proof = answerChallenge(outcome.answer, outcome.invite, credentials, randomToken(8));
      if (proof) outcome = await this.#invite([proof], answerWithinMs);
    }
    const { invite, answer } = outcome;
    if (answer.status >= 200 && answer.status < 300) this.#establish(invite, answer);
    const remote = readMedia(answer.body);
    if (this.#acknowledgement && !this.#gaveUp && speaks(remote, codec)) return this.#startMedia(remote);
    // Whoever has answered has a call until it is told otherwise.
    if (this.#acknowledgement) await this.#sayBye();
    this.#end('us');
    if (this.#gaveUp)
      throw new ParleyError(
        'DIAL_FAILED',
        `${invite.uri} did not take the call: ${this.#whyGivenUp(answerWithinMs)}.`,
      );
    const hasNoCodec = this.#acknowledgement !== undefined || NO_CODEC_STATUSES.includes(answer.status);
    throw new ParleyError(
      hasNoCodec ? 'DIAL_NO_CODEC' : 'DIAL_FAILED',
      `${invite.uri} did not take the call: ${answer.status} ${answer.reason}${hasNoCodec ? `, and no ${codec}` : ''}.`,
    );
  }

  /** It came in: takes it, and returns the answer that is to be sent. */
  takeUp(invite: SipRequest): SipResponse {
    const { dialog } = this.#options;
    const remote = readMedia(invite.body);
    this.#isTaken = true;
    if (remote) this.#startMedia(remote);
    return responseTo(invite, 200, 'OK', {
      toTag: dialog.localTag,
      headers: [dialog.contact, SDP_TYPE],
      body: this.#describe(remote && OPPOSITE[remote.direction]),
    });
  }

  async say(speech: Pcm): Promise<Span> {
    this.#mustBeUp();
    return this.#rtp.voice.say(speech);
  }

  async sendDigit(digit: string): Promise<void> {
    this.#mustBeUp();
    await this.#rtp.voice.sendDigit(digit);
  }

  async hold(): Promise<() => Promise<void>> {
    this.#rtp.voice.isHeld = true;
    await this.#offer('sendonly');
    return async () => {
      await this.#offer('sendrecv');
      this.#rtp.voice.isHeld = false;
    };
  }

  hangup(): Promise<void> {
    this.#hangingUp ??= this.#acknowledgement || this.#isTaken ? this.#sayBye() : this.#stopDialling();
    return this.#hangingUp;
  }

  heard(): Track {
    return this.#rtp.heard(this.answeredAtMs, this.#untilMs());
  }

  said(): Track {
    return this.#rtp.voice.said(this.answeredAtMs, this.#untilMs());
  }

  get referredTo(): string | undefined {
    return this.#referredTo;
  }

  get soundHeardAtMs(): number | undefined {
    return this.#rtp.soundHeardAtMs;
  }

  get unheardPayloadTypes(): readonly number[] {
    return this.#rtp.unheardPayloadTypes;
  }

  streamQuality(): StreamQuality {
    return this.#rtp.streamQuality();
  }

  /** A request of the other side within this call. */
  onRequest(request: SipRequest): SipResponse | undefined {
    switch (request.method) {
      case 'ACK':
        this.#follow(request);
        return undefined;
      case 'BYE':
        void this.#rtp.heardOut().then(() => this.#end('them'));
        return responseTo(request, 200, 'OK');
      case 'REFER':
        return this.#onRefer(request);
      case 'INVITE':
      case 'UPDATE':
        return this.#renegotiate(request);
      default:
        return responseTo(request, 200, 'OK');
    }
  }

  /** Somebody else is to be called instead: takes that on, and leaves, as one does who has called there. */
  #onRefer(request: SipRequest): SipResponse {
    this.#referredTo = uriOf(header(request, 'refer-to'));
    void this.#leave();
    return responseTo(request, 202, 'Accepted', { headers: [this.#options.dialog.contact] });
  }

  /** Tells that it was answered there (RFC 3515, 2.4.5), and hangs up here. */
  async #leave(): Promise<void> {
    const { dialog, transport } = this.#options;
    const told: readonly SipHeader[] = [
      ['Event', 'refer'],
      ['Subscription-State', 'terminated;reason=noresource'],
      ['Content-Type', 'message/sipfrag;version=2.0'],
    ];
    await transport.request(dialog.request('NOTIFY', told, 'SIP/2.0 200 OK\r\n'), BYE_WITHIN_MS);
    await this.hangup();
  }

  /** The 200 came again, so its ACK was lost. */
  acknowledgeAgain(): void {
    if (this.#acknowledgement) this.#options.transport.send(this.#acknowledgement);
  }

  /** The other side's media port has gone, and no BYE will come. */
  lost(): void {
    this.#end('network');
  }

  async #invite(
    extra: readonly SipHeader[],
    answerWithinMs: number,
  ): Promise<{ readonly invite: SipRequest; readonly answer: SipResponse }> {
    const { transport, clock, dialog } = this.#options;
    const invite = dialog.request('INVITE', [SDP_TYPE, ...extra], this.#describe());
    let rings = false;
    const cancel = () => {
      // Before anything came back there is nothing to cancel; the cancelling waits for the first sign of life (9.1).
      if (this.#gaveUp && rings) void transport.request(cancelOf(invite), CANCELLED_WITHIN_MS);
    };
    this.#cancelInvite = cancel;
    const cancelTimer = clock.after(answerWithinMs, () => this.#giveUp());
    const limitMs = Math.max(
      answerWithinMs + CANCELLED_WITHIN_MS,
      Math.min(answerWithinMs, TRANSACTION_TIMEOUT_MS),
    );
    const answer = await transport.request(invite, limitMs, () => {
      if (rings) return;
      rings = true;
      cancel();
    });
    cancelTimer();
    this.#cancelInvite = () => undefined;
    return { invite, answer };
  }

  #whyGivenUp(answerWithinMs: number): string {
    return this.#hangingUp
      ? 'it was given up before an answer'
      : `there was no answer within ${answerWithinMs} ms`;
  }

  #giveUp(): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    this.#cancelInvite();
  }

  #establish(invite: SipRequest, answer: SipResponse): void {
    const { dialog, transport } = this.#options;
    dialog.established(answer);
    this.#acknowledgement = dialog.request('ACK', [], '', invite);
    transport.send(this.#acknowledgement);
  }

  #startMedia(remote: RemoteMedia): void {
    this.#answeredAtMs = this.#options.clock.nowMs();
    this.#rtp.talkTo(remote);
  }

  /** A re-INVITE or UPDATE: the media may move; who offers nothing is told what this phone has, and answers that in the ACK. */
  #renegotiate(request: SipRequest): SipResponse {
    const { dialog } = this.#options;
    if (request.body === '' && request.method === 'UPDATE')
      return responseTo(request, 200, 'OK', { headers: [dialog.contact] });
    // A picture, or another codec: the call goes on as it was.
    if (request.body !== '' && !this.#follow(request)) return responseTo(request, 488, 'Not Acceptable Here');
    const remote = readMedia(request.body);
    return responseTo(request, 200, 'OK', {
      headers: [dialog.contact, SDP_TYPE],
      body: this.#describe(remote && OPPOSITE[remote.direction]),
    });
  }

  /** Tells whether there was anywhere to follow to. */
  #follow({ body }: SipRequest): boolean {
    const remote = readMedia(body);
    const isHeard = speaks(remote, this.#options.codec);
    if (isHeard) this.#rtp.talkTo(remote);
    return isHeard;
  }

  async #offer(direction: Direction): Promise<void> {
    this.#mustBeUp();
    const { transport, dialog } = this.#options;
    const invite = dialog.request('INVITE', [SDP_TYPE], this.#describe(direction));
    const { status, reason } = await transport.request(invite, HOLD_WITHIN_MS);
    if (status >= 300)
      throw new ParleyError('DIAL_FAILED', `The call cannot be ${direction}: ${status} ${reason}.`);
    this.#acknowledgement = dialog.request('ACK', [], '', invite);
    transport.send(this.#acknowledgement);
  }

  #describe(direction: Direction = 'sendrecv'): string {
    return describeMedia({
      host: this.#options.localHost,
      port: this.#rtp.localPort,
      codec: this.#options.codec,
      direction,
      version: ++this.#descriptions,
    });
  }

  /** It was not answered yet. Resolves when it never will be, or the other side gives no sign of life. */
  async #stopDialling(): Promise<void> {
    const patience = deferred();
    const cancel = this.#options.clock.after(CANCELLED_WITHIN_MS, patience.resolve);
    this.#giveUp();
    await Promise.race([this.ended, patience.promise]);
    cancel();
  }

  async #sayBye(): Promise<void> {
    if (this.#ending) return;
    const { transport, dialog } = this.#options;
    const answer = await transport.request(dialog.request('BYE'), BYE_WITHIN_MS);
    // 481: the other side had ended it already, or has forgotten it in a restart.
    const confirmed = answer.status < 400 || answer.status === 481;
    this.#end(confirmed ? 'us' : 'network');
  }

  #end(by: Ending['by']): void {
    if (this.#ending) return;
    this.#ending = { by, atMs: this.#options.clock.nowMs() };
    this.#rtp.close();
    this.#ended.resolve(this.#ending);
    this.#options.onOver();
  }

  #untilMs(): number {
    return this.#ending?.atMs ?? this.#options.clock.nowMs();
  }

  #mustBeUp(): void {
    if (this.#ending) throw new ParleyError('LINE_ENDED', 'The call is over.');
  }
}
