/** What Twilio is told to do with a call (twilio.com/docs/voice/twiml). */
import { ParleyError } from '../../base/errors.ts';
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

/** How somebody is put through. */
export interface DialOptions {
  /** What the callee's telephone shows; the caller's number if not given. */
  readonly callerId?: string | undefined;
  /** Where it stands what the callee is told first. */
  readonly whisperUrl?: string | undefined;
}

/** The caller is put through; when that is over, so is the call. Only for what `canDial` takes. */
export function dialTwiml(to: TransferTarget, options: DialOptions): string {
  return documentOf(dialVerb(to, options));
}

/** What Twilio can put a caller through to. */
export const TWILIO_TRANSFERS: readonly TransferKind[] = ['number', 'refer'];

export function canDial({ kind }: TransferTarget): boolean {
  return TWILIO_TRANSFERS.includes(kind);
}

/** Throws TRANSFER_NOWHERE for what Twilio cannot dial. */
export function requireDial(to: TransferTarget): void {
  if (!canDial(to))
    throw new ParleyError('TRANSFER_NOWHERE', `Twilio cannot put anybody through to a ${to.kind}.`);
}

/** Whoever meets there talks to each other, hears nothing before that, and is let go when the other leaves. */
export function conferenceTwiml(name: string): string {
  const attributes = 'startConferenceOnEnter="true" endConferenceOnExit="true" beep="false" waitUrl=""';
  return documentOf(`<Dial><Conference ${attributes}>${escaped(name)}</Conference></Dial>`);
}

export function dialVerb(to: TransferTarget, { callerId, whisperUrl }: DialOptions): string {
  const shown = callerId ? ` callerId="${escaped(callerId)}"` : '';
  const told = whisperUrl ? ` url="${escaped(whisperUrl)}"` : '';
  return `<Dial answerOnBridge="true"${shown}>${whom(to, told)}</Dial>`;
}

function whom(to: TransferTarget, told: string): string {
  switch (to.kind) {
    case 'number':
      return `<Number${told}>${escaped(to.number)}</Number>`;
    case 'refer':
      return `<Sip${told}>${escaped(to.uri)}</Sip>`;
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
