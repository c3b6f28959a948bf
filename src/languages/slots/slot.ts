/** What is wanted of the caller at a step, and what was made of their words. */

export const SLOT_KINDS = [
  'text',
  'name',
  'yesNo',
  'number',
  'digits',
  'date',
  'time',
  'phone',
  'email',
  'oneOf',
] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

export interface SlotSpec {
  readonly type: SlotKind;
  /** oneOf: the values, each with other words for it. */
  readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
  /** digits: how many. */
  readonly length?: number | { readonly min: number; readonly max: number } | undefined;
  /** number: the smallest and the largest that will do. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** What a reading depends on besides the words. */
export interface SlotPlace {
  /** BCP-47 of what is spoken: its country is that of telephone numbers without a country code. */
  readonly language: string;
  /** The caller's day, `YYYY-MM-DD`: what "tomorrow" is counted from. */
  readonly today: string;
}

export type UnclearReason =
  /** There is nothing of the kind in it. */
  | 'none'
  /** There is more than one, or yes and no. */
  | 'several'
  /** Too few digits for a number, half an address. */
  | 'incomplete'
  /** Beyond what will do. */
  | 'outOfRange';

export type SlotReading =
  | {
      /**
       * yesNo: `yes` or `no`. number: decimal. date: `YYYY-MM-DD`. time: `HH:MM`. phone: E.164. oneOf: the value as the profile writes it.
       */
      readonly value: string;
      /** To be said back to the caller. */
      readonly spokenBack: string;
      /** Nothing else was said: it is an answer, and no mention in passing. */
      readonly isCertain: boolean;
    }
  | { readonly unclear: UnclearReason };
