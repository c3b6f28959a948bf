/** The thread that makes a report of an ended call: hours of sound are read and measured, and no call may feel it. */
import { readBundle } from '../recordings/bundle/bundle.ts';
import { reportBody } from '../recordings/report/report-body.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { answerQuestions } from '../base/thread.ts';

/** A recorded call by the directory of its bundle; any other by what is kept of it. */
export type ReportQuestion = { readonly bundle: string } | { readonly timeline: readonly TimelineEntry[] };

answerQuestions(async (question) => {
  const asked = question as ReportQuestion;
  if ('timeline' in asked) return reportBody(asked).toString();
  const { call, caller, bot } = await readBundle(asked.bundle);
  return reportBody({ timeline: call.timeline, sound: { caller, bot, src: undefined } }).toString();
});
