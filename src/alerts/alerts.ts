/** Says when the service degrades, and when it is well again: one alert a cause, raised once and cleared once. */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Alert, AlertEvent, AlertName } from './alert.ts';
import { ALERT_NAMES, RULES } from './rules.ts';
import { ALERT_PACE, RuleWatch } from './rule-watch.ts';
import type { AlertPace } from './rule-watch.ts';

/** How often the rules are looked at, ms: nobody reacts faster, and it costs nothing. */
const LOOK_EVERY_MS = 1000;

export interface AlertsOptions {
  readonly clock: Clock;
  /** The wall clock: it must mean something to whoever is told. */
  readonly epochMs: () => number;
  readonly pace?: AlertPace;
}

/** What is known of calls goes in here. */
export interface AlertSamples {
  /** One of what the rule is about: milliseconds, or 1 for gone wrong and 0 for not. */
  note(name: AlertName, value: number): void;
  /** One of what the rule is about has begun; whether it went wrong is told by `breach`, if it does. */
  begun(name: AlertName): void;
  breach(name: AlertName): void;
}

/** What others may look at. */
export interface ActiveAlerts {
  /** With the figures of this moment. */
  readonly active: readonly Alert[];
  /** Tells of every change until the returned function is called. Listeners must not throw or wait. */
  subscribe(listener: (event: AlertEvent) => void): () => void;
}

export class Alerts implements AlertSamples, ActiveAlerts {
  readonly #clock: Clock;
  readonly #epochMs: () => number;
  readonly #watches: ReadonlyMap<AlertName, RuleWatch>;
  readonly #raised = new Map<AlertName, Alert>();
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  #cancel: CancelTimer;

  /** Looks at its rules until `close`. */
  constructor({ clock, epochMs, pace = ALERT_PACE }: AlertsOptions) {
    this.#clock = clock;
    this.#epochMs = epochMs;
    this.#watches = new Map(ALERT_NAMES.map((name) => [name, new RuleWatch(RULES[name], clock, pace)]));
    this.#cancel = this.#lookAgain();
  }

  note(name: AlertName, value: number): void {
    this.begun(name);
    this.#watches.get(name)?.measured(value);
  }

  begun(name: AlertName): void {
    this.#watches.get(name)?.sample();
  }

  breach(name: AlertName): void {
    this.#watches.get(name)?.measured(1);
  }

  get active(): readonly Alert[] {
    return [...this.#raised].map(([name, before]) => this.#alertOf(name, before.sinceEpochMs) ?? before);
  }

  subscribe(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#cancel();
    this.#listeners.clear();
  }

  #lookAgain(): CancelTimer {
    return this.#clock.after(LOOK_EVERY_MS, () => {
      this.#cancel = this.#lookAgain();
      for (const [name, watch] of this.#watches) this.#look(name, watch);
    });
  }

  #look(name: AlertName, watch: RuleWatch): void {
    watch.look();
    const before = this.#raised.get(name);
    const now = this.#alertOf(name, before?.sinceEpochMs ?? this.#epochMs());
    if (now) this.#raised.set(name, now);
    else this.#raised.delete(name);
    if (!before && now) this.#tell({ kind: 'raised', alert: now });
    else if (before && !now) this.#tell({ kind: 'cleared', alert: before });
    else if (before && now && before.severity !== now.severity) this.#tell({ kind: 'changed', alert: now });
  }

  #alertOf(name: AlertName, sinceEpochMs: number): Alert | undefined {
    const standing = this.#watches.get(name)?.standing;
    if (!standing) return undefined;
    const { level, share, samples } = standing;
    const howMany = RULES[name].atOnce ? `${samples} ×` : `${Math.round(share * 100)} % of ${samples}`;
    const summary = `${howMany} ${level.says}`;
    return { name, severity: level.severity, summary, share, samples, sinceEpochMs };
  }

  #tell(event: AlertEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
