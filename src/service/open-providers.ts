/** The second step: who hears, thinks and speaks, for all calls. */
import { refusalsOf } from '../alerts/watch-providers.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import { WatchedChat } from '../llm/watched-chat.ts';
import { addProviderGauges } from '../ops/provider-metrics.ts';
import type { Closing } from './closing.ts';
import { answeringChatOf, synthesizerOf } from './providers.ts';
import { Recognition } from './recognition.ts';
import { speechVendors } from './speech-vendors.ts';
import type { Watch } from './watch.ts';

export type Providers = Awaited<ReturnType<typeof openProviders>>;

/** Connects in the background. */
export async function openProviders(settings: Settings, log: Log, watch: Watch, closing: Closing) {
  const { admission, alerts, metrics, synthesis } = watch;
  const vendors = await speechVendors(settings, log);
  const { synthesizer, breakers, channels } = synthesizerOf(settings, vendors, log, {
    ...synthesis,
    onAttempt: () => admission.synthesis(),
    onLookup: (lookup) => metrics.cacheLookups.inc({ lookup }),
  });
  closing.add(() => synthesizer.close());
  const recognition = new Recognition(settings, vendors, log, watch);
  closing.add(() => recognition.close());
  const pools = { synthesis: channels, recognition: () => recognition.channels };
  addProviderGauges(metrics, { breakers, pools });
  const onRefused = refusalsOf('model', metrics, alerts);
  const model = answeringChatOf(settings, log, (because) => metrics.secondModel.inc({ because }));
  closing.add(() => model.close());
  const chat = new WatchedChat(model, { clock: systemClock, onRefused });
  closing.add(() => chat.close());
  const [best] = vendors;
  const provider = best?.name ?? synthesizer.name;
  const speaker = { provider, model: best?.models?.speaks ?? breakers[0]?.name ?? '' };
  return { synthesizer, breakers, speaker, recognition, chat };
}
