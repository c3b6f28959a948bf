/** What a call is made of, and how its parts know of one another. What happens in a call, and in which order, stands in call.ts. */
import { untilAny } from '../base/abort.ts';
import { adaptive, adaptiveSettings } from '../endpointing/adaptive.ts';
import { fixedSilence } from '../endpointing/fixed-silence.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { messageOf } from '../config/profile-outbound.ts';
import { expectedWords } from '../languages/slots/expected-words.ts';
import type { Awaited, Capture, Line } from '../telephony/line.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { SpeechKind, TurnOutcome } from '../timeline/timeline.ts';
import { Abilities } from './abilities.ts';
import type { CallKit } from './call-kit.ts';
import { EarlyAnswers } from './early-answers.ts';
import { Floor } from './floor.ts';
import { History } from './history.ts';
import { BargeIn } from './listening/barge-in.ts';
import { Ear } from './listening/ear.ts';
import type { Utterance, WordsSoFar } from './listening/ear.ts';
import { Holds } from './listening/holds.ts';
import { Keys, MASKED } from './listening/keys.ts';
import { OrderBook } from './order-book.ts';
import type { Persona, Phrases } from './persona.ts';
import { Personas } from './personas.ts';
import type { HeardWords } from './personas.ts';
import { Announced } from './phases/announced.ts';
import { Consent } from './phases/consent.ts';
import { Pickup } from './phases/pickup.ts';
import { rememberedIn } from './remembered.ts';
import { Responder } from './responder.ts';
import type { Resumed } from './resumed.ts';
import { Fillers } from './speaking/fillers.ts';
import { Mouth } from './speaking/mouth.ts';
import type { PhraseKind } from './speaking/phrase-book.ts';
import { Sayings } from './speaking/sayings.ts';
import { HandingOver } from './transfer/handing-over.ts';
import type { TurnTools } from './turn.ts';
import { Unanswered } from './unanswered.ts';

export class CallParts {
  readonly line: Line;
  readonly profile: BotProfile;
  readonly kit: CallKit;
  readonly resumed: Resumed | undefined;
  readonly timeline: Timeline;
  readonly personas: Personas;
  readonly history: History;
  readonly abilities: Abilities;
  readonly floor: Floor;
  readonly mouth: Mouth;
  readonly sayings: Sayings;
  readonly ear: Ear;
  readonly holds: Holds;
  readonly bargeIn: BargeIn;
  readonly keys: Keys;
  /** Where Parley has called: who is there. */
  readonly pickup: Pickup | undefined;
  readonly consent: Consent;
  readonly earlyAnswers: EarlyAnswers;
  /** What every turn works with. */
  readonly turnTools: TurnTools;
  readonly unanswered = new Unanswered();
  readonly announced = new Announced();
  readonly orders: OrderBook;
  readonly handingOver: HandingOver;

