import type { HearingDesk } from './hearing-desk.ts';
import type { SpeechDesk } from './speech-desk.ts';

/** Who does the work of all paths. */
export interface Desks {
  readonly speaking: SpeechDesk;
  readonly hearing: HearingDesk;
}
