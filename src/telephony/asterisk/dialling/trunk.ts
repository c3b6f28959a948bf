/** A way out: how a number becomes an endpoint of Asterisk's, and what is shown there. */

export interface Trunk {
  /** `PJSIP/{number}@trunk` */
  readonly template: string;
  /** `+74951234567`, or `Daisy <+74951234567>`; nothing: as the endpoint has it. */
  readonly callerId: string | undefined;
}

/** Where the number goes in a template. */
const NUMBER = '{number}';

/**
 * The endpoint of that number; undefined for a number that is none: whatever means something to a dial string (`&`, `@`, `/`, `,`) would
 * let whoever orders a call choose another trunk.
 */
export function endpointOf({ template }: Trunk, number: string): string | undefined {
  return /^\+?\d{2,15}$/.test(number) ? template.replaceAll(NUMBER, number) : undefined;
}

/**
 * What makes the callee's telephone show it. The channel that is dialled shows whom it is connected to; `i` keeps Asterisk from telling so
 * by a message of its own.
 */
export function shownAs(callerId: string | undefined): Readonly<Record<string, string>> {
  const [, name = '', bracketed, plain] = /^(?:([^<>"]*)<(\+?\d+)>|(\+?\d+))$/.exec(callerId ?? '') ?? [];
  const number = bracketed ?? plain;
  if (number === undefined) return {};
  return {
    'CONNECTEDLINE(num,i)': number,
    ...(name.trim() !== '' && { 'CONNECTEDLINE(name,i)': name.trim() }),
  };
}
