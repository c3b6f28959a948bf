/**
 * Builds the service from its settings, step by step: what watches, providers, bots, calls, telephones, the operator's side. What a step
 * has opened is closed in the opposite order.
 */
import { resolve } from 'node:path';
import { systemClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { ownDirectory } from './base/own-directory.ts';
import type { Settings } from './config/settings.ts';
import { CallLog } from './ops/call-log.ts';
import { openAbilities } from './service/bot-abilities.ts';
import { makeCampaigns, openCampaigns } from './service/call-campaigns.ts';
import { openHistory } from './service/call-history.ts';
import { openResults } from './service/call-results.ts';
import { openRecordings } from './service/call-recordings.ts';
import { Closing } from './service/closing.ts';
import { openCallsOut } from './service/open-calls-out.ts';
import { openBots } from './service/open-bots.ts';
import { attachFleet, openFleet } from './service/open-fleet.ts';
import { openReception, openRecords } from './service/open-calls.ts';
import { openOperatorsSide } from './service/open-operators-side.ts';
import { openProviders } from './service/open-providers.ts';
import { openSharedPhrases } from './service/open-shared-phrases.ts';
import type { openSpeechBesideCalls } from './service/open-speech-api.ts';
import { openTracing } from './service/open-tracing.ts';
import type { Service, ServiceHooks } from './service/service.ts';
import { closeTelephones, makeTelephones, openTelephones } from './service/telephones.ts';
import { openTwilioServers } from './service/twilio-servers.ts';
import { startWatch } from './service/watch.ts';
import { TenantPlaces } from './tenants/tenant-places.ts';
import { Tenants } from './tenants/tenants.ts';

export type { Service, ServiceHooks } from './service/service.ts';

/**
 * Resolves when calls can come over a telephone that people dial; waits for one as long as that takes, while HTTP says that no call could
 * be served and takes the calls of pages. Throws BOT_PROFILE_INVALID, TENANTS_INVALID, CREDENTIALS_INVALID, MEDIA_DIR_UNUSABLE, DATA_DIR_UNUSABLE,
 * HTTP_ADDRESS_UNUSABLE, ARI_LISTEN_UNUSABLE, MEDIA_MODE_UNAVAILABLE, ARI_REFUSED or ARI_FAILED, or the hooks' signal's reason; leaves
 * nothing behind then.
 */
export async function startService(
  settings: Settings,
  plainLog: Log,
  hooks: ServiceHooks = {},
): Promise<Service> {
  const { onCall, signal = new AbortController().signal, speechDetector } = hooks;
  const closing = new Closing();
  try {
    await ownDirectory('MEDIA_DIR', resolve(settings.media.dir));
    await ownDirectory('DATA_DIR', resolve(settings.data.dir));
    const tracing = await openTracing(settings.tracing, plainLog);
    closing.add(() => tracing.close());
    const { log, traceparentOf } = tracing;
    const fleet = await openFleet(settings, log, closing);
    const watch = startWatch(settings, tracing, closing, fleet);
    const providers = await openProviders(settings, log, watch, closing);
    const records = await openRecords(settings, log, fleet, (record) => results.leftBehind(record));
    const abilities = await openAbilities(settings, log, {
      left: records.conversations,
      journalOver: fleet && ((disk) => fleet.journalOver(disk)),
      traceparentOf,
    });
    closing.add(() => abilities.close());
    const { synthesizer } = providers;
    const aheadOfCalls = await openSharedPhrases({ settings, log, fleet, ...providers, closing });
    const tenants = await Tenants.open(settings.tenants.file);
    const tenancy = {
      tenants,
      places: new TenantPlaces((tenant) => fleet?.tenantCallsElsewhere(tenant) ?? 0),
    };
    const spoken = { synthesizer, aheadOfCalls };
    const { roster, reload } = await openBots({ settings, log, ...spoken, abilities, tenants, closing });

    const telephones = makeTelephones({
      settings,
      log,
      speechDetector,
      leftCalls: () => records.left,
      ownership: fleet,
      others: openTwilioServers(settings, log, closing),
      onArrival: (arrival) => reception.receive(arrival),
      onNobodyWaits: () => records.forgetLeft(),
    });
    const calls = new CallLog({ clock: systemClock, epochMs: () => Date.now() });
    const recordings = await openRecordings({ settings, log, watch, telephones, calls, tenants });
    const history = await openHistory({ settings, log, calls, metrics: watch.metrics });
    closing.add(async () => history?.close());
    const kept = {
      settings,
      log,
      fleet,
      calls,
      metrics: watch.metrics,
      chat: providers.chat,
      roster,
      tenants,
    };
    const results = await openResults({ ...kept, recordings, history: history?.history, traceparentOf });
    closing.add(() => results.close());
    const earlier = (conversation: string) => fleet?.earlier(conversation) ?? abilities.earlier(conversation);
    const bots = { roster, reload, abilities: { ...abilities, earlier } };
    const parts = { settings, log, watch, providers, ...bots, tenancy, calls, telephones, results };
    const reception = openReception({ ...parts, tracing, records, recordings, onCall });

    const { admission } = watch;
    const joined = { settings, tenancy, admission, reception, records, telephones };
    attachFleet(fleet, { ...joined, campaigns: () => campaigns });
    const { callsOut, orders } = await openCallsOut({ ...parts, reception, history, closing });
    const callOut = hooks.callOut ?? (callsOut.canCall ? callsOut.call : undefined);
    const isAble = () => reception.refusal !== 'draining' && telephones.all.some((each) => each.connected);
    const campaigns = makeCampaigns({ settings, log, roster, results, callOut, fleet, isAble });
    closing.add(async () => campaigns?.close());
    const speech = hooks.speechApi && (await loadSpeechBesideCalls(hooks.speechApi, tracing));
    closing.add(async () => speech?.close());
    const http = await openOperatorsSide({
      ...parts,
      speech: speech?.listener,
      reception,
      fleet,
      history,
      campaigns,
      callsOut,
      orders,
    });
    closing.add(() => http.close());
    closing.add(() => closeTelephones(telephones.all));
    closing.add(() => recordings.close());
    closing.add(() => reception.stop());
    closing.add(() => callsOut.stopRinging());
    await openTelephones(telephones.all, log, signal);
    await openCampaigns(campaigns, log);
    // No further call from here on; those that go on are ended by the reception, and noted when campaigns close.
    closing.add(async () => void campaigns?.drain());
    return {
      httpUrl: http.url,
      get activeCalls() {
        return reception.live.length;
      },
      get prepared() {
        return roster.prepared;
      },
      get refusal() {
        return reception.refusal;
      },
      get admission() {
        return watch.admission.state;
      },
      alerts: watch.alerts,
      drain: async () => {
        fleet?.giveAway();
        void campaigns?.drain();
        void callsOut.stopRinging();
        await Promise.all([reception.drain(settings.drainMs), speech?.drain()]);
      },
      reloadBots: () => reload.reload(),
      stop: () => closing.close(),
      abandon: async () => {
        await Promise.all([callsOut.stopRinging(), reception.abandon()]);
      },
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** Loaded only where it is asked for. */
async function loadSpeechBesideCalls(...given: Parameters<typeof openSpeechBesideCalls>) {
  const beside = await import('./service/open-speech-api.ts');
  return beside.openSpeechBesideCalls(...given);
}
