/**
 * One UDP socket to one SIP server, and what makes UDP reliable: requests are repeated until they are answered, answers are repeated
 * when the request is (RFC 3261, section 17).
 */
import { createSocket, type Socket } from 'node:dgram';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import {
  formatSip,
  header,
  isRequest,
  methodOf,
  parameter,
  parseSip,
  responseTo,
  type SipRequest,
  type SipResponse,
} from './sip-message.ts';

/** T1, the round trip that RFC 3261 assumes (17.1.1.1): the first repetition comes after it, each next after twice as long. */
const T1_MS = 500;
/** T2: no repetition of anything but INVITE waits longer. */
const T2_MS = 4_000;
/** 64 × T1: after this without an answer a request has failed. */
export const TRANSACTION_TIMEOUT_MS = 64 * T1_MS;
/** Refusals (ICMP port unreachable) until a request has failed. One may be the late echo of an earlier packet. */
const REFUSALS_UNTIL_FAILED = 2;
/** How many acknowledgements and answers are kept for repeated messages; far more than are on their way at once. */
const REMEMBERED = 1_000;

export interface SipListener {
  /** A request, once however often it is repeated. The answer is sent and remembered; none is given to ACK. */
  onRequest(request: SipRequest): SipResponse | undefined;
  /** A final answer to an INVITE that had its final answer already: a repeated 200 wants its ACK again. */
  onRepeatedAnswer(response: SipResponse): void;
}

interface Transaction {
  readonly request: SipRequest;
  readonly onProvisional: ((response: SipResponse) => void) | undefined;
  readonly settle: (response: SipResponse) => void;
  cancelRepeat: CancelTimer;
  refusals: number;
  proceeding: boolean;
}

export class SipTransport {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listener: SipListener;
  readonly #transactions = new Map<string, Transaction>();
  readonly #sentAcks = new Map<string, string>();
  readonly #sentAnswers = new Map<string, string>();
  #closed = false;

