/**
 * Records one call: stands between the Call and everything outside it, changes nothing, and writes the bundle when the call is over. What
 * grows with the call, its audio, goes to the disk meanwhile.
 */
import { isConsent } from '../../timeline/consent.ts';
import { entriesOf, shiftedEntry } from '../../timeline/timeline-entries.ts';
import type { EarReport } from '../../ear/ear-report.ts';
import type { Call } from '../../call/call.ts';
import type { CallKit } from '../../call/call-kit.ts';
import type { Resumed } from '../../call/resumed.ts';
import type { CallOrder } from '../../call/orders.ts';
import type { PhraseBook } from '../../call/speaking/phrase-book.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { consentPhrase } from '../../config/profile-recording.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import { resampled } from '../../audio/resample.ts';
import type { Line } from '../../telephony/line.ts';
import { BOT_FILE, CALLER_FILE, CALL_FILE, EAR_FILE, STOPS_FILE } from '../bundle/bundle-files.ts';
import { callJson } from '../bundle/bundle.ts';
import { Blank } from './blank.ts';
import { CallTape } from './call-tape.ts';
import { MaskedSound } from './masked-sound.ts';
import { phraseInventory, phrasesOfCall } from './phrase-inventory.ts';
import { FORMAT, VERSION } from '../bundle/recorded-call.ts';
import { recordedFlowState } from '../bundle/recorded-abilities.ts';
import type { RecordedConsultation } from '../bundle/recorded-abilities.ts';
import type { RecordedAri, RecordedCall, RecordedPhrase, Redaction } from '../bundle/recorded-call.ts';
import { redactedCall } from './redacted-call.ts';
import { Mask } from './redaction.ts';
import { stopsJson } from './stops-of.ts';
import { SoundTrack } from './sound-track.ts';
import { TapedConsultations } from './taped-consultations.ts';
import { TapedCaptures } from './taped-hearing.ts';
import { TapedLine } from './taped-line.ts';
import type { HeardStretch } from './taped-player.ts';
import { learnVariables } from './private-variables.ts';
import { tapedAnswerer } from './taped-answerer.ts';
import { TapedAbilities, sensitiveSlots } from './taped-abilities.ts';
import { tapedChat, tapedRecognizer, tapedSynthesizer } from './taped-providers.ts';
import type { BundleDisk } from './bundle-disk.ts';
import type { BundleTexts, Side } from './unfinished-bundle.ts';
import { withoutSecrets } from './without-secrets.ts';
import type { WavSpool } from './wav-spool.ts';

export interface RecorderOptions {
  /** Where the bundle is written while the call lasts; must not be there yet. */
  readonly dir: string;
  readonly id: string;
  readonly line: Line;
  readonly profile: BotProfile;
  readonly book: PhraseBook;
  readonly kit: CallKit;
  readonly resumed: Resumed | undefined;
  readonly redaction: Redaction;
  /** Where the caller has paused is written beside the call; not if not given. */
  readonly keepsPauses?: boolean;
  readonly disk: BundleDisk;
  /** By the wall clock. */
  readonly startedAt: Date;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: RecordedCall['settings']['others'];
  /** What was exchanged with Asterisk about this line since `sinceMs`, on the kit's clock. */
  readonly ariOf: (lineId: string, sinceMs: number) => readonly RecordedAri[];
  /** What the call was like to the ear, when it is over. */
  readonly earOf?: (lineId: string) => EarReport | undefined;
}

/** Stands for a digit that is sensitive, as in the timeline. */
const BLANK_DIGIT = '•';

