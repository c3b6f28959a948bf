/**
 * Decides where a call stands in its flow. The model answers the caller's questions and proposes what they meant; what is asked, when, and
 * whether there was an answer is decided here (docs/decisions/flow-machine.md says why). No clock, no network, no waiting.
 *
 * A turn: `turnBegins`, then the model with `prompt` and `tools`, each of its sentences past `keeps`, then `turnEnds` for what is said
 * behind them. What was begun too early is undone by `restore` of the state before.
 */
import type { JsonObject } from '../../base/json.ts';
import type { Flow, FlowSlot } from '../../config/flow-shape.ts';
import { flowWords } from '../../languages/flow-words.ts';
import { toldAndAsked, wishedFor } from '../../languages/questions.ts';
import { withoutNumbers } from '../../languages/without-numbers.ts';
import { readSlot } from '../../languages/slots/read-slot.ts';
import type { SlotReading, SlotSpec } from '../../languages/slots/slot.ts';
import type { Tool } from '../../tools/tool.ts';
import { slotsAhead, withAhead } from './flow-ahead.ts';
import { backAt, earlierSteps, resumed } from './flow-back.ts';
import { returning, withResult } from './flow-changes.ts';
import { flowPrompt } from './flow-prompt.ts';
import { MASK, newFlowState } from './flow-state.ts';
import type { FilledSlot, FlowState } from './flow-state.ts';
import { inLanguage, joined, resultNames } from './flow-texts.ts';
import type { Words } from './flow-texts.ts';
import { flowTools } from './flow-tools.ts';
import type { Refusable } from './flow-tools.ts';
import { FlowValues } from './flow-values.ts';
import { question, stepOf, toolOf, walkOn, walkTo } from './flow-walk.ts';
import type { Walk, Walked } from './flow-walk.ts';
import { groundsFor } from './grounded.ts';
import {
  ANSWERED,
  NOT_ASKED,
  NOT_SAID,
  NOTHING,
  NOTHING_OPEN,
  NOTHING_SAID,
  ONLY_ASKED,
  refused,
  taken,
} from './flow-turn.ts';
import type { CallerTurn, FlowOptions, FlowSaying, OpenTurn, ToolResult } from './flow-turn.ts';
import { isForMachine } from './withheld.ts';

export class FlowMachine {
  readonly #flow: Flow;
  readonly #options: FlowOptions;
  readonly #resultNames: readonly string[];
  readonly #values: FlowValues;
  #state: FlowState;
  #language: string;
  #turn: OpenTurn | undefined;

  /** `state` is that of a call that goes on; what was sensitive in it is asked for again. */
  constructor(flow: Flow, options: FlowOptions, state: FlowState = newFlowState(flow)) {
    this.#flow = flow;
    this.#options = options;
    this.#resultNames = resultNames(flow);
    this.#values = new FlowValues(options.known);
    this.#language = options.language;
    this.#state = resumed(flow, state);
  }

  /** Plain JSON without anything sensitive: for disk, bundle and dashboard. */
  get state(): FlowState {
    return this.#state;
  }

  /** Puts back a state of this machine: what was decided since is undecided. */
  restore(state: FlowState): void {
    this.#state = state;
    this.#turn = undefined;
  }

  /** What the caller is being asked for: how their turn ends depends on it. */
  get expects(): SlotSpec | undefined {
    if (this.#state.phase === 'confirming') return { type: 'yesNo' };
    return this.#state.phase === 'asking' ? this.#step.slot : undefined;
  }

  /** What the caller says now must not be recorded or written down. */
  get isSensitiveNow(): boolean {
    const { phase } = this.#state;
    return (phase === 'asking' || phase === 'confirming') && this.#step.slot?.sensitive === true;
  }

  /** Values by slot, sensitive ones included: for the profile's tools alone. */
  get slots(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#state.slots).map(([name, slot]) => [name, this.#values.valueIn(slot)]),
    );
  }

