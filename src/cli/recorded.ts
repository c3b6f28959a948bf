/** Recorded calls as reports and comparisons want them. */
import { readBundle } from '../recording/bundle.ts';
import { withChanges } from '../replay/changed-profile.ts';
import { recordedProfile, replayCall } from '../replay/replay.ts';
import type { ComparedCall } from '../report/comparison.ts';
import { reportedCall } from '../report/bundle-report.ts';
import type { ReportedCall } from '../report/reported-call.ts';

/** Throws BUNDLE_UNREADABLE, BUNDLE_INVALID or BUNDLE_NEWER. */
export async function readRecorded(path: string): Promise<ReportedCall> {
  return reportedCall(await readBundle(path));
}

/** What would have happened under these settings. Throws also SETTINGS_INVALID and REPLAY_NO_ANSWER. */
export async function replayUnder(path: string, settings: readonly string[]): Promise<ComparedCall> {
  const bundle = await readBundle(path);
  const timeline = await replayCall(bundle, withChanges(recordedProfile(bundle.call), settings));
  return { name: [bundle.name, ...settings].join(' '), timeline };
}
