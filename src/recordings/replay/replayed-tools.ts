/**
 * The tools of a recorded call: to the same input the same outcome, at its pace. What stays in the call is done once more, for it is the
 * call that it is done to.
 */
import type { BotAbilities } from '../../call/abilities.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { builtIn } from '../../tools/built-in.ts';
import type { CallPorts } from '../../tools/built-in.ts';
import { signatureOf } from '../../tools/desk/asked.ts';
import type { Tool, ToolOutcome } from '../../tools/tool.ts';
import { objectIn } from '../bundle/recorded-abilities.ts';
import type { RecordedTools, RecordedToolUse } from '../bundle/recorded-abilities.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';
import type { Missing } from './unanswered.ts';

type Definition = RecordedTools['offered'][number]['tools'][number];

export interface ReplayedToolsOptions {
  readonly time: TapeTime;
  readonly tools: RecordedTools;
  readonly profile: BotProfile;
  /** The error for what was never done. */
  readonly missing: Missing;
}

export class ReplayedTools implements NonNullable<BotAbilities['tools']> {
  readonly maxRounds: number;
  readonly #options: ReplayedToolsOptions;
  readonly #uses: Set<RecordedToolUse>;
  readonly #used = new Set<RecordedToolUse>();
  /** The same tool is the same object: what is checked by its parameters is compiled once. */
  readonly #tools = new Map<Definition, Tool>();

  constructor(options: ReplayedToolsOptions) {
    this.#options = options;
    this.maxRounds = options.tools.maxRounds;
    this.#uses = new Set(options.tools.uses);
  }

  list(ports: CallPorts = {}): readonly Tool[] {
    return this.#offered.map(
      (definition) => (definition.staysInCall && this.#ownTool(definition, ports)) || this.#tool(definition),
    );
  }

  /** Whether there is an outcome to this that nobody has had yet. */
  has(name: string, input: Parameters<Tool['run']>[0]): boolean {
    return this.#same(name, input).some((use) => !this.#used.has(use));
  }

  async run(
    definition: Pick<Definition, 'name' | 'readOnly'>,
    ...asked: Parameters<Tool['run']>
  ): Promise<ToolOutcome> {
    const [input, , signal] = asked;
    signal.throwIfAborted();
    const { missing, time } = this.#options;
    const what = `The tool ${definition.name} was used with ${JSON.stringify(input)}`;
    const recorded = this.#take(definition, input);
    if (!recorded) throw missing(`${what}.`);
    this.#used.add(recorded);
    const replaying = { time, shiftMs: time.nowMs - recorded.atMs, signal };
    await endAsRecorded(recorded.end, replaying, () => missing(`${what}, and dropped in the recording.`));
    if (!recorded.outcome) throw missing(`${what}, and never came back in the recording.`);
    return recorded.outcome;
  }

  /** As the model was offered them by then. */
  get #offered(): readonly Definition[] {
    const { time, tools } = this.#options;
    const [first] = tools.offered;
    return (tools.offered.findLast(({ atMs }) => atMs <= time.nowMs) ?? first)?.tools ?? [];
  }

  #tool(definition: Definition): Tool {
    const known = this.#tools.get(definition);
    if (known) return known;
    const parameters = objectIn(definition.parameters);
    const tool: Tool = { ...definition, parameters, run: (...asked) => this.run(definition, ...asked) };
    this.#tools.set(definition, tool);
    return tool;
  }

  /** One of the call's own, as the profile has it now. */
  #ownTool({ name }: Definition, ports: CallPorts): Tool | undefined {
    for (const entry of this.#options.profile.tools.list) {
      const tool = builtIn(entry, ports);
      if (tool?.name === name) return tool;
    }
    return undefined;
  }

  /**
   * Each is given once, in their order; what only looks may be asked for the same again. Where nothing was asked with just this input, it
   * is the next one that is not asked for yet: words that the model fills in differ.
   */
  #take(
    { name, readOnly }: Pick<Definition, 'name' | 'readOnly'>,
    input: Parameters<Tool['run']>[0],
  ): RecordedToolUse | undefined {
    const same = this.#same(name, input);
    const isLeft = (use: RecordedToolUse) => !this.#used.has(use);
    const isDone = ({ end }: RecordedToolUse) => end.kind === 'done';
    const near = [...this.#uses].filter((use) => use.name === name && isLeft(use));
    return (
      same.find((use) => isLeft(use) && isDone(use)) ??
      (readOnly ? same.findLast(isDone) : undefined) ??
      same.find(isLeft) ??
      near.find(isDone) ??
      near[0]
    );
  }

  #same(name: string, input: Parameters<Tool['run']>[0]): readonly RecordedToolUse[] {
    const signature = signatureOf(name, input);
    return [...this.#uses].filter((use) => signatureOf(use.name, objectIn(use.input)) === signature);
  }
}
