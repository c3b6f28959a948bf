/** The caller asks while a provider fails, and again when it is well. */
import type { FaultProxy, ProviderFault } from './fault-proxy.ts';
import type { Situation } from './situations.ts';

const WHILE: Readonly<Record<ProviderFault, string>> = {
  late: 'is late',
  hung: 'gives no answer',
  dropped: 'breaks off',
  garbage: 'answers garbage',
};

export function failing(proxy: FaultProxy, fault: ProviderFault): Situation {
  const { name, port } = proxy;
  let askedBefore = 0;
  /** Undefined: it has not failed yet. */
  let askedMeanwhile: number | undefined;
  const heal = () => {
    if (proxy.fault !== undefined) askedMeanwhile = proxy.asked - askedBefore;
    proxy.fault = undefined;
  };
  return {
    name: `${name} ${fault}`,
    about: `asks while ${name} ${WHILE[fault]}, and again when it is well`,
    fault: `${name} ${fault}`,
    async act(caller) {
      await caller.greeted();
      askedBefore = proxy.asked;
      askedMeanwhile = undefined;
      proxy.fault = fault;
      await caller.asks();
      await caller.hearsWhatComes();
      heal();
      await caller.asks();
      await caller.hearsAnswer();
    },
    over: heal,
    complaint() {
      if (askedMeanwhile !== 0) return undefined;
      return proxy.asked === 0
        ? `nothing has come through the proxy ${name}: point the bot at port ${port}`
        : `${name} was not asked meanwhile, so that nothing is known of it: does the bot keep what it was told before?`;
    },
  };
}
