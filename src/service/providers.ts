/** Who hears, thinks and speaks: the providers that the settings name, stacked in the open, so that what wraps what can be read. */
import type { OnFallback } from '../alerts/watch-providers.ts';
import type { CircuitSettings } from '../base/circuit.ts';
import { systemClock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { SeldomOfEach } from '../base/seldom.ts';
import type { ChatModel } from '../config/chat-models.ts';
import type { Settings } from '../config/settings.ts';
import { chatByProvider } from '../llm/chat-by-provider.ts';
import { ChatEndpoint } from '../llm/chat-endpoint.ts';
import { keptWarm, WARM_UP_MS } from '../llm/kept-warm.ts';
import { createOpenAiChat } from '../llm/openai.ts';
import type { OpenAiChat, OpenAiOptions } from '../llm/openai.ts';
import { isOwnServer } from '../llm/own-server.ts';
import { SecondChat } from '../llm/second-chat.ts';
import type { SecondChatOptions } from '../llm/second-chat.ts';
import type { ChannelPools } from '../ops/provider-metrics.ts';
import { DeafRecognizer } from '../speech/recognition/deaf.ts';
import type { Recognizer } from '../speech/recognition/recognizer.ts';
import { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';
import { CachingSynthesizer } from '../speech/synthesis/cache.ts';
import type { CacheLookup } from '../speech/synthesis/cache.ts';
import { FAILOVER_DEFAULTS, FailoverSynthesizer } from '../speech/synthesis/failover.ts';
import type { SynthesisProvider } from '../speech/synthesis/provider.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import type { ToolJournal } from '../tools/journal/tool-journal.ts';
import { abilitiesWith } from './bot-abilities.ts';
import { speechVendors } from './speech-vendors.ts';
import type { SpeechVendor } from './speech-vendors.ts';

/** A replay's tools are nobody's to go on with, and the service that runs keeps the journal. */
const NO_JOURNAL: ToolJournal = { begun: () => Promise.resolve(), ended: () => Promise.resolve() };

/** The providers as a call is given them, without a telephone: what replays ask instead of what was recorded. */
export async function connectProviders(settings: Settings) {
  const vendors = await speechVendors(settings, silentLog);
  const nobody = () => undefined;
  const { synthesizer } = synthesizerOf(settings, vendors, silentLog, {
    onRequest: nobody,
    onAttempt: nobody,
    onFallback: nobody,
    onLookup: nobody,
  });
  const recognizer = wholeOf(vendors);
  const chat = chatOf(settings, silentLog);
  const abilities = abilitiesWith(settings, silentLog, NO_JOURNAL);
  const all = [recognizer, chat, synthesizer, abilities];
  return {
    recognizer,
    chat,
    synthesizer,
    abilitiesOf: abilities.of,
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  };
}

interface SynthesisObserver {
  /** What the cache could not answer. */
  readonly onRequest: () => void;
  /** What goes to a provider. */
  readonly onAttempt: () => void;
  readonly onFallback: OnFallback;
  readonly onLookup: (lookup: CacheLookup) => void;
}

/** Who hears whole utterances, of those who do the first. */
function wholeOf(vendors: readonly SpeechVendor[]): Recognizer {
  for (const { whole } of vendors) {
    const recognizer = whole();
    if (recognizer) return recognizer;
  }
  return new DeafRecognizer();
}

/** When a provider rests, whatever it does. */
export function circuitOf({ tts: { breaker } }: Settings): CircuitSettings {
  return {
    failuresToOpen: breaker.failures,
    openMs: breaker.openSeconds * 1000,
    successesToClose: breaker.successes,
  };
}

/** One synthesizer out of many: memory, then each of the vendors' in their order while it is well. */
export function synthesizerOf(
  settings: Settings,
  vendors: readonly SpeechVendor[],
  log: Log,
  { onRequest, onAttempt, onFallback, onLookup }: SynthesisObserver,
): {
  readonly synthesizer: Synthesizer;
  readonly breakers: readonly BreakerSynthesizer[];
  /** The connections that are kept, if any. */
  readonly channels: () => ChannelPools | undefined;
} {
  const { tts } = settings;
  const clock = systemClock;
  const providers = vendors.flatMap(({ synthesizers }) => synthesizers());
  const guarded = (synthesizer: SynthesisProvider) =>
    new BreakerSynthesizer(synthesizer, {
      clock,
      onAdmitted: onAttempt,
      settings: circuitOf(settings),
      onChange: (change) =>
        log.warn({ event: 'synthesis.breaker', ...change }, 'a synthesizer rests, or is trusted again'),
    });
  const breakers = providers.map(guarded);
  const [first, ...others] = breakers;
  if (!first) throw new Error('SPEECH_PROVIDERS names somebody, and everybody speaks');
  const seldom = new SeldomOfEach(clock);
  const failover = new FailoverSynthesizer({
    providers: [first, ...others],
    clock,
    onRequest,
    settings: {
      ...FAILOVER_DEFAULTS,
      patience: { ...FAILOVER_DEFAULTS.patience, firstAudioMs: tts.firstAudioMs },
    },
    onFallback: (fallback) => {
      seldom.happened(`${fallback.from} ${errorCode(fallback.error)}`, (times) =>
        log.warn({ event: 'synthesis.fallback', ...fallback, times }, 'another synthesizer speaks'),
      );
      onFallback(fallback);
    },
  });
  const synthesizer =
    tts.cacheBytes === 0
      ? failover
      : new CachingSynthesizer(failover, { settings: { maxBytes: tts.cacheBytes }, onLookup });
  const channels = () => providers.find((each) => each.channels)?.channels;
  return { synthesizer, breakers, channels };
}

/** The models as they are asked once in a while: by the doctor, by replays. */
export function chatOf(settings: Settings, log: Log): OpenAiChat {
  return byProvider(settings, (model) => createOpenAiChat(chatOptions(settings, model, log)));
}

/**
 * The models as calls ask them, each with a second one behind it. Without OPENAI_FALLBACK_MODEL only bots that name a second model have one,
 * at the same endpoint.
 */
export function answeringChatOf(
  settings: Settings,
  log: Log,
  onSecond: SecondChatOptions['onSecond'],
): OpenAiChat {
  const { isGiven, model, ...elsewhere } = settings.openai.fallback;
  return byProvider(settings, (named) => {
    const first = keptChatOf(settings, named, log);
    const behind = isGiven ? { ...named, ...elsewhere } : named;
    const second = createOpenAiChat(chatOptions(settings, behind, log));
    const both = new SecondChat({ first, second, model, clock: systemClock, log, onSecond });
    return {
      name: both.name,
      hasSecond: both.hasSecond,
      reply: (request, signal) => both.reply(request, signal),
      close: async () => void (await Promise.all([first.close(), second.close()])),
    };
  });
}

/** One chat for each provider that there is a key for, behind one. */
function byProvider({ openai: { named } }: Settings, chatFor: (model: ChatModel) => OpenAiChat): OpenAiChat {
  const [openai, gemini] = [named.openai && chatFor(named.openai), named.gemini && chatFor(named.gemini)];
  const otherwise = openai ?? gemini;
  if (!otherwise) throw new Error('settings without a model are refused when they are read');
  return chatByProvider({ otherwise, named: { openai, gemini } });
}

/** The model loaded before calls ask it, where it is a server's that loads models. */
function keptChatOf(settings: Settings, model: ChatModel, log: Log): OpenAiChat {
  const options = chatOptions(settings, model, log);
  const { keepWarm } = settings.llm;
  if (keepWarm === 'off' || (keepWarm === 'auto' && !isOwnServer(options.baseUrl)))
    return createOpenAiChat(options);
  const endpoint = new ChatEndpoint(options);
  const patience = { firstTokenMs: WARM_UP_MS, totalMs: WARM_UP_MS };
  return keptWarm({
    chat: createOpenAiChat(options, endpoint),
    patient: createOpenAiChat({ ...options, ...patience, log: silentLog }, endpoint),
    clock: systemClock,
    log,
  });
}

function chatOptions({ llm, prices }: Settings, model: ChatModel, log: Log): OpenAiOptions {
  const { firstTokenMs, totalMs } = llm;
  const asksUsage = prices.inputMillionTokens > 0 || prices.outputMillionTokens > 0;
  return { ...model, firstTokenMs, totalMs, asksUsage, clock: systemClock, log };
}