  constructor(
    line: Line,
    profile: BotProfile,
    personas: readonly [Persona, ...Persona[]],
    kit: CallKit,
    resumed: Resumed | undefined,
  ) {
    const { clock, log, chat, random, synthesizer, synthesisWindow: window } = kit;
    this.line = line;
    this.profile = profile;
    this.kit = kit;
    this.resumed = resumed;
    this.personas = new Personas(personas, resumed?.language);
    const history = new History(resumed?.messages);
    this.history = history;
    const timeline = new Timeline(clock, (error) => this.faulted('timeline.observer', error));
    timeline.turn = resumed?.turn ?? 0;
    this.timeline = timeline;
    const mouth = new Mouth({ player: line.player, clock, timeline, language: () => this.persona.language });
    this.mouth = mouth;
    this.floor = new Floor({
      ...{ timeline, mouth },
      onBegin: () => this.personas.begin(),
      onEnd: () => {
        this.earlyAnswers.drop();
        this.bargeIn.turnEnded();
      },
    });
    this.abilities = this.#newAbilities();
    const { hands, scriptFor, contextFor } = this.abilities;
    const now = { clock, persona: () => this.persona };
    const responder = new Responder({
      ...now,
      ...{ llm: profile.llm, chat, history, hands, scriptFor, contextFor },
      ...{ synthesizer, window, sampleRateHz: () => mouth.sampleRateHz },
    });
    const fillers = new Fillers({ ...now, random });
    this.sayings = new Sayings({ ...now, mouth, history, synthesizer });
    this.pickup = this.#newPickup();
    this.handingOver = new HandingOver({
      ...{ kit, line, profile, mouth, timeline, history },
      slots: () => this.abilities.slots,
      ...{ persona: now.persona, ownPersona: personas[0] },
    });
    this.orders = new OrderBook(clock);
    this.turnTools = {
      ...{ clock, log, responder, timeline, profile, mouth, fillers, history },
      act: (action) => this.announced.note(action),
      hears: () => this.persona.hears,
      expects: () => this.abilities.expects,
      written: (text) => (this.isSensitive ? MASKED : this.abilities.hidden(text)),
    };
    this.earlyAnswers = new EarlyAnswers({
      ...this.turnTools,
      ...now,
      answering: (words) => this.personas.answering(words),
      settings: profile.earlyAnswer,
    });
    this.ear = this.#newEar();
    this.holds = new Holds(clock);
    this.consent = this.#newConsent(personas);
    this.keys = this.#newKeys();
    this.bargeIn = this.#newBargeIn();
  }

  /** Who speaks at present. */
  get persona(): Persona {
    return this.personas.present;
  }

  /** What the caller gives at present is to be masked wherever it would be kept. */
  get isSensitive(): boolean {
    const { abilities, keys } = this;
    return keys.collecting?.sensitive !== undefined || abilities.isSensitiveNow || abilities.asksSensitive;
  }

  /** Says one of the bot's phrases, as a turn. */
  say(kind: SpeechKind & PhraseKind, textIn: (phrases: Phrases) => string): Promise<TurnOutcome> {
    return this.floor.asTurn((signal) => this.sayings.phrase(kind, textIn(this.persona.phrases), signal));
  }

  /** What the caller says next; nothing if that does not begin within so many ms. */
  hear(withinMs: number): Promise<readonly Utterance[]> {
    this.line.hearing.awaited?.(this.#awaited);
    return this.ear.heardWithin(withinMs, this.floor.over);
  }

  /** It is known what the caller has said: before the answer is begun the bot speaks the caller's language. */
  settleLanguage(utterances: readonly Utterance[]): void {
    const from = this.personas.language;
    if (this.personas.settle(wordsOf(utterances)))
      this.timeline.mark('language.switched', { from, to: this.personas.language });
  }

  /** Notes a fault of Parley's own. */
  faulted(where: string, error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    const fields = { event: 'call.fault', call: this.line.id, where, error, stack };
    this.kit.log.error(fields, 'a fault of Parley in one call');
  }

  get #awaited(): Awaited {
    // A key that nobody has asked for means something by itself.
    const { most = 1, terminator = 'none' } = this.keys.collecting ?? {};
    const { afterMs: silenceMs } = this.profile.silence;
    const words = expectedWords(this.abilities.expects);
    return { silenceMs, language: this.personas.language, digits: most, terminator, words };
  }

