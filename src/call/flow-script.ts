/**
 * The flow's part in the answers of a call. An answer may be begun and thrown away, and what was decided for it is then undone; one that was
 * not heard to its end is gone on from where the caller stopped hearing it.
 */
import { jsonObjectOf } from '../base/json.ts';
import type { ToolOffer } from '../llm/chat.ts';
import type { DoneCall, HistoryMessage } from '../llm/prompt.ts';
import { sentencesOf } from '../languages/sentences.ts';
import type { SlotSpec } from '../languages/slots/slot.ts';
import type { CallAction, ToolOutcome } from '../tools/tool.ts';
import type { AnswerFate, OpeningScript, Script, ScriptEnd } from './script.ts';
import type { FlowMachine } from './flow/flow-machine.ts';
import { NOTHING } from './flow/flow-turn.ts';
import type { CallerTurn, FlowSaying } from './flow/flow-turn.ts';
import type { FlowState } from './flow/flow-state.ts';

export class FlowScripts {
  readonly #machine: FlowMachine;
  readonly #onStep: (state: FlowState) => void;
  #settled: FlowState;
  /** Where a call that is killed now is gone on with, while something is being done for an answer that is not over. */
  #underWay: FlowState | undefined;
  #isSensitive: boolean;
  #isSaid = false;
  #expects: SlotSpec | undefined;

  /** `onStep`: told when what is certain has changed. */
  constructor(machine: FlowMachine, onStep: (state: FlowState) => void) {
    this.#machine = machine;
    this.#onStep = onStep;
    this.#settled = machine.state;
    this.#isSensitive = machine.isSensitiveNow;
    this.#expects = machine.expects;
  }

  /** What the caller answers to what is asked must not be recorded or written down: until the answer to it is over. */
  get isSensitive(): boolean {
    return this.#isSensitive;
  }

  /** The caller is hearing the question for something sensitive, and may answer over it. */
  get asksSensitive(): boolean {
    return this.#isSaid && this.#machine.isSensitiveNow;
  }

  /** What the caller is being asked for: not what an answer that was begun early is going to ask. */
  get expects(): SlotSpec | undefined {
    return this.#expects;
  }

  /** What is certain of where the call stands. */
  get state(): FlowState {
    return this.#underWay ?? this.#settled;
  }

  /** Something is being done that cannot be undone: the answer that wants it is certain, whatever becomes of the process. */
  toolBegan(): void {
    this.#keep(this.#machine.state);
  }

  /** Behind the greeting: the first question. `over` must be told of it. */
  opening(): OpeningScript {
    this.#machine.restore(this.#settled);
    const saying = this.#machine.begin();
    const script = this.#scriptOf('');
    return Object.assign(script, { end: script.endOf(saying) });
  }

  /** The caller has said this, as far as is known; whatever was begun before and not used is undone. */
  answering(turn: CallerTurn): Script {
    this.#machine.restore(this.#settled);
    return this.#scriptOf(this.#machine.turnBegins(turn));
  }

