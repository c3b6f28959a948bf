/** The history of ended calls, as the settings want it. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import { History } from '../history/history.ts';
import { keptCall, keptUnanswered } from '../history/kept-call.ts';
import type { UnansweredCall } from '../history/kept-call.ts';
import { RecordedCalls } from '../history/recorded-calls.ts';
import { Reports } from '../history/reports.ts';
import type { HistoryPorts } from '../http/history-ports.ts';
import { isCanary } from '../ops/canary.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { Metrics } from '../ops/metrics.ts';
import { recordingsDirOf } from './call-recordings.ts';

export interface CallHistoryParts {
  readonly settings: Settings;
  readonly calls: CallLog;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface CallHistory extends HistoryPorts {
  readonly history: History;
  /** Keeps a call that Parley has placed and nobody has answered. */
  readonly keepUnanswered: (call: UnansweredCall) => void;
  close(): Promise<void>;
}

/** Keeps every call that ends from now on, the canary's excepted. Undefined where none is to be kept: then nothing of earlier ones stays. */
export async function openHistory(parts: CallHistoryParts): Promise<CallHistory | undefined> {
  const { settings, calls, metrics, log } = parts;
  const file = join(settings.data.dir, 'history.sqlite');
  if (settings.history.maxAgeMs === 0) {
    for (const part of ['', '-wal', '-shm']) await rm(file + part, { force: true }).catch(() => undefined);
    return undefined;
  }
  const history = new History({
    file,
    retention: settings.history,
    clock: systemClock,
    epochMs: () => Date.now(),
    log,
    onCall: (outcome) => metrics.history.inc({ outcome }),
  });
  const kept = { transcripts: settings.log.transcripts, prices: settings.prices };
  calls.onNews(({ kind, call }) => {
    if (kind === 'ended' && !isCanary(call.party)) history.keep(keptCall(call, kept));
  });
  return {
    history,
    keepUnanswered: (call) => history.keep(keptUnanswered(call, kept)),
    recorded: new RecordedCalls(resolve(settings.data.dir), recordingsDirOf),
    reports: new Reports(systemClock),
    close: () => history.close(),
  };
}
