/** What Twilio asks of a service and tells it: forms by POST, signed, at the addresses by which the world reaches it. */
import type { ProtocolFault, TwilioFaults } from './faults.ts';
import { signed, type Fields } from './signing.ts';

export interface WebhooksOptions {
  readonly authToken: string;
  readonly faults: TwilioFaults;
  /** Where an address of the world is found on this machine: what a proxy with its certificate does elsewhere. */
  readonly reach: (url: string) => string;
  readonly onFault: (fault: ProtocolFault) => void;
}

/** In all: then Twilio has error 11205. */
const ANSWER_WITHIN_MS = 15_000;

const CODES = { unreachable: 11_205, status: 11_200, differs: 11_751 } as const;

export interface WebhookAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export class Webhooks {
  readonly #options: WebhooksOptions;
  #asked = 0;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Undefined if nothing came; that is a fault, as is any status but 2xx. Never rejects. */
  async post(callSid: string, url: string, fields: Fields): Promise<WebhookAnswer | undefined> {
    const token = `${callSid}-${this.#asked++}`;
    const asked = [this.#ask(callSid, url, fields, token)];
    if (this.#options.faults.duplicateWebhooks) asked.push(this.#ask(callSid, url, fields, token));
    const [answer, again] = await Promise.all(asked);
    if (again && again.body !== answer?.body)
      this.#fault(callSid, CODES.differs, `${url} answers a repetition otherwise`);
    return answer;
  }

  async #ask(
    callSid: string,
    url: string,
    fields: Fields,
    token: string,
  ): Promise<WebhookAnswer | undefined> {
    const [address = ''] = url.split('#');
    try {
      const response = await fetch(this.#options.reach(address), {
        method: 'POST',
        headers: {
          'x-twilio-signature': signatureWith(this.#options, address, fields),
          'i-twilio-idempotency-token': token,
        },
        body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])),
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const body = await response.text();
      if (!response.ok) this.#fault(callSid, CODES.status, `${address} answers ${response.status}`);
      return { status: response.status, type: response.headers.get('content-type') ?? '', body };
    } catch (error) {
      this.#fault(callSid, CODES.unreachable, `${address}: ${String(error)}`);
      return undefined;
    }
  }

  #fault(callSid: string, code: number, what: string): void {
    this.#options.onFault({ callSid, code, what });
  }
}

export function signatureWith(
  { authToken, faults }: Pick<WebhooksOptions, 'authToken' | 'faults'>,
  url: string,
  fields: Fields = [],
): string {
  if (faults.signature === 'wrong') return signed(`${authToken}x`, url, fields);
  return signed(authToken, faults.signature === 'withSlash' ? withSlash(url) : url, fields);
}

function withSlash(url: string): string {
  const [path = '', ...query] = url.split('?');
  return [`${path.replace(/\/$/, '')}/`, ...query].join('?');
}
