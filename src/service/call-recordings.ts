/** The recorder of calls, as the settings want it. */
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { parleyVersion } from '../base/version.ts';
import type { Settings } from '../config/settings.ts';
import { Recordings } from '../recordings/recorder/recordings.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { Telephones } from './telephones.ts';
import type { Watch } from './watch.ts';

export interface RecordingParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly watch: Watch;
  readonly calls: Pick<CallLog, 'find'>;
  /** Asked as each call begins: the first may come before Asterisk does. */
  readonly telephones: Pick<Telephones, 'asterisk' | 'trace'>;
}

/** Never rejects: calls can be served without. */
export function openRecordings({
  calls,
  log,
  settings,
  telephones,
  watch,
}: RecordingParts): Promise<Recordings> {
  const { asterisk, trace } = telephones;
  return Recordings.open({
    ...settings.record,
    retention: settings.record,
    dir: join(settings.data.dir, 'calls'),
    random: Math.random,
    epochMs: () => Date.now(),
    log,
    versions: () => versionsBeside(asterisk?.version),
    settings: () => recordedSettings(settings, asterisk?.mode),
    ariOf: (lineId, sinceMs) => trace?.of(lineId, sinceMs) ?? [],
    earOf: (lineId) => calls.find(lineId)?.ear,
    onBundle: (outcome) => watch.metrics.recordings.inc({ outcome }),
  });
}

function versionsBeside(asterisk: string | undefined): Readonly<Record<string, string>> {
  const ours = { parley: parleyVersion(), node: process.version };
  return asterisk === undefined ? ours : { ...ours, asterisk };
}

/** What of the settings bears on how a call goes; nothing secret, no addresses. */
function recordedSettings({ asr, llm, media, openai, tts }: Settings, mode: string | undefined) {
  return {
    ...(mode !== undefined && { mediaMode: mode }),
    mediaFormat: media.format,
    model: openai.model,
    asrEager: asr.eager,
    asrTimeoutMs: asr.timeoutMs,
    llmFirstTokenMs: llm.firstTokenMs,
    llmTotalMs: llm.totalMs,
    ttsFirstAudioMs: tts.firstAudioMs,
  };
}
