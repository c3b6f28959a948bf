/** Before all steps: traces, where a collector is named. Nothing of OpenTelemetry is loaded where none is. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { noSpans } from '../base/spans.ts';
import type { Spans, TraceparentOf } from '../base/spans.ts';
import { parleyVersion } from '../base/version.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Settings } from '../config/settings.ts';
import type { TracingSettings } from '../config/tracing-settings.ts';
import type { Party } from '../telephony/line.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { CallTraces } from '../tracing/call-traces.ts';
import { RequestSpans } from '../tracing/request-spans.ts';
import { TracedLog } from '../tracing/traced-log.ts';
import { traceparent } from '../tracing/traceparent.ts';

/** A call as its trace tells of it. */
interface TraceableCall {
  readonly line: { readonly id: string; readonly party: Party };
  readonly profile: BotProfile;
  readonly language: string;
  readonly timeline: Timeline;
}

export interface Tracing {
  /** The same log, whose lines say to which trace they belong. */
  readonly log: Log;
  readonly spans: Spans;
  readonly traceparentOf: TraceparentOf;
  /** From before a call's first mark. */
  readonly follow: (call: TraceableCall, models: Settings['openai']) => void;
  /** Sends what there is still to send, for a moment at most. */
  close(): Promise<void>;
}

export async function openTracing(settings: TracingSettings, log: Log): Promise<Tracing> {
  const { url, headers, serviceName, words } = settings;
  if (url === undefined)
    return {
      log,
      spans: noSpans,
      traceparentOf: () => undefined,
      follow: () => undefined,
      close: () => Promise.resolve(),
    };
  const { otlpWriter } = await import('../tracing/otlp.ts');
  const version = parleyVersion();
  const writer = otlpWriter({ url, headers, serviceName, version, clock: systemClock, log });
  const epochMs = () => Date.now();
  const calls = new CallTraces({ writer, epochMs, nowMs: () => systemClock.nowMs() });
  const spans = new RequestSpans(writer, epochMs);
  return {
    log: new TracedLog(log, (call) =>
      call === undefined ? (spans.here ?? calls.here) : calls.contextOf(call),
    ),
    spans,
    traceparentOf: (call, doing) => {
      const context = calls.contextOf(call, doing);
      return context && traceparent(context);
    },
    follow: ({ line: { id, party }, profile, language, timeline }, models) =>
      calls.follow({
        ...{ id, words, timeline, language, bot: profile.name, direction: party.direction },
        ...modelOf(profile, models),
      }),
    close: () => writer.close(),
  };
}

/** As https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ names providers. */
const PROVIDERS = { openai: 'openai', gemini: 'gcp.gemini' } as const;

/** Who is asked first. */
function modelOf({ llm }: BotProfile, { named }: Settings['openai']) {
  const provider = llm.provider ?? (named.openai ? 'openai' : 'gemini');
  return { modelProvider: PROVIDERS[provider], model: llm.model ?? named[provider]?.model ?? 'unknown' };
}
