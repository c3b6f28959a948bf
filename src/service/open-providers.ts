/** The second step: who hears, thinks and speaks, for all calls. */
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import { addProviderGauges } from '../ops/provider-metrics.ts';
import type { Closing } from './closing.ts';
import { credentialsOf, keptChatOf, synthesizerOf } from './providers.ts';
import { Recognition } from './recognition.ts';
import type { Watch } from './watch.ts';

export type Providers = Awaited<ReturnType<typeof openProviders>>;

/** Connects in the background. */
export async function openProviders(settings: Settings, log: Log, watch: Watch, closing: Closing) {
  const { admission, metrics, synthesis } = watch;
  const credentials = await credentialsOf(settings);
  const { synthesizer, breakers, grpc } = synthesizerOf(settings, credentials, log, {
    ...synthesis,
    onAttempt: () => admission.synthesis(),
    onLookup: (lookup) => metrics.cacheLookups.inc({ lookup }),
  });
  closing.add(() => synthesizer.close());
  const recognition = new Recognition(settings, credentials, log, watch);
  closing.add(() => recognition.close());
  const pools = { synthesis: () => grpc.channels, recognition: () => recognition.channels };
  addProviderGauges(metrics, { breakers, pools });
  const chat = keptChatOf(settings, log);
  closing.add(() => chat.close());
  return { synthesizer, breakers, recognition, chat };
}
