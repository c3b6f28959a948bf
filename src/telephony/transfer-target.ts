/**
 * Where a caller can be handed over to, by kind, whichever telephone the caller came over. Each telephone says which kinds it can; a new
 * one adds what is its own here.
 */
export type TransferTarget = DialplanPlace | Endpoint | Referral | PhoneNumber;

export type TransferKind = TransferTarget['kind'];

/** Asterisk's kind: the call goes on in the dialplan there. */
export interface DialplanPlace {
  readonly kind: 'dialplan';
  readonly context: string;
  readonly extension: string;
  readonly priority: number;
}

/** A telephone that is rung: somebody may answer there, or nobody. */
export interface Endpoint {
  readonly kind: 'endpoint';
  /** As the telephone system calls it: `PJSIP/201`, `Local/201@phones`. */
  readonly endpoint: string;
}

/** The far end of the caller's own leg is asked to call there itself (SIP REFER): where it does, no leg stays here. */
export interface Referral {
  readonly kind: 'refer';
  /** `sip:201@pbx.example.com` */
  readonly uri: string;
}

/** Somebody who can be dialled from anywhere. */
export interface PhoneNumber {
  readonly kind: 'number';
  /** E.164: `+74951234567` */
  readonly number: string;
}

/** Where somebody is rung, and can be asked before the caller is put through. Which of these a telephone rings, its lines say. */
export type RungPlace = Endpoint | PhoneNumber;

/** As an operator would write it. */
export function placeText(to: TransferTarget): string {
  switch (to.kind) {
    case 'dialplan':
      return `${to.context},${to.extension},${to.priority}`;
    case 'endpoint':
      return to.endpoint;
    case 'refer':
      return to.uri;
    case 'number':
      return to.number;
  }
}
