/** What a report tells of a recorded call. */
import type { Bundle } from '../bundle/bundle.ts';
import type { ReportedCall } from './reported-call.ts';

export function reportedCall({ bot, call, caller, name }: Bundle): ReportedCall {
  const { number, name: callerName } = call.party;
  const facts = [
    { label: 'Bot', value: call.bot },
    { label: 'Caller', value: [callerName, number].filter(Boolean).join(' ') || 'withheld' },
    { label: 'Dialled', value: call.party.dialled },
    { label: 'Began', value: call.startedAt },
    { label: 'Audio', value: `${String(call.settings.others.mediaMode ?? 'unknown')} mode` },
    { label: 'Masked', value: call.redaction },
    ...Object.entries(call.versions).map(([what, version]) => ({ label: what, value: version })),
  ];
  return { name, facts, timeline: call.timeline, caller, bot };
}