export class CallRecorder {
  /** To be given to the Call instead of its own. */
  readonly line: Line;
  readonly kit: CallKit;
  readonly #options: RecorderOptions;
  readonly #tape: CallTape;
  readonly #beganAtMs: number;
  readonly #readyAtBegin: readonly RecordedPhrase[];
  readonly #mask: Mask;
  /** Of what the caller says again, what may be kept. */
  #hidden: (text: string) => string = (text) => text;
  /** Undefined as long as nothing may be recorded: then there is no file. */
  #tracks: { readonly caller: SoundTrack; readonly bot: SoundTrack } | undefined;
  readonly #spools: WavSpool[] = [];
  /** Keeps what the caller says; undefined until that may be. */
  #keepCaller: ((pcm: Uint8Array, atMs: number) => void) | undefined;
  /** Has the last of it handed on, where that comes in longer pieces. */
  readonly #lastOfCaller: (() => void) | undefined;
  /** On the tape: what the caller said before is not kept. */
  #mayRecordFromMs = -Infinity;
  /** What the bot said of recording, to be written when it may be. */
  #held: (() => void)[] = [];
  readonly #masked: MaskedSound | undefined;
  /** Of what the caller says, and of what the bot says. */
  readonly #blank: Blank;
  readonly #botsBlank: Blank;
  readonly #mayBeSensitive: boolean;
  readonly #abilities: TapedAbilities;
  readonly #consultations: readonly RecordedConsultation[];
  #timeline: readonly TimelineEntry[] = [];
  #orders: readonly CallOrder[] = [];
  /** What has kept the recording from being whole. */
  #fault: { readonly error: unknown } | undefined;