  private constructor(socket: Socket, clock: Clock, log: Log, listener: SipListener) {
    this.#socket = socket;
    this.#clock = clock;
    this.#log = log;
    this.#listener = listener;
    socket.on('message', (datagram) => this.#receive(datagram.toString('utf8')));
    socket.on('error', () => this.#refused());
  }

  /** Rejects when the local address cannot be had. */
  static async open(
    local: string,
    server: { readonly host: string; readonly port: number },
    clock: Clock,
    log: Log,
    listener: SipListener,
  ): Promise<SipTransport> {
    const socket = await connectedSocket(local, server);
    return new SipTransport(socket, clock, log, listener);
  }

  get localPort(): number {
    return this.#socket.address().port;
  }

  /**
   * Sends a request and resolves with its final answer. Never rejects: no answer within `withinMs` is a 408, nobody there is a 503, as
   * RFC 3261 (8.1.3.1) has it.
   */
  request(
    request: SipRequest,
    withinMs = TRANSACTION_TIMEOUT_MS,
    onProvisional?: (response: SipResponse) => void,
  ): Promise<SipResponse> {
    const key = transactionKey(request);
    return new Promise((resolve) => {
      const cancelTimeout = this.#clock.after(withinMs, () => this.#fail(key, 408, 'No answer'));
      const transaction: Transaction = {
        request,
        onProvisional,
        settle: (response) => {
          cancelTimeout();
          transaction.cancelRepeat();
          this.#transactions.delete(key);
          resolve(response);
        },
        cancelRepeat: () => undefined,
        refusals: 0,
        proceeding: false,
      };
      this.#transactions.set(key, transaction);
      if (this.#closed) return this.#fail(key, 503, 'The phone is closed');
      this.#sendRepeatedly(transaction, T1_MS);
    });
  }

  /** Sends a message that nobody answers: an ACK. */
  send(request: SipRequest): void {
    this.#write(formatSip(request));
  }

  /** A later answer to a request that had a provisional one. */
  respond(response: SipResponse): void {
    const text = formatSip(response);
    remember(this.#sentAnswers, transactionKey(response), text);
    this.#write(text);
  }

  /** Fails what is still unanswered and closes the socket. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const key of [...this.#transactions.keys()]) this.#fail(key, 503, 'The phone is closed');
    this.#socket.close();
  }

  #sendRepeatedly(transaction: Transaction, nextMs: number): void {
    this.#write(formatSip(transaction.request));
    transaction.cancelRepeat = this.#clock.after(nextMs, () => {
      const isInvite = transaction.request.method === 'INVITE';
      if (isInvite && transaction.proceeding) return;
      this.#sendRepeatedly(transaction, isInvite ? nextMs * 2 : Math.min(nextMs * 2, T2_MS));
    });
  }

  #fail(key: string, status: number, reason: string): void {
    const transaction = this.#transactions.get(key);
    transaction?.settle(responseTo(transaction.request, status, reason));
  }

  #refused(): void {
    for (const [key, transaction] of [...this.#transactions])
      if (++transaction.refusals >= REFUSALS_UNTIL_FAILED) this.#fail(key, 503, 'Nobody listens there');
  }

  #receive(datagram: string): void {
    const message = parseSip(datagram);
    if (!message) return;
    this.#log.debug({ event: 'sip_received', message: datagram }, 'SIP message received');
    if (isRequest(message)) this.#receiveRequest(message);
    else this.#receiveResponse(message);
  }

  #receiveRequest(request: SipRequest): void {
    const key = transactionKey(request);
    const before = this.#sentAnswers.get(key);
    if (before !== undefined) return this.#write(before);
    const answer = this.#listener.onRequest(request);
    if (!answer) return;
    const text = formatSip(answer);
    remember(this.#sentAnswers, key, text);
    this.#write(text);
  }

  #receiveResponse(response: SipResponse): void {
    const key = transactionKey(response);
    const transaction = this.#transactions.get(key);
    if (!transaction) return this.#receiveRepeated(key, response);
    if (response.status < 200) {
      transaction.proceeding = true;
      transaction.onProvisional?.(response);
      return;
    }
    if (transaction.request.method === 'INVITE' && response.status >= 300)
      this.#acknowledge(key, transaction.request, response);
    transaction.settle(response);
  }

  #receiveRepeated(key: string, response: SipResponse): void {
    const ack = this.#sentAcks.get(key);
    if (ack !== undefined) this.#write(ack);
    else if (methodOf(response) === 'INVITE' && response.status >= 200)
      this.#listener.onRepeatedAnswer(response);
  }

  /** The ACK of a refusal belongs to the INVITE's own transaction (17.1.1.3). */
  #acknowledge(key: string, invite: SipRequest, refusal: SipResponse): void {
    const ack = formatSip({
      method: 'ACK',
      uri: invite.uri,
      headers: [
        ['Via', header(invite, 'via')],
        ['Max-Forwards', '70'],
        ['From', header(invite, 'from')],
        ['To', header(refusal, 'to')],
        ['Call-ID', header(invite, 'call-id')],
        ['CSeq', header(invite, 'cseq').replace('INVITE', 'ACK')],
      ],
      body: '',
    });
    remember(this.#sentAcks, key, ack);
    this.#write(ack);
  }

  #write(text: string): void {
    if (this.#closed) return;
    this.#log.debug({ event: 'sip_sent', message: text }, 'SIP message sent');
    // A datagram that could not be sent is one that was lost: repeating is the answer to both.
    this.#socket.send(text, () => undefined);
  }
}

/** A UDP socket that talks to one address only. Rejects when either address cannot be had. */
function connectedSocket(
  local: string,
  remote: { readonly host: string; readonly port: number },
): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => socket.close(() => reject(error));
    socket.once('error', fail);
    socket.bind(0, local, () => {
      socket.connect(remote.port, remote.host, (error?: Error) => {
        socket.off('error', fail);
        if (error) fail(error);
        else resolve(socket);
      });
    });
  });
}

function transactionKey(message: SipRequest | SipResponse): string {
  return `${parameter(header(message, 'via'), 'branch') ?? header(message, 'call-id')} ${methodOf(message)}`;
}

function remember(map: Map<string, string>, key: string, text: string): void {
  map.set(key, text);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
