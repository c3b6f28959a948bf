/** A phone that calls a real PBX: SIP over UDP, G.711 over RTP. Hundreds of calls of one phone share a socket and a timer. */
import { systemClock, type Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { silentLog, type Log } from '../../../base/log.ts';
import type { G711Law } from '../../../audio/g711.ts';
import type { CallablePhone, DialOptions, PhoneCall, WhenCalled } from '../phone.ts';
import { ALLOWED, Dialog, randomToken } from './dialog.ts';
import type { Credentials } from './digest-auth.ts';
import { Pacer } from './pacer.ts';
import { RtpSession } from './rtp-session.ts';
import { SipCall } from './sip-call.ts';
import { header, responseTo, type SipRequest, type SipResponse } from './sip-message.ts';
import { SipTransport } from './sip-transport.ts';

/** Longer than Parley takes to answer under any load that is tested; shorter than a test's patience. */
const ANSWER_WITHIN_MS = 15_000;

export interface SipPhoneOptions {
  readonly serverHost: string;
  /** 5060 if not given. */
  readonly serverPort?: number;
  /** PCMU if not given. */
  readonly codec?: G711Law;
  /** The address that the server can reach this phone at; 127.0.0.1 if not given. */
  readonly localHost?: string;
  /** For a server that asks who is calling. */
  readonly credentials?: Credentials;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
}

/** Rejects when the local address cannot be had. */
export async function createSipPhone(options: SipPhoneOptions): Promise<CallablePhone> {
  return SipPhone.open(options);
}

class SipPhone implements CallablePhone {
  readonly #options: Required<Omit<SipPhoneOptions, 'credentials'>> & Pick<SipPhoneOptions, 'credentials'>;
  readonly #pacer: Pacer;
  readonly #calls = new Map<string, { readonly call: SipCall; readonly dialog: Dialog }>();
  readonly #dialling = new Set<Promise<unknown>>();
  #transport!: SipTransport;
  #how: WhenCalled = 'busy';
  /** Calls that are let ring, by Call-ID. */
  readonly #ringing = new Map<string, SipRequest>();
  #closed: Promise<void> | undefined;

  private constructor(options: SipPhoneOptions) {
    this.#options = {
      serverPort: 5060,
      codec: 'PCMU',
      localHost: '127.0.0.1',
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      ...options,
    };
    this.#pacer = new Pacer(this.#options.clock);
  }

  static async open(options: SipPhoneOptions): Promise<SipPhone> {
    const phone = new SipPhone(options);
    const { localHost, serverHost, serverPort, clock, log } = phone.#options;
    phone.#transport = await SipTransport.open(
      localHost,
      { host: serverHost, port: serverPort },
      clock,
      log,
      {
        onRequest: (request) => phone.#onRequest(request),
        onRepeatedAnswer: (answer) => phone.#calls.get(header(answer, 'call-id'))?.call.acknowledgeAgain(),
      },
    );
    return phone;
  }

  /** At an Asterisk that lets anybody call, over the endpoint for them. */
  get endpoint(): string {
    return `PJSIP/anonymous/sip:phone@${this.#options.localHost}:${this.#transport.localPort}`;
  }

  whenCalled(how: WhenCalled): void {
    this.#how = how;
  }

  dial(extension: string, options: DialOptions = {}): Promise<PhoneCall> {
    if (this.#closed) return Promise.reject(new ParleyError('DIAL_FAILED', 'The phone is closed.'));
    const dialling = this.#dial(extension, options);
    const settled = dialling.catch(() => undefined).finally(() => this.#dialling.delete(settled));
    this.#dialling.add(settled);
    return dialling;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #dial(extension: string, options: DialOptions): Promise<PhoneCall> {
    const { localHost, serverHost, serverPort, credentials } = this.#options;
    const caller = options.callerNumber ?? credentials?.username ?? 'phone';
    const dialog = new Dialog({
      local: `${localHost}:${this.#transport.localPort}`,
      target: `sip:${extension}@${serverHost}:${serverPort}`,
      caller: `sip:${caller}@${serverHost}`,
    });
    const call = await this.#callIn(dialog, options);
    await call.dial(options.answerWithinMs ?? ANSWER_WITHIN_MS);
    return call;
  }

  async #callIn(dialog: Dialog, { betweenClips = 'silence' }: DialOptions): Promise<SipCall> {
    const { localHost, codec, clock, random, credentials } = this.#options;
    const onLost = () => this.#calls.get(dialog.callId)?.call.lost();
    const media = { localHost, codec, clock, pacer: this.#pacer, random, betweenClips, onLost };
    const rtp = await RtpSession.open(media);
    const call = new SipCall(rtp, {
      transport: this.#transport,
      dialog,
      clock,
      localHost,
      codec,
      credentials,
      onOver: () => this.#calls.delete(dialog.callId),
    });
    this.#calls.set(dialog.callId, { call, dialog });
    return call;
  }

  /** Somebody calls this phone. */
  #onInvite(invite: SipRequest): SipResponse {
    const how = this.#how;
    if (how === 'busy') return responseTo(invite, 486, 'Busy Here', { toTag: randomToken(8) });
    if (how === 'decline') return responseTo(invite, 603, 'Decline', { toTag: randomToken(8) });
    const { localHost, serverHost } = this.#options;
    const local = `${localHost}:${this.#transport.localPort}`;
    const dialog = new Dialog({ local, target: invite.uri, caller: `sip:phone@${serverHost}` }, invite);
    if (how === 'ring') this.#ringing.set(header(invite, 'call-id'), invite);
    else void this.#takeUp(invite, dialog, how);
    return responseTo(invite, 180, 'Ringing', { toTag: dialog.localTag, headers: [dialog.contact] });
  }

  async #takeUp(invite: SipRequest, dialog: Dialog, tell: (call: PhoneCall) => void): Promise<void> {
    const call = await this.#callIn(dialog, {});
    this.#transport.respond(call.takeUp(invite));
    tell(call);
  }

  /** Whoever has called has given up. */
  #onCancel(cancel: SipRequest): SipResponse {
    const callId = header(cancel, 'call-id');
    const invite = this.#ringing.get(callId);
    this.#ringing.delete(callId);
    if (!invite) return responseTo(cancel, 481, 'Call/Transaction Does Not Exist', { toTag: randomToken(8) });
    this.#transport.respond(responseTo(invite, 487, 'Request Terminated', { toTag: randomToken(8) }));
    return responseTo(cancel, 200, 'OK', { toTag: randomToken(8) });
  }

  #onRequest(request: SipRequest): SipResponse | undefined {
    const found = this.#calls.get(header(request, 'call-id'));
    if (found?.dialog.matches(request)) return found.call.onRequest(request);
    switch (request.method) {
      case 'ACK':
        return undefined;
      case 'OPTIONS':
        return responseTo(request, 200, 'OK', { toTag: randomToken(8), headers: [['Allow', ALLOWED]] });
      case 'INVITE':
        return this.#onInvite(request);
      case 'CANCEL':
        return this.#onCancel(request);
      default:
        return responseTo(request, 481, 'Call/Transaction Does Not Exist', { toTag: randomToken(8) });
    }
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#calls.values()].map(({ call }) => call.hangup()));
    this.#transport.close();
    await Promise.all(this.#dialling);
  }
}
