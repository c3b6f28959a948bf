/** The fifth step: where calls arrive, what is kept of them, and who is told of each. */
import { join } from 'node:path';
import { watchCall } from '../alerts/watch-call.ts';
import { watchEar } from '../alerts/watch-ear.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import { Reception } from '../call/intake/reception.ts';
import type { Tenancy } from '../call/intake/reception.ts';
import type { Settings } from '../config/settings.ts';
import { HeardCall } from '../ear/heard-call.ts';
import { EdgeWatch, SoundWatch } from '../outbound/answerer/answerer-watch.ts';
import type { CallLog } from '../ops/call-log.ts';
import { measureEar } from '../ops/ear-metrics.ts';
import { measureCall } from '../ops/call-metrics.ts';
import { measureTenant } from '../ops/tenant-metrics.ts';
import { logTurns } from '../ops/turn-log.ts';
import type { CallRecordings } from './call-recordings.ts';
import { MuteSynthesizer } from '../speech/synthesis/mute.ts';
import { DiskStore } from '../survival/disk-store.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import { ResumableCalls } from '../survival/resumable-calls.ts';
import type { AbilitiesOfBots } from './bot-abilities.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { canGoTo } from '../telephony/line.ts';
import type { CallResults } from './call-results.ts';
import type { Providers } from './open-providers.ts';
import type { Tracing } from './open-tracing.ts';
import type { ServiceHooks } from './service.ts';
import type { Watch } from './watch.ts';

/** Reads what the process before this one has left. */
export function openRecords(
  settings: Settings,
  log: Log,
  fleet: Fleet | undefined,
  onForgotten: (record: CallRecord) => void,
): Promise<ResumableCalls> {
  const disk = new DiskStore(join(settings.data.dir, 'live'));
  const store = fleet ? fleet.storeOver(disk) : disk;
  const moved = fleet && { onMoved: (record: CallRecord) => fleet.moved(record) };
  return ResumableCalls.open({
    ...{ store, clock: systemClock, epochMs: () => Date.now(), log, onForgotten },
    ...moved,
  });
}

export interface CallParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly watch: Watch;
  readonly tracing: Pick<Tracing, 'follow'>;
  readonly providers: Providers;
  readonly roster: BotRoster;
  readonly abilities: Pick<AbilitiesOfBots, 'of' | 'earlier'>;
  readonly tenancy: Tenancy;
  readonly records: ResumableCalls;
  readonly recordings: CallRecordings;
  readonly calls: CallLog;
  readonly results: Pick<CallResults, 'follow'>;
  readonly onCall: ServiceHooks['onCall'];
}

/** Where words are read nobody speaks. */
const MUTE = new MuteSynthesizer();

export function openReception({ settings, log, watch, providers, ...parts }: CallParts): Reception {
  const { abilities, calls, roster, onCall, recordings, records, results, tenancy, tracing } = parts;
  const { admission, alerts, metrics } = watch;
  const { chat, recognition, synthesizer } = providers;
  calls.onNews((news) => measureTenant(news, metrics, settings.prices));
  return new Reception({
    kit: {
      clock: systemClock,
      log,
      random: Math.random,
      chat,
      synthesizer,
      synthesisWindow: settings.tts.window,
      fallback: undefined,
    },
    recognizerFor: (arrival) => recognition.recognizerFor(arrival),
    fallbackFor: (line) => settings.fallbacks.find((place) => canGoTo(line, place)),
    synthesizerFor: ({ speech }) => (speech === 'written' ? MUTE : synthesizer),
    answererOf: ({ hearing, player: { sampleRateHz } }) =>
      hearing.tap
        ? new SoundWatch({ clock: systemClock, sampleRateHz, tap: (listener) => hearing.tap?.(listener) })
        : new EdgeWatch(systemClock),
    bot: (name) => roster.get(name),
    abilitiesOf: (profile) => abilities.of(profile),
    earlier: (conversation) => abilities.earlier(conversation),
    epochMs: () => Date.now(),
    admission,
    tenancy,
    records,
    record: (parts) => recordings.begin(parts),
    onRefused: (reason, tenant) => {
      metrics.refusals.inc({ reason });
      if (tenant !== undefined) metrics.tenantRefusals.inc({ tenant, reason });
    },
    onCall: (call, { line, speech }, tenant) => {
      const medium = speech === 'written' ? 'text' : 'sound';
      const heard =
        speech === 'written' ? undefined : new HeardCall(call, { line, recorded: call.line }, systemClock);
      call.timeline.observe(({ type }) => {
        if (type !== 'call.ended' || !heard) return;
        const { report } = heard;
        measureEar(report, metrics);
        watchEar(report, alerts);
      });
      tracing.follow(call, settings.openai);
      logTurns(call, log.child({ call: call.line.id }), settings.prices);
      measureCall(call.timeline, metrics, settings.prices, medium, heard?.since);
      watchCall(call.timeline, alerts, medium, heard?.since);
      const { profile, timeline } = call;
      calls.follow({ line: call.line, profile, timeline, heard, tenant });
      results.follow(call);
      onCall?.(call.timeline);
    },
  });
}