  #newAbilities(): Abilities {
    const { kit, line, profile, resumed, timeline, history, personas } = this;
    const { clock, log, random } = kit;
    return new Abilities({
      ...{ clock, log, profile, call: line, random, language: personas.language },
      variables: kit.variables,
      bot: kit.abilities,
      conversation: resumed?.conversation,
      flow: resumed?.flow,
      earlier: resumed?.earlier,
      remembered: rememberedIn(resumed?.messages ?? []),
      turn: () => timeline.turn,
      onStep: ({ step, phase, slots }) =>
        timeline.mark('flow.step', { step, phase, filled: Object.keys(slots) }),
      onContext: (facts) => timeline.mark('context.ready', facts),
      onLate: ({ id, tool: name, content: result }) => history.botDid([{ id, name, input: '{}', result }]),
    });
  }

  #newPickup(): Pickup | undefined {
    const { answerer: watch, clock } = this.kit;
    if (!watch) return undefined;
    const { timeline, mouth, sayings } = this;
    const { book, greeting } = this.persona.phrases;
    return new Pickup({
      ...{ watch, clock, timeline, mouth, sayings },
      greeting: book.keeps(greeting) ? undefined : greeting,
      message: messageOf(this.profile.outbound),
    });
  }

  #newEar(): Ear {
    const { profile, timeline, line, personas } = this;
    const { clock } = this.kit;
    const { mode, shares, silenceMs } = profile.endpointing;
    return new Ear({
      clock,
      timeline,
      hearing: line.hearing,
      endOfTurn:
        mode === 'adaptive' ? adaptive(silenceMs, adaptiveSettings(shares)) : fixedSilence(silenceMs),
      language: (text) => personas.readingOf(text),
      recognize: (capture, unwanted) => this.#recognized(capture, unwanted),
      written: this.turnTools.written,
      expecting: () => this.abilities.expects,
      lastSaid: () => this.history.lastSaid,
      onWords: (soFar) => this.#heardWords(soFar),
      onEnded: (utterance) => {
        if (this.consent.ignores(utterance)) return this.ear.forget(utterance);
        this.bargeIn.ended(utterance);
        this.keys.wordsEnded();
      },
    });
  }

  /** Until nobody wants it, or the call is over, which outlives many utterances and is to keep nothing of them. */
  #recognized({ audio, sampleRateHz }: Capture, unwanted: AbortSignal) {
    const request = { ...this.personas.hearing, sampleRateHz };
    return untilAny([unwanted, this.floor.over], (signal) =>
      this.kit.recognizer.recognize(audio, request, signal),
    );
  }

  /** The caller is speaking: over the bot, or to it. */
  #heardWords(soFar: WordsSoFar): void {
    if (this.consent.isUnderWay) return;
    this.bargeIn.words(soFar.text);
    this.pickup?.words(soFar.text);
    this.abilities.heard(soFar.text);
    // What was said before and has no answer yet belongs to the question: its text may still be on its way.
    const isMeeting = this.pickup?.isUnderWay === true;
    const isOpen =
      !this.floor.isTaken && !isMeeting && !this.handingOver.isUnderWay && this.unanswered.isEmpty;
    if (isOpen) this.earlyAnswers.heard(soFar);
  }

  #newConsent(personas: readonly Persona[]): Consent {
    const { profile, timeline, resumed } = this;
    return new Consent({
      ...{ clock: this.kit.clock, timeline, profile, earlier: resumed?.consent },
      say: () => this.say('consent', ({ consent = '' }) => consent),
      hear: (withinMs) => this.hear(withinMs),
      nudge: () => this.ear.nudge(),
      settle: (said) => this.settleLanguage(said),
      languages: () => [this.personas.language, ...personas.map(({ language }) => language)],
      written: this.turnTools.written,
    });
  }

  #newKeys(): Keys {
    const { timeline, kit, floor } = this;
    return new Keys({
      ...{ clock: kit.clock, timeline },
      collecting: () => kit.collecting?.() ?? this.abilities.collecting,
      isSensitive: () => this.isSensitive,
      hasTurn: () => floor.hasTurn,
      interrupt: () => floor.interrupt(),
      onOperator: () => {
        if (kit.fallback) floor.end('digit');
      },
      onTyped: (text, startedAtMs, endedAtMs) => this.ear.typed(text, startedAtMs, endedAtMs),
    });
  }

  #newBargeIn(): BargeIn {
    const { timeline, mouth, profile, line, floor } = this;
    return new BargeIn({
      ...{ clock: this.kit.clock, timeline, mouth, profile: profile.bargeIn },
      language: (text) => this.personas.readingOf(text),
      detectionSilenceMs: () => line.hearing.detectionSilenceMs,
      hasTurn: () => floor.hasTurn,
      interrupt: () => floor.interrupt(),
      forget: (utterance) => this.ear.forget(utterance),
    });
  }
}

/** What is known by now of what was said. */
export function wordsOf(utterances: readonly Utterance[]): readonly HeardWords[] {
  return utterances.map((utterance) => ({ text: utterance.textSoFar(), language: utterance.language() }));
}
