/** Signed requests: nobody else can have made them, changed them, or send them a second time. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SpeechRefusal } from '../refusal.ts';
import type { Ledger } from './ledger.ts';

export const SIGNATURE_HEADER = 'x-parley-signature';

/** How far the two clocks may be apart, seconds; a signature is known as long, so that none is taken twice. */
const WINDOW_SECONDS = 300;

export interface SignedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** As it came. */
  readonly body: Uint8Array;
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 of `t.METHOD.PATH.` and the body. */
export function signatureOf(request: SignedRequest, secret: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${digest(request, secret, atSeconds).toString('hex')}`;
}

export class SignatureCheck {
  readonly #secret: string;
  readonly #nowSeconds: () => number;
  readonly #ledger: Ledger;

  constructor(secret: string, ledger: Ledger, nowSeconds: () => number) {
    this.#secret = secret;
    this.#ledger = ledger;
    this.#nowSeconds = nowSeconds;
  }

  /** Throws SIGNATURE_INVALID for one that is missing, wrong, too old, or was shown before. */
  async check(request: SignedRequest, shown: string | undefined): Promise<void> {
    const [, t = '', v1 = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(shown ?? '') ?? [];
    if (v1 === '') throw refused('No signature is shown, or one of another form.');
    const expected = digest(request, this.#secret, Number(t));
    if (!timingSafeEqual(Buffer.from(v1, 'hex'), expected)) throw refused('The signature is wrong.');
    if (Math.abs(this.#nowSeconds() - Number(t)) > WINDOW_SECONDS)
      throw refused(`The signature is more than ${WINDOW_SECONDS} s away from now.`);
    if (!(await this.#ledger.isNew(v1))) throw refused('The signature was used before.');
  }
}

function digest({ method, path, body }: SignedRequest, secret: string, atSeconds: number): Buffer {
  return createHmac('sha256', secret).update(`${atSeconds}.${method}.${path}.`).update(body).digest();
}

const refused = (what: string) => new SpeechRefusal('SIGNATURE_INVALID', what);
