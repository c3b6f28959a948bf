/** What a caller makes of what the bot says. */
import type { Utterance } from './virtual-hearing.ts';

export type CallerDeed =
  | ({ readonly kind: 'say' } & Utterance)
  | { readonly kind: 'press'; readonly keys: string }
  /** Waits for the bot to ask again. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'hangUp' };

export interface CallerMind {
  /** The bot has said this since the caller did something, and waits. */
  next(heard: string): Promise<CallerDeed>;
  /** The bot begins to say this: what the caller says over it, and how long after its beginning, ms; undefined to hear it out. */
  over(saying: string): { readonly afterMs: number; readonly deed: CallerDeed } | undefined;
}
