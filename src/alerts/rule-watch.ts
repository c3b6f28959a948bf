/** One rule over the last minutes: when it raises its alert, and when it lets it go. Holds no timer: somebody looks now and then. */
import { SlidingRate } from '../base/sliding-rate.ts';
import type { Clock } from '../base/clock.ts';
import type { Level, Rule } from './rules.ts';

export interface AlertPace {
  /** What is older is forgotten, milliseconds. Default 300 000: enough turns of a few calls to speak of a share. */
  readonly windowMs: number;
  /** With fewer samples in the window nothing is raised. Default 10: one slow turn is then no alert, two are. */
  readonly minSamples: number;
  /** An alert is let go when all has been well for so long, milliseconds. Default 60 000: a cause that comes and goes is one alert. */
  readonly calmMs: number;
}

export const ALERT_PACE: AlertPace = Object.freeze({ windowMs: 300_000, minSamples: 10, calmMs: 60_000 });

/** All is well up to this part of the share that raises: what hovers about the limit neither comes nor goes all the time. */
const CALM_PART = 0.5;

export interface Standing {
  readonly level: Level;
  readonly share: number;
  readonly samples: number;
}

export class RuleWatch {
  readonly #clock: Clock;
  readonly #pace: AlertPace;
  readonly #rule: Rule;
  readonly #samples: SlidingRate;
  /** A rate a level, in the rule's order: the worst first. */
  readonly #breaches: readonly SlidingRate[];
  #raised: number | undefined;
  #calmSinceMs: number | undefined;

  constructor(rule: Rule, clock: Clock, pace: AlertPace) {
    this.#rule = rule;
    this.#clock = clock;
    this.#pace = rule.atOnce ? { ...pace, windowMs: pace.calmMs, minSamples: 1 } : pace;
    const rate = () => new SlidingRate(clock, this.#pace.windowMs);
    this.#samples = rate();
    this.#breaches = rule.levels.map(rate);
  }

  /** One of what the rule is about, of which nothing bad is known. */
  sample(): void {
    this.#samples.note();
  }

  /** A sample turned out to be like this. */
  measured(value: number): void {
    this.#rule.levels.forEach(({ above }, index) => {
      if (value > above) this.#breaches[index]?.note();
    });
  }

  /** How it stands, while an alert is raised. */
  get standing(): Standing | undefined {
    const level = this.#raised === undefined ? undefined : this.#rule.levels[this.#raised];
    if (!level) return undefined;
    return { level, share: this.#share(this.#raised ?? 0), samples: this.#samples.count };
  }

  /** Looks at the clock and the samples, and raises, changes or clears. */
  look(): void {
    const worst = this.#worstRaised();
    if (worst !== undefined && worst < (this.#raised ?? Infinity)) return this.#become(worst);
    if (this.#raised === undefined) return;
    if (!this.#isCalm(this.#raised)) return void (this.#calmSinceMs = undefined);
    this.#calmSinceMs ??= this.#clock.nowMs();
    if (this.#clock.nowMs() - this.#calmSinceMs < this.#pace.calmMs) return;
    const milder = this.#rule.levels.findIndex((_, index) => !this.#isCalm(index));
    this.#become(milder === -1 ? undefined : milder);
  }

  #worstRaised(): number | undefined {
    if (this.#samples.count < this.#pace.minSamples) return undefined;
    const worst = this.#rule.levels.findIndex((_, index) => this.#share(index) > this.#rule.share);
    return worst === -1 ? undefined : worst;
  }

  #isCalm(index: number): boolean {
    return this.#share(index) <= this.#rule.share * CALM_PART;
  }

  #share(index: number): number {
    const samples = this.#samples.count;
    // A breach is told after its sample: for a moment its sample may be forgotten already.
    return samples === 0 ? 0 : Math.min(1, (this.#breaches[index]?.count ?? 0) / samples);
  }

  #become(level: number | undefined): void {
    this.#raised = level;
    this.#calmSinceMs = undefined;
  }
}
