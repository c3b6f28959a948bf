/** What Twilio is told to do with a call (twilio.com/docs/voice/twiml). */
import type { TransferKind, TransferTarget } from '../transfer-target.ts';

export interface StreamOrder {
  /** `wss://voice.example.com/ws`: a query would be dropped, so what the stream is to know goes into parameters. */
  readonly url: string;
  readonly statusUrl: string;
  /** Name and value are shorter than 500 characters together. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The call's audio goes both ways over a WebSocket until that is closed; then the call is over. */
export function streamTwiml({ url, statusUrl, parameters }: StreamOrder): string {
  const told = Object.entries(parameters)
    .map(([name, value]) => `<Parameter name="${escaped(name)}" value="${escaped(value)}"/>`)
    .join('');
  const stream = `<Stream url="${escaped(url)}" statusCallback="${escaped(statusUrl)}">${told}</Stream>`;
  return documentOf(`<Connect>${stream}</Connect>`);
}

/** The caller is put through; when that is over, so is the call. Only for what `canDial` takes. */
export function dialTwiml(to: TransferTarget, callerId: string | undefined): string {
  return documentOf(dialVerb(to, callerId));
}

/** What Twilio can put a caller through to. */
export const TWILIO_TRANSFERS: readonly TransferKind[] = ['number', 'refer'];

export function canDial({ kind }: TransferTarget): boolean {
  return TWILIO_TRANSFERS.includes(kind);
}

export function dialVerb(to: TransferTarget, callerId: string | undefined): string {
  const shown = callerId ? ` callerId="${escaped(callerId)}"` : '';
  return `<Dial answerOnBridge="true"${shown}>${whom(to)}</Dial>`;
}

function whom(to: TransferTarget): string {
  switch (to.kind) {
    case 'number':
      return `<Number>${escaped(to.number)}</Number>`;
    case 'refer':
      return `<Sip>${escaped(to.uri)}</Sip>`;
    default:
      return '';
  }
}

export function documentOf(verbs: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;
}

/** What no document of XML may hold is left out (w3.org/TR/xml, Char). */
export function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
