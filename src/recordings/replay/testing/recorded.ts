/** Recorded calls for tests of the parts of a replay: as little in them as can be. */
import { join } from 'node:path';
import { projectRoot } from '../../../base/project-root.ts';
import { readBundle } from '../../bundle/bundle.ts';
import type { RecordedCall, RecordedUtterance } from '../../bundle/recorded-call.ts';

/** A call in which nothing happens, but what is given. */
export async function recordedCallWith(
  given: Partial<RecordedCall>,
  line: Partial<RecordedCall['line']> = {},
): Promise<RecordedCall> {
  const { call } = await readBundle(join(projectRoot(), 'test/calls/ordinary-dialogue'));
  const nothing = {
    utterances: [],
    replies: [],
    syntheses: [],
    phrases: [],
    draws: [],
    ari: [],
    timers: [],
    timeline: [],
  };
  return { ...call, ...nothing, ...given, line: { ...call.line, hearing: [], playbacks: [], ...line } };
}

/** Finals and partials, as `partial: text` and `final: text`, each at its time. */
export function utteranceOf(
  times: Pick<RecordedUtterance, 'beganAtMs' | 'end'> & { readonly finishedAtMs?: number },
  events: Readonly<Record<number, string>>,
): RecordedUtterance {
  return {
    fromMs: times.beganAtMs - 300,
    language: 'ru-RU',
    ...times,
    events: Object.entries(events).map(([atMs, said]) => {
      const [kind, text = ''] = said.split(': ');
      return { atMs: Number(atMs), event: { kind: kind === 'final' ? 'final' : 'partial', text } };
    }),
  };
}
