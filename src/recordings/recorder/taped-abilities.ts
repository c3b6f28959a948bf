/** What a bot can do beside talking, with a note on the call's tape of all that comes from outside by it. It changes nothing. */
import type { FlowState } from '../../call/flow/flow-state.ts';
import type { BotAbilities, ContextOfCall } from '../../call/abilities.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { ContextFacts } from '../../context/known-context.ts';
import type { ToolJournal } from '../../tools/journal/tool-journal.ts';
import type { Tool } from '../../tools/tool.ts';
import { recordedFlowState } from '../bundle/recorded-abilities.ts';
import type {
  RecordedContextAnswer,
  RecordedContextReady,
  RecordedTools,
  RecordedToolUse,
  RecordedWrite,
} from '../bundle/recorded-abilities.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { UNDER_WAY } from './call-tape.ts';
import type { CallTape, Growing } from './call-tape.ts';
import { withoutSecrets } from './without-secrets.ts';

type Offered = RecordedTools['offered'][number];
type Step = NonNullable<RecordedCall['flow']>['steps'][number];

export interface TapedAbilitiesOptions {
  readonly tape: CallTape;
  /** Names of slots that nobody may keep. */
  readonly sensitive: readonly string[];
  /** Of the caller's words, what may be kept at present. */
  readonly shown: (text: string) => string;
  readonly turn: () => number;
}

export class TapedAbilities {
  readonly #options: TapedAbilitiesOptions;
  readonly #offered: Offered[] = [];
  readonly #uses: Growing<RecordedToolUse>[] = [];
  readonly #journal: Growing<RecordedWrite>[] = [];
  readonly #answers: Growing<RecordedContextAnswer>[] = [];
  readonly #ready: RecordedContextReady[] = [];
  readonly #steps: Step[] = [];
  #maxRounds: number | undefined;
  #hasContext = false;
  #today: string | undefined;
  #flow: FlowState | undefined;

  constructor(options: TapedAbilitiesOptions) {
    this.#options = options;
  }

  /** To be given to the Call instead of its own. */
  of(inner: BotAbilities): BotAbilities {
    const { tools } = inner;
    this.#maxRounds = tools?.maxRounds;
    return {
      tools: tools && {
        maxRounds: tools.maxRounds,
        list: (ports) => this.#listed(tools.list(ports)),
      },
      journal: this.#journalled(inner.journal),
      contextOf: (facts, onReady) => {
        const told = (ready: ContextFacts) => {
          this.#noteReady(ready);
          onReady(ready);
        };
        const context = inner.contextOf(facts, told);
        this.#hasContext = context !== undefined;
        return context && this.#contextual(context);
      },
      today: () => (this.#today = inner.today()),
    };
  }

  /** Where the script stands by now. */
  follow(flow: FlowState | undefined): void {
    if (!flow || flow === this.#flow) return;
    this.#flow = flow;
    const { step, phase } = flow;
    const last = this.#steps.at(-1);
    if (last?.step === step && last.phase === phase) return;
    const { tape, turn } = this.#options;
    this.#steps.push({ atMs: tape.causeAtMs, turn: turn(), step, phase });
  }

  /** All of it, for the bundle. */
  get recorded(): Pick<RecordedCall, 'today' | 'tools' | 'context' | 'flow'> {
    return {
      ...(this.#today !== undefined && { today: this.#today }),
      ...(this.#maxRounds !== undefined && {
        tools: {
          maxRounds: this.#maxRounds,
          offered: this.#offered,
          uses: this.#uses,
          journal: this.#journal,
        },
      }),
      ...(this.#hasContext && { context: { answers: this.#answers, ready: this.#ready } }),
      ...(this.#flow && { flow: { steps: this.#steps, state: recordedFlowState(this.#flow) } }),
    };
  }

  #listed(tools: readonly Tool[]): readonly Tool[] {
    const definitions = tools.map(definitionOf);
    const before = this.#offered.at(-1)?.tools;
    if (JSON.stringify(definitions) !== JSON.stringify(before))
      this.#offered.push({ atMs: this.#options.tape.causeAtMs, tools: definitions });
    return tools.map((tool) => ({
      ...tool,
      run: (input, request, signal) => this.#run(tool, input, request, signal),
    }));
  }

  async #run(tool: Tool, ...asked: Parameters<Tool['run']>): ReturnType<Tool['run']> {
    const [input, { call }, signal] = asked;
    const { sensitive, tape, turn } = this.#options;
    const secrets = sensitive.flatMap((name) => call.slots[name] ?? []);
    const note: Growing<RecordedToolUse> = {
      atMs: tape.causeAtMs,
      turn: turn(),
      name: tool.name,
      input: JSON.stringify(withoutSecrets.input(input, secrets)),
      end: UNDER_WAY,
    };
    this.#uses.push(note);
    const outcome = await tape.followingOne(tool.run(...asked), note, signal);
    note.outcome = { ...outcome, content: withoutSecrets.text(outcome.content, secrets) };
    return outcome;
  }

  #journalled(inner: ToolJournal): ToolJournal {
    const written = (kind: RecordedWrite['kind'], writing: Promise<void>) => {
      const { tape } = this.#options;
      const note: Growing<RecordedWrite> = { kind, atMs: tape.causeAtMs, end: UNDER_WAY };
      this.#journal.push(note);
      return tape.followingOne(writing, note);
    };
    return {
      begun: (use) => written('begun', inner.begun(use)),
      ended: (use, how) => written('ended', inner.ended(use, how)),
    };
  }

  #contextual(inner: ContextOfCall): ContextOfCall {
    const { shown, tape } = this.#options;
    return {
      callerLookup: () => inner.callerLookup(),
      heard: (text) => inner.heard(text),
      close: () => inner.close(),
      for: async (text, signal) => {
        const note: Growing<RecordedContextAnswer> = {
          atMs: tape.causeAtMs,
          text: shown(text),
          end: UNDER_WAY,
        };
        this.#answers.push(note);
        const known = await tape.followingOne(inner.for(text, signal), note, signal);
        const { caller, ...found } = known;
        note.known = { ...found, ...(caller !== undefined && { caller: JSON.stringify(caller) }) };
        return known;
      },
    };
  }

  #noteReady(ready: ContextFacts): void {
    const { tape } = this.#options;
    this.#ready.push({ ...ready, atMs: tape.happens(), startedAtMs: tape.at(ready.startedAtMs) });
  }
}

function definitionOf(tool: Tool): Offered['tools'][number] {
  const { name, description, parameters, readOnly, staysInCall, saying, onInterrupt } = tool;
  return {
    ...{ name, description, readOnly, saying, onInterrupt },
    parameters: JSON.stringify(parameters),
    ...(staysInCall && { staysInCall }),
  };
}

/** Names of the slots of a script that are sensitive. */
export function sensitiveSlots({ flow }: Pick<BotProfile, 'flow'>): readonly string[] {
  return Object.values(flow?.steps ?? {}).flatMap(({ slot }) => (slot?.sensitive ? [slot.name] : []));
}