  /** The same text without what the caller has given for sensitive slots: a server may quote it, and the caller say it again. */
  hidden(text: string): string {
    return this.#values.hidden(text, this.#language);
  }

  /** What is said first, or first after a restart. */
  begin(): FlowSaying {
    const { phase, step } = this.#state;
    if (phase === 'new') return this.#take(walkTo(this.#walk, this.#state, step));
    if (phase === 'running') return { said: '', written: '', then: toolOf(this.#walk, this.#state) };
    if (phase === 'answered') return this.#take(walkOn(this.#walk, this.#state));
    return phase === 'ended' ? NOTHING : this.#ask([]);
  }

  /**
   * The caller has spoken. What is certainly an answer to the open question is taken as one. Gives their words as the model and any file
   * may have them.
   */
  turnBegins(turn: CallerTurn): string {
    const open: OpenTurn = { ...turn, ...toldAndAsked(turn.text, turn.language) };
    this.#turn = open;
    this.#language = turn.language;
    const isSensitive = this.isSensitiveNow;
    if (this.#state.asked && open.told !== '') this.#recognise(open, isSensitive);
    else if (this.#state.asked && !isSensitive) this.#wished(open);
    if (!isSensitive) return this.hidden(turn.text);
    const asked = withoutNumbers(open.asked, turn.language);
    return open.told === '' ? asked : `${MASK} ${asked}`.trim();
  }

  tools(): readonly Tool[] {
    const ahead = slotsAhead(this.#flow, this.#state);
    return flowTools(this.#step, this.#state, earlierSteps(this.#flow, this.#state), ahead, {
      fill: (value, also) => this.#proposeAll(value, also),
      goTo: (step, value) => this.#goTo(step, value),
    });
  }

  /** The section for the system prompt. */
  prompt(): string {
    const asked = question(this.#walk, this.#state).written;
    return flowPrompt(this.#flow, this.#state, asked, earlierSteps(this.#flow, this.#state));
  }

  /** Whether this sentence of the model is to be said: the machine alone asks and goes on. */
  keeps(sentence: string): boolean {
    if (this.#state.phase === 'ended') return true;
    return !isForMachine(sentence, this.#flow, this.#language);
  }

  /**
   * The model has said all it has to say (`modelSaid`: what was kept of it), or the caller has interrupted it: then nothing is said, and
   * what is still to be asked comes with the next turn.
   */
  turnEnds({
    modelSaid,
    interrupted,
  }: {
    readonly modelSaid: string;
    readonly interrupted: boolean;
  }): FlowSaying {
    const turn = this.#turn;
    this.#turn = undefined;
    const { phase, asked } = this.#state;
    if (interrupted || phase === 'ended' || phase === 'running') return NOTHING;
    if (phase === 'new') return this.begin();
    if (phase === 'answered') return this.#take(walkOn(this.#walk, this.#state));
    if (turn?.isCorrected) return this.#again(flowWords(this.#language).corrected);
    if (!asked) return this.#ask([]);
    if (!turn) return NOTHING;
    if (turn.unclear === undefined && (turn.asked !== '' || modelSaid.trim() !== '')) return this.#return();
    return this.#again(flowWords(this.#language).unclear[turn.unclear ?? 'none']);
  }

  /** The caller did not hear what `turnEnds` gave: it is asked again, as if for the first time. */
  notHeard(): void {
    const { phase } = this.#state;
    if (phase === 'asking' || phase === 'confirming') this.#state = { ...this.#state, asked: false };
  }

  /** A tool that the flow waits for has run: what is said then. */
  toolFinished(name: string, outcome: ToolResult): FlowSaying {
    return this.toolRan(name, outcome) ? this.begin() : NOTHING;
  }

  /** The same without a word: `begin` says what is said then, also after a restart. False for a tool that nobody waits for. */
  toolRan(name: string, outcome: ToolResult): boolean {
    this.noteResult(name, outcome);
    if (this.#state.phase !== 'running' || this.#step.do?.tool !== name) return false;
    this.#state = { ...this.#state, phase: 'answered' };
    return true;
  }

  /** A tool has run, whoever wanted it: conditions and texts may ask what came of it. */
  noteResult(name: string, outcome: ToolResult): void {
    this.#state = withResult(this.#state, this.#resultNames, name, outcome);
  }

  get #step() {
    return stepOf(this.#flow, this.#state.step);
  }

  get #walk(): Walk {
    const values = (state: FlowState) => this.#values.of(state);
    return { flow: this.#flow, language: this.#language, values, isWarm: this.#options.isWarm ?? false };
  }

  /** A machine's own answer, without the model: only what can be nothing else. */
  #recognise(turn: OpenTurn, isSensitive: boolean): void {
    const { slot } = this.#step;
    if (!slot || turn.told === '') return;
    if (
      this.#state.phase === 'confirming' &&
      this.#confirmed(turn, readSlot({ type: 'yesNo' }, turn.told, turn))
    )
      return;
    if (this.#state.phase !== 'asking' && this.#state.phase !== 'confirming') return;
    const reading = readSlot(slot, turn.told, turn);
    // What the model may not see it cannot read either.
    if ('value' in reading && (reading.isCertain || isSensitive)) this.#fill(slot, reading);
    else if (isSensitive && 'unclear' in reading) turn.unclear = reading.unclear;
    // Part of an answer is an answer that will not do, whatever the model says to it.
    else if ('unclear' in reading && reading.unclear !== 'none' && turn.asked === '')
      turn.unclear = reading.unclear;
  }

  /** «Можно на завтра?» is a question, and may be the answer: it is answered, and the caller is asked whether they mean it. */
  #wished(turn: OpenTurn): void {
    const { slot } = this.#step;
    const wish = wishedFor(turn.asked, turn.language);
    if (this.#state.phase !== 'asking' || !slot || slot.type === 'yesNo' || wish === undefined) return;
    const reading = readSlot(slot, wish, turn);
    if ('value' in reading && reading.isCertain) this.#fill(slot, reading, true);
  }

  /** Takes a yes or a no to what was said back. */
  #confirmed(turn: OpenTurn, answer: SlotReading): boolean {
    const { candidate, ...rest } = this.#state;
    const { slot } = this.#step;
    if (!candidate || !slot || !('value' in answer) || !answer.isCertain) return false;
    if (answer.value === 'yes') {
      this.#state = { ...rest, slots: { ...rest.slots, [slot.name]: candidate }, phase: 'answered' };
    } else {
      this.#state = { ...rest, phase: 'asking', asked: true };
      turn.isCorrected = true;
    }
    return true;
  }

  #fill(
    slot: FlowSlot,
    reading: { readonly value: string; readonly spokenBack: string },
    isUnsure = false,
  ): void {
    const { candidate: _, ...state } = this.#state;
    const secrets = state.secrets + 1;
    if (slot.sensitive) this.#values.keep(secrets, reading.value);
    const filled: FilledSlot = slot.sensitive
      ? { value: MASK, spoken: MASK, secret: secrets }
      : { value: reading.value, spoken: reading.spokenBack };
    const next = slot.sensitive ? { ...state, secrets } : state;
    this.#state =
      slot.confirm || isUnsure
        ? { ...next, phase: 'confirming', asked: false, candidate: filled }
        : { ...next, phase: 'answered', slots: { ...next.slots, [slot.name]: filled } };
  }

  /** The same with what the caller has answered beside. */
  #proposeAll(value: string, also: JsonObject): Refusable {
    const answer = this.#propose(value);
    if (answer.isTaken && this.#turn) this.#state = withAhead(this.#flow, this.#state, also, this.#turn);
    return answer;
  }

  /** The model says what the caller answered. */
  #propose(value: string): Refusable {
    const turn = this.#turn;
    const { slot } = this.#step;
    const { phase, asked } = this.#state;
    if (phase === 'answered' || (phase === 'confirming' && !asked)) return refused(ANSWERED);
    if (!turn || !slot || (phase !== 'asking' && phase !== 'confirming')) return refused(NOTHING_OPEN);
    if (!asked) return refused(NOT_ASKED);
    if (turn.told === '') return refused(turn.asked === '' ? NOTHING_SAID : ONLY_ASKED);
    if (phase === 'confirming') {
      const said = readSlot({ type: 'yesNo' }, value, turn);
      if ('value' in said) {
        const grounds = groundsFor({ type: 'yesNo' }, said.value, turn.told, turn);
        // A yes is the caller's own, or there is none.
        if (grounds === 'said' || (grounds === 'unsure' && said.value === 'no'))
          return this.#confirmed(turn, { ...said, isCertain: true }) ? taken(turn) : refused(NOTHING_OPEN);
        return refused(NOT_SAID);
      }
    }
    const reading = readSlot(slot, value, turn);
    if ('unclear' in reading) {
      turn.unclear = reading.unclear;
      return refused(`This is no ${slot.type} that will do (${reading.unclear}). The caller is asked again.`);
    }
    const grounds = groundsFor(slot, reading.value, turn.told, turn);
    if (grounds === 'no') return refused(NOT_SAID);
    delete turn.unclear;
    this.#fill(slot, reading, grounds === 'unsure');
    return taken(turn);
  }

  /** Back to an earlier question, whose answer the caller corrects. */
  #goTo(step: string, value: string | undefined): Refusable {
    const turn = this.#turn;
    if (!turn || turn.told === '') return refused(ONLY_ASKED);
    if (this.#state.phase !== 'asking' || !this.#state.asked || turn.isCorrected) return refused(ANSWERED);
    const slot = earlierSteps(this.#flow, this.#state).includes(step)
      ? stepOf(this.#flow, step).slot
      : undefined;
    if (!slot)
      return refused('Only an earlier step can be gone back to, and none behind which something was done.');
    this.#state = backAt(this.#flow, this.#state, step);
    if (value === undefined) return taken(turn);
    this.#state = { ...this.#state, asked: true };
    const answer = this.#propose(value);
    if (!answer.isTaken) this.#state = { ...this.#state, asked: false };
    return answer.isTaken ? answer : taken(turn);
  }

  #take({ state, words, then }: Walked): FlowSaying {
    this.#state = state;
    return { ...joined(words), ...(then && { then }) };
  }

  /** Puts the open question, behind `before`. */
  #ask(before: readonly string[]): FlowSaying {
    this.#state = { ...this.#state, asked: true };
    return joined([...before.map((text) => ({ said: text, written: text })), this.#openQuestion()]);
  }

  #openQuestion(): Words {
    const { phase, candidate } = this.#state;
    if (phase !== 'confirming' || !candidate) return question(this.#walk, this.#state);
    const { isItRight } = flowWords(this.#language);
    const spoken =
      candidate.secret === undefined ? candidate.spoken : [...this.#values.valueIn(candidate)].join(' ');
    return { said: isItRight(spoken), written: isItRight(candidate.spoken) };
  }

  /** The caller was led away: back to exactly what was open. */
  #return(): FlowSaying {
    const own = this.#flow.returnPhrases?.map((phrase) => inLanguage(phrase, this.#language));
    const phrases = own ?? flowWords(this.#language).returnPhrases;
    const { state, phrase } = returning(this.#state, phrases, this.#options.seed);
    this.#state = state;
    return this.#ask([phrase]);
  }

  /** The answer will not do: asked for again, until that has been enough. */
  #again(why: string): FlowSaying {
    const attempts = this.#state.attempts + 1;
    this.#state = { ...this.#state, attempts };
    const { retries, otherwise } = this.#step;
    if (otherwise === undefined || attempts <= retries) return this.#ask([why]);
    const { candidate: _, ...state } = this.#state;
    return this.#take(walkTo(this.#walk, { ...state, isWalkedAgain: false }, otherwise));
  }
}
