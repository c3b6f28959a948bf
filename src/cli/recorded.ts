/** Recorded calls as reports and comparisons want them. */
import { readBundle } from '../recordings/bundle/bundle.ts';
import { withChanges } from '../recordings/replay/changed-profile.ts';
import { recordedProfile, replayCall } from '../recordings/replay/replay.ts';
import type { ComparedCall } from '../recordings/report/comparison.ts';
import { reportedCall } from '../recordings/report/bundle-report.ts';
import type { ReportedCall } from '../recordings/report/reported-call.ts';

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
