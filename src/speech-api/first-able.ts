/** Who does the work of one request: the first of those who can that does not fail. */
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import { SpeechRefusal } from './refusal.ts';
import type { SpeechVendor } from './vendor.ts';
import type { VendorTally } from './vendor-tally.ts';

/** To the first sound, and to the whole text. */
const SPAN_NAMES = { speaks: 'tts', hears: 'stt' } as const;

export interface Asking {
  /** Completes "another provider …" and "Nobody …". */
  readonly doing: 'speaks' | 'hears';
  readonly log: Log;
  readonly tally: VendorTally;
  readonly spans: Spans;
}

/** Whoever fails is left for the next one. Throws the last one's error, PROVIDER_NOT_AVAILABLE where there is none, or the signal's reason. */
export async function firstAble<Candidate extends { readonly vendor: SpeechVendor }, Result>(
  candidates: readonly Candidate[],
  { doing, log, tally, spans }: Asking,
  signal: AbortSignal,
  work: (candidate: Candidate) => Promise<Result>,
): Promise<Result> {
  for (const [index, candidate] of candidates.entries()) {
    const { name: from } = candidate.vendor;
    try {
      return await tally.watch(from, signal, () =>
        spans.within(`${SPAN_NAMES[doing]} ${from}`, { 'gen_ai.provider.name': from }, () => work(candidate)),
      );
    } catch (error) {
      const next = candidates[index + 1];
      if (signal.aborted || !next) throw error;
      const fields = { event: 'speech.fallback', from, to: next.vendor.name, code: errorCode(error) };
      log.warn(fields, `another provider ${doing}`);
    }
  }
  throw new SpeechRefusal('PROVIDER_NOT_AVAILABLE', `Nobody ${doing}.`);
}
