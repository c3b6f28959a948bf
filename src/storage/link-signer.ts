/** Addresses that open one file for a time, without a key. */
import { createHmac } from 'node:crypto';
import { LINK_SECONDS } from './storage.ts';
import type { LinkProof } from './storage.ts';
import { isSameText } from '../base/same-text.ts';

export class LinkSigner {
  readonly #secret: Uint8Array;
  readonly #nowMs: () => number;

  /** `nowMs`: since 1970. */
  constructor(secret: Uint8Array, nowMs: () => number) {
    this.#secret = secret;
    this.#nowMs = nowMs;
  }

  prove(id: string): LinkProof {
    const expires = String(Math.floor(this.#nowMs() / 1000) + LINK_SECONDS);
    return { expires, signature: this.#signature(id, expires) };
  }

  admits(id: string, { expires, signature }: LinkProof): boolean {
    if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= this.#nowMs()) return false;
    return isSameText(this.#signature(id, expires), signature);
  }

  #signature(id: string, expires: string): string {
    return createHmac('sha256', this.#secret).update(`${id}\n${expires}`).digest('base64url');
  }
}