  constructor(options: RecorderOptions) {
    const { kit, line } = options;
    this.#options = options;
    this.#beganAtMs = kit.clock.nowMs();
    this.#tape = new CallTape(kit.clock);
    this.#readyAtBegin = phraseInventory(options.book, options.profile);
    const told = inEachLanguage(options.profile).map(({ greeting, prompt }) => `${prompt} ${greeting}`);
    this.#mask = new Mask(told.join(' '));
    learnVariables(this.#mask, kit.variables);
    this.#masked = options.redaction === 'audio' ? new MaskedSound(this.#tape, this.#mask) : undefined;
    this.#blank = new Blank(() => this.#tape.nowMs);
    this.#botsBlank = new Blank(() => this.#tape.nowMs);
    const sensitive = sensitiveSlots(options.profile);
    this.#mayBeSensitive = sensitive.length > 0 || kit.collecting !== undefined;
    this.#abilities = new TapedAbilities({
      tape: this.#tape,
      sensitive,
      shown: (text) => this.#shown(text, options.profile.language),
      turn: () => this.#timeline.at(-1)?.turn ?? 0,
    });
    const consultations = new TapedConsultations(this.#tape);
    this.#consultations = consultations.notes;
    const captures = new TapedCaptures(this.#tape);
    const keepCaller = (pcm: Uint8Array, atMs: number) => this.#keepCaller?.(pcm, atMs);
    // Where it may matter to the moment what is kept, each frame is looked at.
    const isPlain = !this.#masked && !this.#mayBeSensitive && consentPhrase(options.profile) === undefined;
    this.#lastOfCaller = isPlain
      ? line.hearing.tapInRuns?.((pcm, atMs) => keepCaller(pcm, this.#tape.at(atMs)))
      : undefined;
    this.line = new TapedLine(line, this.#tape, {
      captures,
      consult: (inner) => consultations.consult(inner),
      digit: (digit) => (this.#blank.isOn ? digit.replace(/\d/, BLANK_DIGIT) : digit),
      caller: this.#lastOfCaller ? undefined : keepCaller,
      bot: (began, stretches) => this.#unharmed(() => this.#heardBot(began, stretches)),
    });
    this.kit = {
      ...kit,
      clock: this.#tape.clock,
      random: () => this.#draw(),
      // What a colleague says to the bot is no part of the recording.
      colleaguesRecognizer: kit.recognizer,
      recognizer: tapedRecognizer(kit.recognizer, this.#tape, captures, this.#shown),
      chat: tapedChat(kit.chat, this.#tape),
      synthesizer: tapedSynthesizer(kit.synthesizer, this.#tape),
      askColleague: consultations.ask,
      ...(kit.answerer && { answerer: tapedAnswerer(kit.answerer, this.#tape) }),
      ...(kit.abilities && { abilities: this.#abilities.of(kit.abilities) }),
    };
    if (consentPhrase(options.profile) === undefined) this.#open();
  }

  /** To be told of the Call before it runs. */
  follow(
    call: Pick<Call, 'orders' | 'timeline'> &
      Partial<Pick<Call, 'flow' | 'hidden' | 'isSensitive' | 'saysSensitive'>>,
  ): void {
    this.#timeline = call.timeline.entries;
    this.#orders = call.orders;
    // Fifty times a second: not asked of a call that asks for nothing of the kind.
    if (this.#mayBeSensitive) {
      this.#blank.follow(() => call.isSensitive === true);
      this.#botsBlank.follow(() => call.saysSensitive === true);
    }
    this.#hidden = (text) => call.hidden?.(text) ?? text;
    this.#abilities.follow(call.flow);
    call.timeline.observe((entry) => {
      this.#abilities.follow(call.flow);
      if (entry.type === 'consent' && isConsent(entry.outcome)) this.#beginAt(entry.atMs);
    });
  }

  /** What happened, on the call's own clock. */
  get timeline(): readonly TimelineEntry[] {
    return this.#timeline;
  }

  /** Whether the caller knows that this is recorded, where the bot's profile wants that: else there is nothing of it on the disk. */
  get mayBeKept(): boolean {
    return this.#tracks !== undefined;
  }

  /** Has the bundle written to `to`, once the call is over. Rejects with what kept it from being whole. */
  async finish(to: string): Promise<void> {
    if (!this.#tracks) throw new Error('nobody has consented to this recording');
    const { bot, caller } = this.#tracks;
    const { dir, disk, line } = this.#options;
    const texts = this.#texts();
    this.#lastOfCaller?.();
    this.#masked?.review(caller);
    const lengthMs = this.#tape.nowMs;
    caller.finish(lengthMs);
    bot.finish(lengthMs);
    if (this.#fault) throw this.#fault.error;
    for (const spool of this.#spools) spool.finish();
    await disk.keep(dir, { to, sampleRateHz: line.player.sampleRateHz, texts });
  }

  #texts(): BundleTexts {
    const { earOf, keepsPauses, line, redaction } = this.#options;
    const call = this.#call();
    const ear = earOf?.(line.id);
    return [
      ...(ear ? [{ file: EAR_FILE, text: `${JSON.stringify(ear, undefined, 1)}\n` }] : []),
      ...(keepsPauses === true ? [{ file: STOPS_FILE, text: stopsJson(call) }] : []),
      // The call's own file makes the bundle whole: it comes last.
      { file: CALL_FILE, text: callJson(redaction === 'none' ? call : redactedCall(call, this.#mask)) },
    ];
  }

  #call(): RecordedCall {
    const { ariOf, book, kit, line, profile, redaction, resumed, settings, startedAt, versions } =
      this.#options;
    const { name, ...rest } = profile;
    const { bot, ...party } = line.party;
    const tape = this.#tape;
    return {
      format: FORMAT,
      version: VERSION,
      id: this.#options.id,
      startedAt: startedAt.toISOString(),
      versions,
      redaction,
      party: { ...party, ...(bot !== undefined && { bot }) },
      ...(kit.variables && Object.keys(kit.variables).length > 0 && { variables: kit.variables }),
      ...(tape.answerer && { answerer: tape.answerer }),
      bot: name,
      profile: rest,
      settings: {
        synthesisWindow: kit.synthesisWindow,
        ...(kit.fallback && { fallback: kit.fallback }),
        others: settings,
      },
      ...(resumed && { resumed: resumedCall(resumed) }),
      ...this.#abilities.recorded,
      ...(this.#consultations.length > 0 && { consultations: this.#consultations }),
      line: {
        sampleRateHz: line.player.sampleRateHz,
        startsOn: line.player.startsOn,
        ...(line.player.heardOutMs !== undefined && { heardOutMs: line.player.heardOutMs }),
        detectionSilenceMs: line.hearing.detectionSilenceMs,
        ...(tape.answeredAfterMs !== undefined && { answeredAfterMs: tape.answeredAfterMs }),
        ...(tape.lineEnded && { ended: tape.lineEnded }),
        hearing: tape.hearing,
        heardUntil: tape.heardUntil,
        playbacks: tape.playbacks,
      },
      orders: this.#orders.map((order) => ({ ...order, atMs: tape.at(order.atMs) })),
      utterances: tape.utterances,
      replies: tape.replies,
      syntheses: tape.syntheses,
      phrases: phrasesOfCall(this.#readyAtBegin, phraseInventory(book, profile), this.#timeline),
      draws: tape.draws,
      timers: tape.timers,
      ari: this.#withoutDigits(ariOf(line.id, this.#beganAtMs)),
      timeline: this.#timeline.map((entry) => shiftedEntry(entry, -this.#beganAtMs)),
    };
  }

  /** Where some digits are nobody's to read, none that Asterisk told of is kept. */
  #withoutDigits(exchanged: readonly RecordedAri[]): readonly RecordedAri[] {
    if (!entriesOf(this.#timeline, 'digit').some(({ digit }) => digit === BLANK_DIGIT)) return exchanged;
    return exchanged.map((entry) =>
      'digit' in entry.facts ? { ...entry, facts: { ...entry.facts, digit: BLANK_DIGIT } } : entry,
    );
  }

  readonly #shown = (text: string, language: string): string =>
    this.#blank.isOn ? withoutSecrets.words(text, language) : this.#hidden(text);

  #draw(): number {
    return this.#tape.draw(this.#options.kit.random());
  }

  #open(): void {
    const caller = this.#track(CALLER_FILE, this.#masked !== undefined);
    this.#tracks = { caller, bot: this.#track(BOT_FILE, false) };
    this.#keepCaller = (pcm, atMs) =>
      this.#unharmed(() => {
        if (atMs < this.#mayRecordFromMs) return;
        caller.add(atMs, this.#blank.kept(pcm));
        this.#masked?.review(caller);
      });
  }

  /** The caller has heard that this is recorded, or has said that it may be. */
  #beginAt(clockMs: number): void {
    if (this.#tracks) return;
    this.#mayRecordFromMs = this.#tape.at(clockMs);
    this.#unharmed(() => {
      this.#open();
      for (const write of this.#held.splice(0)) write();
    });
  }

  #track(file: Side, holds: boolean): SoundTrack {
    const { dir, disk, line } = this.#options;
    const spool = disk.side(dir, file);
    this.#spools.push(spool);
    return new SoundTrack(spool, { sampleRateHz: line.player.sampleRateHz, holds });
  }

  /** Whatever goes wrong with the recording, the call goes on. */
  #unharmed(record: () => void): void {
    if (this.#fault) return;
    try {
      record();
    } catch (error) {
      this.#fault = { error };
    }
  }

  #heardBot(began: number, stretches: readonly HeardStretch[]): void {
    const { bot } = this.#tracks ?? {};
    if (!bot) return void this.#held.push(() => this.#heardBot(began, stretches));
    const text = entriesOf(this.#timeline, 'playback.started')[began]?.text ?? '';
    for (const { atMs, fromMs, pcm } of stretches) {
      const kept = this.#masked?.masked(pcm, fromMs, text) ?? pcm;
      const { data } = resampled(kept, this.#options.line.player.sampleRateHz);
      bot.add(atMs, this.#botsBlank.kept(data));
    }
  }
}

function resumedCall({
  conversation,
  flow,
  earlier,
  ...resumed
}: Resumed): NonNullable<RecordedCall['resumed']> {
  return {
    ...resumed,
    ...(conversation !== undefined && { conversation }),
    ...(flow && { flow: recordedFlowState(flow) }),
    ...(earlier && { earlier }),
  };
}
