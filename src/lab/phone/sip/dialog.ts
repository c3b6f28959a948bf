/** One call's place in SIP: who calls whom, under which tags, and the requests that go with it (RFC 3261, section 12). */
import { randomBytes } from 'node:crypto';
import {
  header,
  headers,
  parameter,
  uriOf,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from './sip-message.ts';

/** All branches of today's SIP begin with it (8.1.1.7). */
const BRANCH_COOKIE = 'z9hG4bK';
export const ALLOWED = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, NOTIFY, REFER';

export interface DialogOptions {
  /** `host:port` that the phone sends from. */
  readonly local: string;
  /** `sip:100@192.0.2.1:5060` */
  readonly target: string;
  /** `sip:1001@192.0.2.1` */
  readonly caller: string;
}

export class Dialog {
  readonly callId: string;
  readonly localTag = randomToken(8);
  readonly #options: DialogOptions;
  #to: string;
  #remoteTarget: string;
  #route: readonly string[] = [];
  #sequence = 0;

  /** With `incoming`, the INVITE of somebody who calls this phone. */
  constructor(options: DialogOptions, incoming?: SipRequest) {
    this.#options = options;
    this.callId = incoming ? header(incoming, 'call-id') : `${randomToken(12)}@parley`;
    this.#to = incoming ? header(incoming, 'from') : `<${options.target}>`;
    const contact = incoming && uriOf(header(incoming, 'contact'));
    this.#remoteTarget = contact ?? options.target;
  }

  get contact(): SipHeader {
    return ['Contact', `<sip:phone@${this.#options.local}>`];
  }

  /** The next request. ACK takes the number of the request that it acknowledges. */
  request(
    method: string,
    extra: readonly SipHeader[] = [],
    body = '',
    acknowledging?: SipRequest,
  ): SipRequest {
    const sequence = acknowledging ? Number.parseInt(header(acknowledging, 'cseq'), 10) : ++this.#sequence;
    return {
      method,
      uri: this.#remoteTarget,
      headers: [
        ['Via', `SIP/2.0/UDP ${this.#options.local};branch=${BRANCH_COOKIE}${randomToken(8)};rport`],
        ['Max-Forwards', '70'],
        ...this.#route.map((route): SipHeader => ['Route', route]),
        ['From', `<${this.#options.caller}>;tag=${this.localTag}`],
        ['To', this.#to],
        ['Call-ID', this.callId],
        ['CSeq', `${sequence} ${method}`],
        this.contact,
        ['Allow', ALLOWED],
        ['User-Agent', 'Parley phone'],
        ...extra,
      ],
      body,
    };
  }

  /** The other side has answered an INVITE: from here on the dialog knows its tag, its address and the way there. */
  established(answer: SipResponse): void {
    this.#to = header(answer, 'to');
    const contact = uriOf(header(answer, 'contact'));
    if (contact) this.#remoteTarget = contact;
    this.#route = headers(answer, 'record-route').toReversed();
  }

  /** True if a request belongs here. */
  matches(request: SipRequest): boolean {
    return (
      header(request, 'call-id') === this.callId && parameter(header(request, 'to'), 'tag') === this.localTag
    );
  }
}

/** The CANCEL of an INVITE: the same transaction, so the same Via, number and tags (9.1). */
export function cancelOf(invite: SipRequest): SipRequest {
  const kept = new Set(['via', 'max-forwards', 'from', 'to', 'call-id']);
  return {
    method: 'CANCEL',
    uri: invite.uri,
    headers: [
      ...invite.headers.filter(([name]) => kept.has(name.toLowerCase())),
      ['CSeq', header(invite, 'cseq').replace('INVITE', 'CANCEL')],
    ],
    body: '',
  };
}

export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
