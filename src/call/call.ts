/**
 * A call, from top to bottom: answer, greet, then listen and answer in turn until somebody ends it. The caller may interrupt whatever
 * the bot says, at any time.
 */
import { unlessAborted } from '../base/async.ts';
import type { CancelTimer } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { adaptive } from '../endpointing/adaptive.ts';
import { fixedSilence } from '../endpointing/fixed-silence.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { HistoryMessage } from '../llm/prompt.ts';
import { canGoTo } from '../telephony/line.ts';
import type { Awaited, HearingListener, Line } from '../telephony/line.ts';
import { BargeIn } from './listening/barge-in.ts';
import { Abilities } from './abilities.ts';
import type { CallKit } from './call-kit.ts';
import { CallOver, causeOfEnd, causeOfLineEnd } from './call-over.ts';
import { Consent } from './consent.ts';
import { EarlyAnswers } from './early-answers.ts';
import { Keys, MASKED } from './listening/keys.ts';
import { Ear, MIN_UTTERANCE_MS } from './listening/ear.ts';
import type { Utterance, WordsSoFar } from './listening/ear.ts';
import { isUnderstood } from './listening/interjection.ts';
import { seeOff } from './farewell.ts';
import type { Farewell } from './farewell.ts';
import { Fillers } from './speaking/fillers.ts';
import type { FlowState } from './flow/flow-state.ts';
import { doneForCaller } from './flow-script.ts';
import { History } from './history.ts';
import { Mouth } from './speaking/mouth.ts';
import { OrderBook } from './order-book.ts';
import type { CallOrder, OrderedEnd } from './orders.ts';
import type { Persona, Phrases } from './persona.ts';
import { messageOf } from '../config/profile-outbound.ts';
import { Pickup } from './pickup.ts';
import { Personas } from './personas.ts';
import type { HeardWords } from './personas.ts';
import type { PhraseKind } from './speaking/phrase-book.ts';
import type { WordsAhead } from './speaking/words-ahead.ts';
import { Sayings } from './speaking/sayings.ts';
import { entriesOf } from '../timeline/timeline-entries.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { CallEndCause, SpeechKind, TurnOutcome } from '../timeline/timeline.ts';
import { placeText } from '../telephony/transfer-target.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { CallAction } from '../tools/tool.ts';
import { Responder } from './responder.ts';
import type { Resumed } from './resumed.ts';
import { HandingOver } from './transfer/handing-over.ts';
import type { TransferAction } from './transfer/transfers.ts';
import { sayOpening, takeTurn } from './turn.ts';
import type { TurnTools } from './turn.ts';
import { Unanswered } from './unanswered.ts';

/** A second failure in a row will not be the last: the caller is better off elsewhere. */
const MAX_FAILED_TURNS = 2;

/** Ends in which goodbye has been said already, or nobody is there to hear it. */
const HAS_PARTED: ReadonlySet<CallEndCause> = new Set(['silence', 'bot', 'goodbye', 'machine', 'fax']);

/** How long a call that has broken may take to part with its caller, ms: a goodbye, or the way to the fallback. */
const FAULTY_CALL_ENDS_WITHIN_MS = 10_000;

export class Call {
  readonly timeline: Timeline;
  readonly line: Line;
  readonly profile: BotProfile;
  readonly #kit: CallKit;
  readonly #personas: Personas;
  readonly #mouth: Mouth;
  readonly #sayings: Sayings;
  readonly #ear: Ear;
  readonly #bargeIn: BargeIn;
  /** Where Parley has called: who is there. */
  readonly #pickup: Pickup | undefined;
  readonly #earlyAnswers: EarlyAnswers;
  readonly #abilities: Abilities;
  readonly #tools: TurnTools;
  readonly #resumed: Resumed | undefined;
  readonly #history: History;
  /** Aborts when the conversation is over, with a CallOver. */
  readonly #over = new AbortController();
  /** Aborts when nothing of a call that has broken is waited for any longer. */
  readonly #givenUp = new AbortController();
  #cancelGivingUp: CancelTimer = () => undefined;
  #isGone = false;
  /** What the bot is saying or thinking about; the caller may abort it. */
  #turn: AbortController | undefined;
  /** The caller can hear something. */
  #answered = false;
  /** How the last thing that the bot said ended. */
  #lastOutcome: TurnOutcome | undefined;
  readonly #unanswered = new Unanswered();
  readonly #orders: OrderBook;
  /** What is to be done now that the bot has said that it will be. */
  #action: CallAction | undefined;
  readonly #handingOver: HandingOver;
  readonly #keys: Keys;
  readonly #consent: Consent;
  /** Where the operator, or the bot, sends the caller. */
  #destination: Pick<Farewell, 'place' | 'variables'> | undefined;
  /** By which end of its script the conversation has ended. */
  #outcome: string | undefined;

