/** A Media Stream's WebSocket, as far as a call needs it. */
export interface TwilioSocket {
  send(text: string): void;
  /** With a code of RFC 6455. Idempotent. */
  close(code: number): void;
  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void;
  onClose(listener: (code: number) => void): void;
}

/** RFC 6455, 7.4.1; the last is IANA's: as 503. */
export const CLOSED = { normally: 1000, unwanted: 1008, tryAgainLater: 1013 } as const;
