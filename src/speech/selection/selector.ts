/** Which providers are asked for a request, and in which order: as they were given, without those of whom it is known beforehand. */
import type { ParleyError } from '../../base/errors.ts';

export interface Selection<Provider> {
  /** To be asked one after the other until one has served. */
  readonly asked: readonly [Provider, ...Provider[]];
  /** In whose place the first of them is asked, and why. */
  readonly passedOver: readonly { readonly provider: Provider; readonly error: ParleyError }[];
}

/** Why it would be in vain to ask this provider for that now; undefined if it would not. */
export type Unfit<Provider, Request> = (provider: Provider, request: Request) => ParleyError | undefined;

export class Selector<Provider, Request> {
  readonly #providers: readonly [Provider, ...Provider[]];
  readonly #unfit: Unfit<Provider, Request>;

  /** `providers` in the order of preference. */
  constructor(providers: readonly [Provider, ...Provider[]], unfit: Unfit<Provider, Request>) {
    this.#providers = providers;
    this.#unfit = unfit;
  }

  /** Where nobody is fit, all are asked: what is known beforehand may be wrong, and each says best itself why it does not serve. */
  select(request: Request): Selection<Provider> {
    const judged = this.#providers.map((provider) => ({ provider, error: this.#unfit(provider, request) }));
    const [first, ...others] = judged.filter(({ error }) => error === undefined);
    if (!first) return { asked: this.#providers, passedOver: [] };
    return {
      asked: [first.provider, ...others.map(({ provider }) => provider)],
      passedOver: judged
        .slice(0, judged.indexOf(first))
        .flatMap(({ provider, error }) => (error ? [{ provider, error }] : [])),
    };
  }
}
