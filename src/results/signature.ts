/** How a receiver knows that a result is ours, and of now: docs/results.md shows how it is checked. */
import { createHmac } from 'node:crypto';

/** The value of X-Parley-Signature: `t=SECONDS,v1=HEX`. `epochMs` is now; `body` is what is sent, to the byte. */
export function signatureOf(secret: string, body: string, epochMs: number): string {
  const t = Math.floor(epochMs / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
