/** What clients asked of the stand-in, in the order in which it came. */
import type { Clock } from '../../../base/clock.ts';
import { Refusal, type Fault, type SpeechKitService } from './faults.ts';

export interface RequestRecord {
  readonly service: SpeechKitService;
  /** When it came, on the simulator's clock: `performance.now()` unless another was given. */
  readonly atMs: number;
  readonly authorization: 'Api-Key' | 'Bearer' | 'none';
  readonly folderId: string | undefined;
  /** What was to be spoken; for recognition, what was understood so far. */
  readonly text: string;
  /** Who was to speak; undefined for recognition, and where nobody was named. */
  readonly voice: string | undefined;
  /** Audio spoken or heard so far. */
  readonly audioMs: number;
  readonly fault: Fault['kind'] | undefined;
  /** `cancelled`: the client went away, or the service was killed, before the answer was whole. */
  readonly outcome: 'open' | 'answered' | 'refused' | 'cancelled';
  readonly endedAtMs: number | undefined;
}

/** A record while its request is being served. */
export type OpenRecord = { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] };

export class RequestLog {
  readonly records: OpenRecord[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a request with the kind of its credentials; the secrets themselves are not kept. */
  open(service: SpeechKitService, header: (name: string) => string | undefined, text = ''): OpenRecord {
    const authorization = header('authorization') ?? '';
    const record: OpenRecord = {
      service,
      atMs: this.#clock.nowMs(),
      authorization:
        (['Api-Key', 'Bearer'] as const).find((kind) => authorization.startsWith(`${kind} `)) ?? 'none',
      folderId: header('x-folder-id'),
      text,
      voice: undefined,
      audioMs: 0,
      fault: undefined,
      outcome: 'open',
      endedAtMs: undefined,
    };
    this.records.push(record);
    return record;
  }

  close(record: OpenRecord, outcome: RequestRecord['outcome']): void {
    record.outcome = outcome;
    record.endedAtMs = this.#clock.nowMs();
  }
}

/** Every SpeechKit request needs credentials; whether they are right is a fault's affair. */
export function requireCredentials(record: RequestRecord): void {
  if (record.authorization === 'none')
    throw new Refusal('unauthenticated', 'no authorization in the request');
}
