import { LineEnd } from '../../telephony/line.ts';
import type { Line } from '../../telephony/line.ts';

/** The signalling of a line that does all it is asked at once; closed, it has ended by `end`. */
export function willingLine(
  end: AbortController,
): Pick<Line, 'ended' | 'answer' | 'hangup' | 'transfer' | 'close'> {
  const done = async () => undefined;
  return {
    ended: end.signal,
    answer: done,
    hangup: done,
    transfer: done,
    close: async () => end.abort(new LineEnd('us')),
  };
}
