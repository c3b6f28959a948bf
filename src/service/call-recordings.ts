/** The recorder of calls, as the settings want it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { parleyVersion } from '../base/version.ts';
import type { Settings } from '../config/settings.ts';
import { BundleDisk } from '../recordings/recorder/bundle-disk.ts';
import { Recordings } from '../recordings/recorder/recordings.ts';
import type { RetentionLimits } from '../recordings/recorder/retention.ts';
import type { RecordCall } from '../call/intake/reception.ts';
import type { Tenants } from '../tenants/tenants.ts';
import type { CallLog } from '../ops/call-log.ts';
import type { Telephones } from './telephones.ts';
import type { Watch } from './watch.ts';

export interface RecordingParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly watch: Watch;
  readonly tenants: Tenants;
  readonly calls: Pick<CallLog, 'find'>;
  /** Asked as each call begins: the first may come before Asterisk does. */
  readonly telephones: Pick<Telephones, 'asterisk' | 'trace'>;
}

/** What records calls, each where its tenant's lie. */
export interface CallRecordings {
  readonly begin: RecordCall;
  /** As Recordings.keepResult; `bot` tells whose call it was. */
  keepResult(lineId: string, texts: Parameters<Recordings['keepResult']>[1], bot: string): Promise<void>;
  close(): Promise<void>;
}

/** Of all calls, as a path within DATA_DIR. */
export function recordingsDirOf(tenant: string | undefined): string {
  return tenant === undefined ? 'calls' : join(OF_TENANTS, tenant, 'calls');
}

const OF_TENANTS = 'tenants';

/** Never rejects: calls can be served without. */
export async function openRecordings(parts: RecordingParts): Promise<CallRecordings> {
  const { settings, tenants } = parts;
  const { maxAgeMs, maxBytes } = settings.record;
  const disk = new BundleDisk({ isBusy: settings.record.policy.kind !== 'off' });
  const ofHouse = await openIn(recordingsDirOf(undefined), { maxAgeMs, maxBytes, disk }, parts);
  const ofTenants = new Map<string, Recordings>();
  for (const name of await everTenants(settings.data.dir, tenants)) {
    const { keepDays, keepMb } = tenants.named(name)?.recordings ?? {};
    const limits = {
      maxAgeMs: keepDays === undefined ? maxAgeMs : keepDays * DAY_MS,
      maxBytes: keepMb === undefined ? maxBytes : keepMb * MIB,
    };
    ofTenants.set(name, await openIn(recordingsDirOf(name), { ...limits, disk }, parts));
  }
  const of = (tenant: string | undefined) => ofTenants.get(tenant ?? '') ?? ofHouse;
  return {
    begin: (call) => of(call.tenant).begin(call),
    keepResult: (lineId, texts, bot) => of(tenants.ofBot(bot)?.name).keepResult(lineId, texts),
    close: async () => {
      await Promise.all([ofHouse, ...ofTenants.values()].map((each) => each.close()));
      await disk.close();
    },
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;

/** Also those who are gone: what was recorded for them was promised to go as well. */
async function everTenants(
  dataDir: string,
  tenants: RecordingParts['tenants'],
): Promise<ReadonlySet<string>> {
  const entries = await readdir(join(dataDir, OF_TENANTS), { withFileTypes: true }).catch(() => []);
  const left = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return new Set([...tenants.all.map(({ name }) => name), ...left]);
}

function openIn(
  dir: string,
  { disk, ...retention }: RetentionLimits & { readonly disk: BundleDisk },
  { calls, log, settings, telephones, watch }: RecordingParts,
): Promise<Recordings> {
  const { asterisk, trace } = telephones;
  return Recordings.open({
    ...settings.record,
    retention,
    disk,
    dir: join(settings.data.dir, dir),
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
