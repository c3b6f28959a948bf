/** The recorder of calls, as the settings want it. */
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { parleyVersion } from '../base/version.ts';
import type { Settings } from '../config/settings.ts';
import { Recordings } from '../recordings/recorder/recordings.ts';
import type { RecordingsOptions } from '../recordings/recorder/recordings.ts';
import type { AriPort } from '../telephony/asterisk/ari/ari-port.ts';

export interface RecordingParts extends Pick<RecordingsOptions, 'log' | 'ariOf' | 'onBundle'> {
  readonly settings: Settings;
  /** How audio travels. */
  readonly mode: string;
  readonly ari: Pick<AriPort, 'info'>;
  readonly log: Log;
}

/** Rejects only if Asterisk cannot be asked for its version. */
export async function openRecordings({ ari, mode, settings, ...parts }: RecordingParts): Promise<Recordings> {
  return Recordings.open({
    ...parts,
    ...settings.record,
    retention: settings.record,
    dir: join(settings.data.dir, 'calls'),
    random: Math.random,
    epochMs: () => Date.now(),
    versions: await versionsOf(ari),
    settings: recordedSettings(settings, mode),
  });
}

async function versionsOf(ari: Pick<AriPort, 'info'>): Promise<Readonly<Record<string, string>>> {
  const { version } = await ari.info();
  return { parley: parleyVersion(), node: process.version, asterisk: version };
}

/** What of the settings bears on how a call goes; nothing secret, no addresses. */
function recordedSettings({ asr, llm, media, openai, tts }: Settings, mode: string) {
  return {
    mediaMode: mode,
    mediaFormat: media.format,
    model: openai.model,
    asrEager: asr.eager,
    asrTimeoutMs: asr.timeoutMs,
    llmFirstTokenMs: llm.firstTokenMs,
    llmTotalMs: llm.totalMs,
    ttsFirstAudioMs: tts.firstAudioMs,
  };
}
