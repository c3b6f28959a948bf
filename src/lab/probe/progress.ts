/** How a campaign goes on, while it does: on a terminal one line that changes, elsewhere a line for each call that is over. */
import pc from 'picocolors';
import type { CallResult } from './campaign.ts';
import type { CallStep } from './caller.ts';
import { percentilesOf } from './percentiles.ts';

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The beginning of the line, and nothing behind it. */
const ERASE_LINE = '\r\u001b[K';

export class Progress {
  readonly #terminal: Terminal;
  readonly #steps: (CallStep | 'waiting')[];
  readonly #voiceToVoiceMs: number[] = [];
  #failed = 0;

  constructor(terminal: Terminal, calls: number) {
    this.#terminal = terminal;
    this.#steps = Array<'waiting'>(calls).fill('waiting');
  }

  onStep(index: number, step: CallStep): void {
    this.#steps[index] = step;
    this.#draw();
  }

  onResult(result: CallResult): void {
    if (result.failure) this.#failed++;
    for (const { voiceToVoiceMs } of result.turns)
      if (voiceToVoiceMs !== null) this.#voiceToVoiceMs.push(voiceToVoiceMs);
    if (result.failure) this.#say(`${pc.red('failed')}  call ${result.call}: ${result.failure.message}`);
    else if (!this.#terminal.isTTY) this.#say(`call ${result.call}: ${told(result)}`);
    this.#draw();
  }

  /** Leaves the terminal to whoever writes next. */
  end(): void {
    if (this.#terminal.isTTY) this.#terminal.write(ERASE_LINE);
  }

  #say(line: string): void {
    this.#terminal.write(`${this.#terminal.isTTY ? ERASE_LINE : ''}${line}\n`);
  }

  #draw(): void {
    if (!this.#terminal.isTTY) return;
    const count = (...steps: string[]) => this.#steps.filter((step) => steps.includes(step)).length;
    const { p50, p95 } = percentilesOf(this.#voiceToVoiceMs);
    const figures =
      this.#voiceToVoiceMs.length > 0
        ? `   voice to voice p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`
        : '';
    this.#terminal.write(
      `${ERASE_LINE}${count('waiting')} to come, ${count('dialling')} dialling, ${count('listening', 'speaking')} up, ` +
        `${count('over')} over, ${this.#failed} failed${figures}`,
    );
  }
}

function told({ answerMs, greetingMs, turns }: CallResult): string {
  const ms = (value: number | null) => (value === null ? 'none' : `${value.toFixed(0)} ms`);
  const voiceToVoice = turns.map((turn) => ms(turn.voiceToVoiceMs)).join(', ');
  return `answer ${ms(answerMs)}, greeting ${ms(greetingMs)}, voice to voice ${voiceToVoice}`;
}
