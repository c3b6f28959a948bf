/** Who had picked up in a recorded call, told again when it was told then. */
import type { CancelTimer } from '../../base/clock.ts';
import type { AnswererWatch } from '../../outbound/answerer/answerer-watch.ts';
import type { RecordedAnswererEvent } from '../bundle/recorded-call.ts';
import type { TapeTime } from './tape-time.ts';

export function replayedAnswerer(time: TapeTime, recorded: readonly RecordedAnswererEvent[]): AnswererWatch {
  let timers: readonly CancelTimer[] = [];
  return {
    listen(listener) {
      timers = recorded.map((event) =>
        time.at(event.atMs, () => listener({ ...event, atMs: time.onClock(event.atMs) })),
      );
    },
    words: () => undefined,
    speechStarted: () => undefined,
    speechStopped: () => undefined,
    close() {
      for (const cancel of timers) cancel();
    },
  };
}
