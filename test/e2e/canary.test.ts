/** The canary as docker-compose.yml runs it, only more often: on a real Asterisk, it is content with a bot that answers, and with no other. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decodeWav } from '../../src/audio/wav.ts';
import { silentLog } from '../../src/base/log.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { readSettings } from '../../src/config/settings.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { startService } from '../../src/main.ts';
import { startChatSimulator, type ChatSimulator } from '../../src/lab/simulator/chat.ts';
import {
  startSpeechKitSimulator,
  type SpeechKitSimulator,
} from '../../src/lab/simulator/speechkit/speechkit.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { prepareEnvironment } from '../support/environment.ts';
import { ariEnv } from '../support/telephony.ts';
import { startCommand } from '../support/parley-process.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'a canary; and its song';
/** A call is a few seconds long, and a bad one as long as the bot's silence. */
const CALL_WITHIN_MS = 30_000;

interface Canary {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

await describeAsterisk('the canary', (installation) => {
  let dir: string;
  let asterisk: AsteriskServer;
  let speech: SpeechKitSimulator;
  let chat: ChatSimulator;
  let goodFile: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-canary-'));
    goodFile = join(dir, 'last-good-call');
    asterisk = await startAsterisk({ installation, settings: { CANARY_PASSWORD: PASSWORD } });
    speech = await startSpeechKitSimulator({ tonePace: { perCharMs: 30 } });
    chat = await startChatSimulator({ reply: () => 'Слышу вас хорошо.' });
    await writeFile(join(dir, 'password'), PASSWORD);
  });
  afterAll(async () => {
    await Promise.all([asterisk?.stop(), speech?.stop(), chat?.stop()]);
    await rm(dir, { recursive: true, force: true });
  });

  const lastGoodMs = async () => (await stat(goodFile).catch(() => undefined))?.mtimeMs ?? 0;

  /** The command of docker-compose.yml, of this checkout and to this Asterisk. */
  async function composed(): Promise<readonly string[]> {
    const compose = parse(await readFile(join(projectRoot(), 'docker-compose.yml'), 'utf8'), {
      merge: true,
    }) as {
      services: { canary: Canary };
    };
    const { entrypoint, command } = compose.services.canary;
    const here: Readonly<Record<string, readonly string[]>> = {
      '/app/config/canary/every-ten-minutes.sh': [join(projectRoot(), 'config/canary/every-ten-minutes.sh')],
      '/tmp/last-good-call': [goodFile],
      node: [process.execPath, '--import', import.meta.resolve('tsx')],
      'dist/src/cli/parley.js': ['src/cli/parley.ts'],
      'sip:100@asterisk': [`sip:100@${asterisk.sipHost}:${asterisk.sipPort}`],
    };
    return [...entrypoint, ...command].flatMap((word) => here[word] ?? [word]);
  }

  it('says when the bot answers in time, and when it no longer does', async () => {
    const { pcm, text } = await question();
    speech.registerClip(pcm, text);
    const { ariUrl: url, username, password, app, mediaDir } = asterisk;
    const telephony = { env: ariEnv({ url, username, password, app }, mediaDir) };
    const env = await prepareEnvironment(dir, { telephony, speech, chat }, { default: {} });
    const service = await startService(readSettings(env), silentLog);
    const canary = startCommand(await composed(), projectRoot(), {
      DIAL_PASSWORD_FILE: join(dir, 'password'),
      EVERY_SECONDS: '0.5',
      AGAIN_SECONDS: '0.5',
    });
    try {
      await until('a call has gone well', async () => (await lastGoodMs()) > 0, CALL_WITHIN_MS);
      await service.stop();
      const badCalls = () => canary.printed.split('status 1').length - 1;
      await until('a call has not', () => badCalls() > 0, CALL_WITHIN_MS);
      const goodMs = await lastGoodMs();
      await until('another has not', () => badCalls() > 1, CALL_WITHIN_MS);
      expect(await lastGoodMs()).toBe(goodMs);
    } finally {
      await canary.stop();
      await service.stop();
    }
  });
});

async function question() {
  const bytes = await readFile(join(projectRoot(), 'sounds/ru-RU/prompt-1.wav'));
  return { pcm: decodeWav(bytes), text: 'Вы меня слышите?' };
}
