/**
 * The least that is possible in stream mode, in a process of its own as the service is: no providers, no turn-taking. Audio goes to a bot and
 * back through Asterisk's media socket, and a clip that was there before is played a fixed time after the caller's last loud frame.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Telephony } from '../support/telephony.ts';
import { compiledForBench } from './compiled.ts';
import { usageOf } from './service-process.ts';
import type { Usage } from './service-process.ts';
import type { FloorOrder } from './stream-floor-bot.ts';

export interface StreamFloor {
  usage(): Promise<Usage>;
  /** Resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

/** Answers calls until it is stopped; each sound of a caller is answered `afterMs` after its last loud frame. */
export async function startStreamFloor({ ari }: Telephony, afterMs: number): Promise<StreamFloor> {
  const { url, username, password, app } = ari;
  const order: FloorOrder = { server: { url, username, password, app }, afterMs };
  const args = [compiledForBench('stream-floor-bot'), JSON.stringify(order)];
  const bot = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(bot, 'exit');
  const onExit = () => bot.kill('SIGKILL');
  process.once('exit', onExit);
  const stop = async () => {
    bot.kill('SIGTERM');
    await ended;
    process.off('exit', onExit);
  };
  const answers = once(createInterface(bot.stdout), 'line');
  const why = await Promise.race([answers.then(() => undefined), ended.then(() => 'it ended')]);
  if (why !== undefined) throw new Error(`the floor's bot does not answer calls: ${why}`);
  return { usage: () => usageOf(bot.pid as number), stop };
}
