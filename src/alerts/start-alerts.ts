/** Puts alerts together: the rules, and all who are told. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import type { AlertEvent } from './alert.ts';
import { Alerts } from './alerts.ts';
import type { AlertPace } from './rule-watch.ts';
import { Webhook } from './webhook.ts';

export interface AlertsParts {
  readonly pace: AlertPace;
  /** Without it alerts stand in the log and the metrics alone. */
  readonly webhookUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly spans: Spans;
}

/** Call `close` to end it all. */
export function startAlerts({ pace, webhookUrl, clock, log, spans }: AlertsParts) {
  const epochMs = () => Date.now();
  const alerts = new Alerts({ clock, epochMs, pace });
  alerts.subscribe((event) => logAlert(event, log));
  const webhook =
    webhookUrl === undefined ? undefined : new Webhook({ url: webhookUrl, clock, epochMs, log, spans });
  if (webhook) alerts.subscribe((event) => webhook.send(event));
  return {
    alerts,
    async close() {
      alerts.close();
      await webhook?.close();
    },
  };
}

function logAlert({ kind, alert }: AlertEvent, log: Log): void {
  const { name, severity, share, samples, summary } = alert;
  const fields = { event: `alert.${kind}`, alert: name, severity, share, samples };
  if (kind === 'cleared') log.info(fields, `well again: ${name}`);
  else if (severity === 'warning') log.warn(fields, summary);
  else log.error(fields, summary);
}
