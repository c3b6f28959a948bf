/** Where traces go, and what they tell. */
import type { SettingValues } from './settings-table.ts';

export interface TracingSettings {
  /** Where traces are posted, whole; undefined where nothing is traced. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** What was said goes into them. */
  readonly words: boolean;
}

export function tracingSettings(values: SettingValues): TracingSettings {
  const base = values.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  return {
    url: values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base === undefined ? undefined : `${base}/v1/traces`),
    headers: Object.fromEntries(values.OTEL_EXPORTER_OTLP_HEADERS ?? []),
    serviceName: values.OTEL_SERVICE_NAME,
    words: values.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
  };
}