  /** With `resumed`, the bot apologises instead of greeting, and goes on from there, in the language that was spoken. */
  constructor(
    line: Line,
    profile: BotProfile,
    personas: readonly [Persona, ...Persona[]],
    kit: CallKit,
    resumed?: Resumed,
  ) {
    const { clock } = kit;
    this.line = line;
    this.profile = profile;
    this.#kit = kit;
    this.#personas = new Personas(personas, resumed?.language);
    this.#resumed = resumed;
    this.#history = new History(resumed?.messages);
    this.timeline = new Timeline(clock, (error) => this.#faulted('timeline.observer', error));
    this.timeline.turn = resumed?.turn ?? 0;
    const { timeline } = this;
    const mouth = new Mouth({ player: line.player, clock, timeline, language: () => this.#persona.language });
    this.#mouth = mouth;
    const { chat, log, synthesizer, synthesisWindow: window } = kit;
    const now = { clock, persona: () => this.#persona };
    const answering: Personas['answering'] = (words) => this.#personas.answering(words);
    const sampleRateHz = () => mouth.sampleRateHz;
    const history = this.#history;
    this.#abilities = new Abilities({
      ...{ clock, log, profile, call: line, random: kit.random, language: this.language },
      variables: kit.variables,
      bot: kit.abilities,
      conversation: resumed?.conversation,
      flow: resumed?.flow,
      earlier: resumed?.earlier,
      turn: () => timeline.turn,
      onStep: ({ step, phase, slots }) =>
        timeline.mark('flow.step', { step, phase, filled: Object.keys(slots) }),
      onContext: (facts) => timeline.mark('context.ready', facts),
      onLate: ({ id, tool: name, content: result }) => history.botDid([{ id, name, input: '{}', result }]),
    });
    const { hands, scriptFor, contextFor } = this.#abilities;
    const responder = new Responder({
      ...now,
      ...{ llm: profile.llm, chat, history, hands, scriptFor, contextFor },
      ...{ synthesizer, window, sampleRateHz },
    });
    const fillers = new Fillers({ ...now, random: kit.random });
    this.#sayings = new Sayings({ ...now, mouth, history, synthesizer });
    this.#pickup = this.#newPickup();
    this.#handingOver = new HandingOver({
      ...{ kit, line, profile, mouth, timeline, history },
      slots: () => this.#abilities.slots,
      ...{ persona: now.persona, ownPersona: personas[0] },
    });
    this.#orders = new OrderBook(clock);
    const written = (text: string) => (this.isSensitive ? MASKED : text);
    const hears = () => this.#persona.hears;
    const act = (action: CallAction) => void (this.#action = action);
    this.#tools = { clock, log, responder, timeline, profile, mouth, fillers, history, act, hears, written };
    this.#earlyAnswers = new EarlyAnswers({
      ...this.#tools,
      ...now,
      answering,
      settings: profile.earlyAnswer,
    });
    this.#ear = this.#newEar();
    this.#consent = this.#newConsent(resumed?.consent, personas);
    this.#keys = new Keys({
      ...{ clock, timeline },
      collecting: () => kit.collecting?.() ?? this.#abilities.collecting,
      isSensitive: () => this.isSensitive,
      hasTurn: () => this.#hasTurn,
      interrupt: () => this.#interrupt(),
      onOperator: () => {
        if (kit.fallback) this.#end('digit');
      },
      onTyped: (text, startedAtMs, endedAtMs) => this.#ear.typed(text, startedAtMs, endedAtMs),
    });
    this.#bargeIn = new BargeIn({
      clock,
      timeline,
      mouth,
      profile: profile.bargeIn,
      language: (text) => this.#personas.readingOf(text),
      detectionSilenceMs: () => line.hearing.detectionSilenceMs,
      hasTurn: () => this.#hasTurn,
      interrupt: () => this.#interrupt(),
      forget: (utterance) => this.#ear.forget(utterance),
    });
  }

  /** Runs the call to its end, leaves nothing behind, and tells why it ended. Never rejects. */
  async run(): Promise<CallEndCause> {
    let cancelLimit: CancelTimer = () => undefined;
    let cause: CallEndCause;
    try {
      cancelLimit = this.#watch();
      cause = await unlessAborted(this.#converse(), this.#givenUp.signal);
    } catch (error) {
      cause = this.#causeOf(error);
    }
    await this.#tidily(() => this.#consent.close());
    await this.#tidily(() => this.#bargeIn.close());
    await this.#tidily(() => this.#earlyAnswers.drop());
    await this.#tidily(() => this.#part(cause));
    await this.#tidily(cancelLimit);
    await this.#tidily(() => this.#keys.close());
    await this.#tidily(() => this.#pickup?.close());
    await this.#tidily(() => this.#ear.close());
    await this.#tidily(() => this.#abilities.close());
    await this.#tidily(() => this.line.close());
    this.#isGone = true;
    this.#cancelGivingUp();
    this.timeline.mark('call.ended', { cause });
    return cause;
  }

  /** A fault of Parley's own in what belongs to this call: the conversation is over, and the caller gets what help there is. */
  fail(error: unknown): void {
    this.#faulted('call', error);
    if (this.#isGone) return;
    // What broke may be what the end would wait for.
    this.#cancelGivingUp();
    this.#cancelGivingUp = this.#kit.clock.after(FAULTY_CALL_ENDS_WITHIN_MS, () =>
      this.#givenUp.abort(new CallOver('failure')),
    );
    this.#end('failure');
  }

  /** What caller and bot speak at present, BCP-47. */
  get language(): string {
    return this.#personas.language;
  }

  /** What was said so far. */
  get messages(): readonly HistoryMessage[] {
    return this.#history.messages;
  }

  /** Where its script stands, without what is sensitive; undefined without one. */
  get flow(): FlowState | undefined {
    return this.#abilities.flow;
  }

  /** What it was ordered with, if Parley has placed it. */
  get variables(): Readonly<Record<string, string>> {
    return this.#kit.variables ?? {};
  }

  /** What the company may know of it. */
  get factsAtEnd() {
    const { slots } = this.#abilities;
    return {
      slots,
      done: [...doneForCaller(this.messages)],
      outcome: this.#outcome,
      language: this.language,
    };
  }

  /** The conversation is over; the caller may still be there for a goodbye. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** What others than the caller and the bot have wanted, oldest first. */
  get orders(): readonly CallOrder[] {
    return this.#orders.all;
  }

  /** Ends the conversation politely: the caller goes to the fallback, or hears goodbye. */
  end(cause: OrderedEnd): void {
    this.#orders.note({ kind: 'end', cause });
    this.#end(cause);
  }

  /** Whether the caller could be handed over there. Throws TRANSFER_KIND_WRONG, or what the line throws, LINE_ENDED among it. */
  async hasPlace(place: TransferTarget): Promise<boolean> {
    if (!canGoTo(this.line, place))
      throw new ParleyError(
        'TRANSFER_KIND_WRONG',
        `${placeText(place)} is of a kind that this caller's telephone cannot hand over to.`,
      );
    return (await this.line.hasPlace?.(place)) ?? true;
  }

  /** Ends the conversation at once and hands the caller over. */
  transferTo(place: TransferTarget): void {
    if (this.isOver) return;
    this.#orders.note({ kind: 'transfer', place });
    this.#destination = { place };
    this.#end('transferred');
  }

  /** Says the operator's words in the bot's voice as soon as neither side has the turn; the caller may interrupt them. At most 250 characters. */
  say(text: string): void {
    this.#orders.note({ kind: 'say', text });
    this.#ear.nudge();
  }

  #faulted(where: string, error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    const fields = { event: 'call.fault', call: this.line.id, where, error, stack };
    this.#kit.log.error(fields, 'a fault of Parley in one call');
  }

  /** One step of leaving: whatever becomes of it, the next one follows. */
  async #tidily(step: () => unknown): Promise<void> {
    try {
      await unlessAborted(Promise.resolve(step()), this.#givenUp.signal);
    } catch (error) {
      if (!(error instanceof CallOver)) this.#faulted('call.end', error);
    }
  }

  #end(cause: CallEndCause): void {
    this.#over.abort(new CallOver(cause));
  }

  async #converse(): Promise<CallEndCause> {
    await this.line.answer();
    this.#answered = true;
    this.timeline.mark('call.answered', {});
    const met = await this.#pickup?.met(this.#over.signal);
    if (met?.kind === 'over') return met.cause;
    this.#heardAnswering();
    await this.#consent.obtain();
    let failed = 0;
    if ((await this.#open(met?.greeting)) === 'failed') {
      failed++;
      await this.#say('apology', ({ apology }) => apology);
    }
    const over = await this.#openScript();
    if (over) return over;
    while (failed < MAX_FAILED_TURNS) {
      const heard = await this.#listen();
      if (!heard) return 'silence';
      const outcome = await this.#answer(heard);
      const ended = outcome === 'spoken' ? await this.#acted() : undefined;
      if (ended) return ended;
      if (outcome !== 'failed') failed = 0;
      else failed = this.#wasHeard() ? failed + 1 : MAX_FAILED_TURNS;
    }
    return 'failure';
  }

  /** Does what the turn that was heard has announced; the cause if that ends the call. */
  async #acted(): Promise<CallEndCause | undefined> {
    const action = this.#action;
    this.#action = undefined;
    if (action?.kind === 'hangUp') {
      this.#outcome = action.outcome;
      return action.by === 'caller' ? 'goodbye' : 'bot';
    }
    if (action?.kind === 'transfer') return this.#handOver(action);
    if (action?.kind === 'collectDigits') this.#keys.ask(action);
    return undefined;
  }

  /** The cause if the caller has been handed over; else the caller is told why not, and the conversation goes on. */
  async #handOver(action: TransferAction): Promise<CallEndCause | undefined> {
    const handed = await this.#handingOver.run(action, this.#over.signal);
    if (handed.kind === 'here') {
      await this.#asTurn((signal) => this.#sayings.once('transfer', handed.words, signal));
      return undefined;
    }
    this.#destination = handed.destination;
    return 'transferred';
  }

  /** Whether the caller heard anything in this turn. Who cannot even be told that it failed is not left to ask again. */
  #wasHeard(): boolean {
    const { entries, turn } = this.timeline;
    return entriesOf(entries, 'playback.finished').some((each) => each.turn === turn && each.heardMs > 0);
  }

  #newPickup(): Pickup | undefined {
    const { profile, timeline } = this;
    const { answerer: watch, clock } = this.#kit;
    if (!watch) return undefined;
    const { book, greeting } = this.#persona.phrases;
    return new Pickup({
      ...{ watch, clock, timeline, mouth: this.#mouth, sayings: this.#sayings },
      greeting: book.keeps(greeting) ? undefined : greeting,
      message: messageOf(profile.outbound),
    });
  }

  /** "Hello?" is answered by the greeting: nobody takes it for an interruption. */
  #heardAnswering(): void {
    if (!this.#pickup) return;
    this.#history.callerSaid(this.#ear.dismiss());
    this.#bargeIn.words('');
  }

  #open(ahead?: WordsAhead): Promise<TurnOutcome> {
    if (this.#resumed) return this.#say('apology', ({ reconnected }) => reconnected);
    return this.#asTurn((signal) => {
      const { book, greeting } = this.#persona.phrases;
      // Whoever was asked something in between may have answered in another language.
      if (ahead?.text === greeting) return this.#sayings.ready('greeting', ahead, signal);
      if (book.keeps(greeting)) return this.#sayings.phrase('greeting', greeting, signal);
      return this.#sayings.once('greeting', greeting, signal);
    });
  }

  /** Behind the greeting, or the apology of a call that goes on: what the script asks first, or has done. The cause if that ends the call. */
  async #openScript(): Promise<CallEndCause | undefined> {
    const script = this.#abilities.opening();
    if (!script) return undefined;
    const { say, tool, action } = script.end;
    if (tool || action) {
      const outcome = await this.#asTurn((signal) => sayOpening(this.#tools, script, signal));
      return outcome === 'spoken' ? this.#acted() : undefined;
    }
    if (!say) script.over('heard');
    else {
      script.begun();
      const outcome = await this.#asTurn((signal) => this.#sayings.once('answer', say.said, signal));
      script.over(outcome === 'spoken' ? 'heard' : 'interrupted');
    }
    return undefined;
  }

  /** What the caller gives at present is to be masked wherever it would be kept. */
  get isSensitive(): boolean {
    return (
      this.#keys.collecting?.sensitive !== undefined || this.saysSensitive || this.#abilities.asksSensitive
    );
  }

  /** The same of what the bot says: the question itself may be kept. */
  get saysSensitive(): boolean {
    return this.#abilities.isSensitiveNow;
  }

  /** Waits until the caller has said something. Asks into the silence, and gives up after the last prompt and a goodbye. */
  async #listen(): Promise<readonly Utterance[] | undefined> {
    const { afterMs, maxPrompts } = this.profile.silence;
    for (let asked = 0; ;) {
      await this.#sayOrdered();
      this.line.hearing.awaited?.(this.#awaited);
      const heard = await this.#ear.heardWithin(afterMs, this.#over.signal);
      if (heard.some((utterance) => this.#isWorthAnswering(utterance))) return heard;
      if (heard.length > 0 || this.#orders.hasUnsaid) continue;
      if (asked < maxPrompts) await this.#ask(asked++);
      // A goodbye that could not be played is one all the same: nobody has answered.
      else if ((await this.#say('goodbye', ({ goodbye }) => goodbye)) !== 'interrupted') return undefined;
    }
  }

  get #awaited(): Awaited {
    // A key that nobody has asked for means something by itself.
    const { most = 1, terminator = 'none' } = this.#keys.collecting ?? {};
    const { afterMs: silenceMs } = this.profile.silence;
    return { silenceMs, language: this.language, digits: most, terminator };
  }

  /** Whether the caller is still there, for the time after `asked` others. */
  #ask(asked: number): Promise<TurnOutcome> {
    return this.#say('prompt', ({ prompts, goodbye }) => prompts[asked % prompts.length] ?? goodbye);
  }

  /** Too short to be speech, unless a word was understood: only worth a question if it has made the bot stop. */
  #isWorthAnswering(utterance: Utterance): boolean {
    const isSpeech = utterance.speechMs >= MIN_UTTERANCE_MS || isUnderstood(utterance.textSoFar());
    return isSpeech || this.#lastOutcome === 'interrupted';
  }

  /** Answers what the caller has said, together with what was said before and never answered. */
  async #answer(heard: readonly Utterance[]): Promise<TurnOutcome> {
    this.#keys.answeredInWords();
    const { endedAtMs: speechEndedAtMs, ...said } = this.#unanswered.with(heard);
    this.timeline.turn++;
    this.timeline.mark('turn.ended', { speechEndedAtMs });
    const callersTurn = (signal: AbortSignal) => ({
      ...said,
      text: said.text.finally(() => {
        if (!signal.aborted) this.#settleLanguage(said.utterances);
      }),
      hasEarlyChunks: () => this.#earlyAnswers.hasChunks,
      earlyAnswer: (text: string) => this.#earlyAnswers.take(text),
    });
    return this.#asTurn((signal) => {
      this.#personas.begin(wordsOf(said.utterances));
      return takeTurn(this.#tools, callersTurn(signal), signal);
    });
  }

  /** It is known what the caller has said: before the answer is begun the bot speaks the caller's language. */
  #settleLanguage(utterances: readonly Utterance[]): void {
    const from = this.language;
    if (this.#personas.settle(wordsOf(utterances)))
      this.timeline.mark('language.switched', { from, to: this.language });
  }

  get #persona(): Persona {
    return this.#personas.present;
  }

  #say(kind: SpeechKind & PhraseKind, textIn: (phrases: Phrases) => string): Promise<TurnOutcome> {
    return this.#asTurn((signal) => this.#sayings.phrase(kind, textIn(this.#persona.phrases), signal));
  }

  async #sayOrdered(): Promise<void> {
    for (let text = this.#orders.nextWords(); text !== undefined; text = this.#orders.nextWords()) {
      const words = text;
      await this.#asTurn((signal) => this.#sayings.once('operator', words, signal));
    }
  }

  /** Runs what the bot does under a signal that the caller can abort. */
  async #asTurn(act: (signal: AbortSignal) => Promise<TurnOutcome>): Promise<TurnOutcome> {
    this.#over.signal.throwIfAborted();
    this.#personas.begin();
    const turn = new AbortController();
    this.#turn = turn;
    const end = () => {
      turn.abort(this.#over.signal.reason);
      void this.#mouth.stop();
    };
    this.#over.signal.addEventListener('abort', end, { once: true });
    const outcome = await act(turn.signal);
    this.#over.signal.removeEventListener('abort', end);
    this.#turn = undefined;
    this.#earlyAnswers.drop();
    this.#bargeIn.turnEnded();
    this.#lastOutcome = outcome;
    this.#over.signal.throwIfAborted();
    if (this.#mouth.isMute) throw new CallOver('failure');
    return outcome;
  }

  get #hasTurn(): boolean {
    return this.#turn !== undefined && !this.#turn.signal.aborted;
  }

  /** The caller takes the turn. */
  #interrupt(): void {
    this.timeline.mark('bargeIn.stopped', {});
    this.#turn?.abort(new Error('the caller took the turn'));
    void this.#mouth.stop();
  }

  #newEar(): Ear {
    const { profile, timeline, line } = this;
    const { clock, recognizer } = this.#kit;
    const { mode, silenceMs } = profile.endpointing;
    const personas = this.#personas;
    return new Ear({
      clock,
      timeline,
      hearing: line.hearing,
      endOfTurn: mode === 'adaptive' ? adaptive(silenceMs) : fixedSilence(silenceMs),
      silenceMs,
      language: (text) => personas.readingOf(text),
      recognize: ({ audio, sampleRateHz }, unwanted) =>
        recognizer.recognize(
          audio,
          { ...personas.hearing, sampleRateHz },
          AbortSignal.any([unwanted, this.#over.signal]),
        ),
      written: this.#tools.written,
      expecting: () => this.#abilities.expects,
      onWords: (soFar) => this.#heardWords(soFar),
      onEnded: (utterance) => {
        if (this.#consent.ignores(utterance)) return this.#ear.forget(utterance);
        this.#bargeIn.ended(utterance);
        this.#keys.wordsEnded();
      },
    });
  }

  #newConsent(earlier: Resumed['consent'], personas: readonly Persona[]): Consent {
    const { clock } = this.#kit;
    const { profile, timeline } = this;
    return new Consent({
      ...{ clock, timeline, profile, earlier },
      say: () => this.#say('consent', ({ consent = '' }) => consent),
      hear: (withinMs) => {
        this.line.hearing.awaited?.(this.#awaited);
        return this.#ear.heardWithin(withinMs, this.#over.signal);
      },
      nudge: () => this.#ear.nudge(),
      settle: (said) => this.#settleLanguage(said),
      languages: () => [this.language, ...personas.map(({ language }) => language)],
      written: this.#tools.written,
    });
  }

  /** The caller is speaking: over the bot, or to it. */
  #heardWords(soFar: WordsSoFar): void {
    if (this.#consent.isUnderWay) return;
    this.#bargeIn.words(soFar.text);
    this.#pickup?.words(soFar.text);
    this.#abilities.heard(soFar.text);
    // What was said before and has no answer yet belongs to the question: its text may still be on its way.
    const isMeeting = this.#pickup?.isUnderWay === true;
    const isOpen = !this.#turn && !isMeeting && !this.#handingOver.isUnderWay && this.#unanswered.isEmpty;
    if (isOpen) this.#earlyAnswers.heard(soFar);
  }

  /** Connects the line's ear to the call, and ends the call when the line or the time does. */
  #watch(): CancelTimer {
    const { line } = this;
    const listener: HearingListener = {
      soundStarted: () => this.#bargeIn.soundStarted(),
      speechStarted: (atMs) => {
        this.#keys.speechStarted();
        this.#pickup?.speechStarted(atMs);
        this.#ear.speechStarted(atMs);
        this.#bargeIn.speechStarted(atMs);
      },
      speechStopped: (startedAtMs, endedAtMs) => {
        this.#keys.speechStopped();
        this.#pickup?.speechStopped(endedAtMs);
        this.#ear.speechStopped(startedAtMs, endedAtMs);
        this.#bargeIn.speechStopped(endedAtMs - startedAtMs);
      },
      held: () => {
        this.#ear.held();
        // What is said into the hold would be lost.
        void this.#mouth.pause();
      },
      unheld: () => {
        this.#ear.unheld();
        void this.#mouth.resume();
      },
      silent: () => {
        this.#keys.wordsEnded();
        this.#ear.silent();
      },
      digit: (key) => {
        this.#pickup?.pressed();
        this.#keys.pressed(key);
      },
    };
    line.hearing.listen(this.#consent.before(listener));
    const onLineEnd = () => this.#end(causeOfLineEnd(line.ended.reason));
    line.ended.addEventListener('abort', onLineEnd, { once: true });
    if (line.ended.aborted) onLineEnd();
    const elapsedMs = this.#resumed?.elapsedMs ?? 0;
    return this.#kit.clock.after(Math.max(0, this.profile.maxCallMs - elapsedMs), () => this.#end('tooLong'));
  }

  #causeOf(error: unknown): CallEndCause {
    const cause = causeOfEnd(error);
    if (cause) return cause;
    this.#kit.log.error({ event: 'call.failure', call: this.line.id, error }, 'a call could not go on');
    return 'failure';
  }

  /** Sees the caller off, who may still be there. Whoever was never answered could not hear a goodbye. */
  async #part(cause: CallEndCause): Promise<void> {
    this.#over.abort(new CallOver(cause));
    const { book, goodbye } = this.#persona.phrases;
    const parts = { line: this.line, mouth: this.#mouth, book, log: this.#kit.log };
    const isTold = !HAS_PARTED.has(cause) && this.#answered;
    await seeOff(parts, { ...this.#placeAfter(cause), goodbye: isTold ? goodbye : undefined });
  }

  /** Where the caller finds help, if not here. */
  #placeAfter(cause: CallEndCause): Pick<Farewell, 'place' | 'variables'> {
    if (cause === 'transferred') return this.#destination ?? { place: undefined };
    const goesOn = cause === 'failure' || cause === 'digit' || cause === 'stopped';
    return { place: goesOn ? this.#kit.fallback : undefined };
  }
}

/** What is known by now of what was said. */
function wordsOf(utterances: readonly Utterance[]): readonly HeardWords[] {
  return utterances.map((utterance) => ({ text: utterance.textSoFar(), language: utterance.language() }));
}
