/** Notes on a call's tape what was told of who has picked up. It changes nothing. */
import type { AnswererWatch } from '../../outbound/answerer/answerer-watch.ts';
import type { CallTape } from './call-tape.ts';

export function tapedAnswerer(inner: AnswererWatch, tape: CallTape): AnswererWatch {
  tape.answerer = [];
  return {
    listen: (listener) =>
      inner.listen((event) => {
        tape.answerer?.push({ ...event, atMs: tape.happens() });
        listener(event);
      }),
    words: (text) => inner.words(text),
    speechStarted: (atMs) => inner.speechStarted(atMs),
    speechStopped: (endedAtMs) => inner.speechStopped(endedAtMs),
    close: () => inner.close(),
  };
}