  #scriptOf(callerText: string): FlowScript {
    const over = (fate: AnswerFate) => {
      const known = this.state;
      this.#underWay = undefined;
      this.#isSaid = false;
      if (fate === 'unused') this.#machine.restore(this.#settled);
      else this.#settled = this.#machine.state;
      if (known !== this.#settled) this.#onStep(this.#settled);
      this.#isSensitive = this.#machine.isSensitiveNow;
      this.#expects = this.#machine.expects;
    };
    const onRan = () => {
      if (this.#underWay) this.#keep(this.#machine.state);
    };
    const onBegun = () => void (this.#isSaid = true);
    return new FlowScript(this.#machine, callerText, { onBegun, onRan, over });
  }

  #keep(state: FlowState): void {
    this.#underWay = state;
    this.#onStep(state);
  }
}

interface ScriptListener {
  readonly onBegun: () => void;
  /** A tool of the script has run; what is said to that is not. */
  readonly onRan: () => void;
  readonly over: (fate: AnswerFate) => void;
}

class FlowScript implements Script {
  readonly callerText: string;
  readonly #machine: FlowMachine;
  readonly #listener: ScriptListener;
  #modelSaid = '';
  #isClosed = false;

  constructor(machine: FlowMachine, callerText: string, listener: ScriptListener) {
    this.#machine = machine;
    this.callerText = callerText;
    this.#listener = listener;
  }

  get prompt(): string {
    return this.#machine.prompt();
  }

  get isAnswered(): boolean {
    return this.#machine.state.phase === 'answered';
  }

  get offers(): readonly ToolOffer[] {
    return this.#machine
      .tools()
      .map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  use(name: string, input: string): Promise<ToolOutcome> | undefined {
    const tool = this.#machine.tools().find((each) => each.name === name);
    if (!tool) return FLOW_TOOLS.has(name) ? Promise.resolve(NOT_NOW) : undefined;
    const read = jsonObjectOf(input);
    const lacks = (tool.parameters['required'] as readonly string[]).filter(
      (key) => !Object.hasOwn(read ?? {}, key),
    );
    if (!read || lacks.length > 0) {
      const told = `The arguments are not as expected${lacks.length > 0 ? `: ${lacks.join(', ')} is missing` : ''}.`;
      return Promise.resolve({ status: 'failed', content: told });
    }
    return tool.run(read, NO_REQUEST, new AbortController().signal);
  }

  done(name: string, outcome: ToolOutcome): void {
    this.#machine.noteResult(name, outcome);
  }

  admitted(text: string): string {
    const kept = sentencesOf(text).filter((sentence) => this.#machine.keeps(sentence));
    const said = kept.join(' ');
    if (said !== '') this.#modelSaid = `${this.#modelSaid} ${said}`.trim();
    return said;
  }

  begun(): void {
    this.#listener.onBegun();
  }

  close(): ScriptEnd {
    this.#isClosed = true;
    // A tool of the flow's own was interrupted: it is asked about again.
    if (this.#machine.state.phase === 'running') return this.endOf(this.#machine.begin());
    return this.endOf(this.#machine.turnEnds({ modelSaid: this.#modelSaid, interrupted: false }));
  }

  goOn(name: string, outcome: ToolOutcome): ScriptEnd {
    if (!this.#machine.toolRan(name, outcome)) return this.endOf(NOTHING);
    this.#listener.onRan();
    return this.endOf(this.#machine.begin());
  }

  over(fate: AnswerFate): void {
    if (fate === 'interrupted') {
      if (this.#isClosed) this.#machine.notHeard();
      else this.#machine.turnEnds({ modelSaid: this.#modelSaid, interrupted: true });
    }
    this.#listener.over(fate);
  }

  endOf({ said, written, then }: FlowSaying): ScriptEnd {
    return {
      say: said === '' ? undefined : { said, written },
      action: then && then.kind !== 'tool' ? (then satisfies CallAction) : undefined,
      tool:
        then?.kind === 'tool'
          ? { id: then.key, name: then.name, input: JSON.stringify(then.arguments) }
          : undefined,
    };
  }
}

/** By which a model proposes; it may have seen them offered before, and may not have them now. */
const FLOW_TOOLS: ReadonlySet<string> = new Set(['fill_slot', 'go_to_step']);

const NOT_NOW: ToolOutcome = { status: 'failed', content: 'That cannot be done now. Go on without it.' };

/** The flow's own tools ask nothing of the call. */
const NO_REQUEST = {
  idempotencyKey: '',
  call: {
    ...{ id: '', callerNumber: '', dialled: '', bot: '', direction: 'inbound' as const },
    ...{ variables: {}, slots: {}, context: {} },
  },
} as const;

/** What was done for the caller, in its order; what the model has told the flow was for nobody else. */
export function doneForCaller(
  messages: readonly HistoryMessage[],
): readonly Omit<DoneCall, 'id' | 'extra'>[] {
  const all = messages.flatMap(({ done = [] }) => done.filter(({ name }) => !FLOW_TOOLS.has(name)));
  return all.map(({ name, input, result }) => ({ name, input, result }));
}
