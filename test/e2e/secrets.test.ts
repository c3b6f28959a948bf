/**
 * Secrets that an operator has given, looked for in everything that comes out of a whole run: calls, failures of every provider in which
 * the answer quotes our own credentials, a wrong password, the doctor. Nothing may hold them, in any of the forms in which they travel.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { startEchoingProvider } from '../support/echoing-provider.ts';
import { startParley } from '../support/parley-process.ts';
import type { ParleyProcess } from '../support/parley-process.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';
/** A refusal of the key closes more doors than a fault of the server: it comes last. */
const STATUSES = [500, 401];
/** Starting the process takes a second on an idle machine: it bounds a failure. */
const READY_WITHIN_MS = 60_000;

const ASK_AGAIN_AFTER_MS = 8000;
const MOST_TRIES = 4;

/** As the real ones look, and of nobody. */
const random = (bytes: number) => randomBytes(bytes).toString('hex');
const ARI_PASSWORD = `Ari ${random(12)}`;
const YANDEX_API_KEY = `AQVN${random(18)}`;
const OPENAI_API_KEY = `sk-proj-${random(20)}`;
/** Nobody listens there. */
const ALERT_WEBHOOK_URL = `http://127.0.0.1:9/hooks/${random(30)}`;
const HTTP_TOKEN = random(24);
const SECRETS = { ARI_PASSWORD, YANDEX_API_KEY, OPENAI_API_KEY, ALERT_WEBHOOK_URL, HTTP_TOKEN };

/** A secret and what it looks like on its way. Half of one is too much already. */
function formsOf(secret: string, username: string): string[] {
  const basic = Buffer.from(`${username}:${secret}`).toString('base64');
  const half = secret.slice(secret.length / 2);
  return [
    half,
    encodeURIComponent(half),
    Buffer.from(secret).toString('base64').slice(0, -4),
    basic.slice(-16),
  ];
}

const timesPrinted = (service: ParleyProcess, words: string) => service.printed.split(words).length - 1;

/** For one test: all of them mostly wait, and do so side by side. */
async function aRun({ onTestFinished }: TestContext) {
  const surroundings = await startSurroundings({
    kind: 'simulator',
    reply: () => ANSWER,
    env: { ...SECRETS, TTS_CACHE_MB: '0', RECORD_CALLS: 'all' },
    standIn: { password: ARI_PASSWORD },
  });
  onTestFinished(() => surroundings.stop());
  const echoing = await startEchoingProvider();
  onTestFinished(() => echoing.stop());
  const port = await freeTcpPort();
  const httpUrl = `http://127.0.0.1:${port}`;
  const env: Record<string, string> = { ...surroundings.environment, HTTP_PORT: String(port) };

  const echoingEnv = () => ({
    YANDEX_TTS_GRPC_URL: echoing.grpcUrl,
    YANDEX_STT_GRPC_URL: echoing.grpcUrl,
    YANDEX_TTS_HTTP_URL: `${echoing.httpUrl}/tts`,
    YANDEX_STT_HTTP_URL: `${echoing.httpUrl}/stt`,
    OPENAI_BASE_URL: `${echoing.httpUrl}/v1`,
  });

  async function serve(others: Readonly<Record<string, string>>): Promise<ParleyProcess> {
    const service = startParley(['serve'], surroundings.dir, { ...env, ...others });
    onTestFinished(async () => void (await service.stop()));
    await until('it answers calls', () => service.printed.includes('"service.ready"'), READY_WITHIN_MS);
    return service;
  }

  async function page(path: string): Promise<string> {
    const headers = { connection: 'close', authorization: `Bearer ${HTTP_TOKEN}` };
    const answer = await fetch(`${httpUrl}${path}`, { headers });
    return `${JSON.stringify([...answer.headers])}${await answer.text()}`;
  }

  /** In a recorded voice: stream mode tells speech from tones. Whoever gets no answer asks again: a busy machine may lose a word. */
  async function askUntil(call: PhoneCall, what: string, isSo: () => boolean): Promise<void> {
    const question = decodeWav(
      await readFile(join(projectRoot(), 'src/lab/simulator/callers/question1.wav')),
    );
    surroundings.speech.registerClip(question, 'какие часы');
    for (let tries = 1; ; tries++) {
      await call.say(question);
      try {
        return await until(what, isSo, ASK_AGAIN_AFTER_MS);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
      }
    }
  }

  /** Everything that came out: what was printed, every file, their names, and every page. */
  async function output(service: ParleyProcess): Promise<string> {
    const { dir, telephony } = surroundings;
    const files = await contents([join(dir, 'data'), telephony.mediaDir]);
    return [service.printed, ...files].join('\n');
  }

  function expectNoSecret(text: string): void {
    for (const [name, secret] of Object.entries(SECRETS)) {
      const found = formsOf(secret, env['ARI_USERNAME'] ?? '').filter((form) => text.includes(form));
      // Never the text itself: a failing test must not tell, either.
      expect({ name, found: found.length }).toEqual({ name, found: 0 });
    }
  }

  return { surroundings, echoing, env, echoingEnv, serve, page, askUntil, output, expectNoSecret };
}

describe('a whole run', () => {
  describe.each(['file', 'stream'])('in %s mode', (mode) => {
    it.concurrent('tells none when all is well', async (context) => {
      const { surroundings, serve, page, output, expectNoSecret } = await aRun(context);
      const service = await serve({ MEDIA_MODE: mode });
      const { telephony, speech } = surroundings;
      const listening = listeningTo(speech);
      const call = await telephony.phone.dial('100');
      await listening.untilHeard(call, GREETING);
      const during = await output(service);
      expect(during).toContain('data/live');
      const pages = await Promise.all(
        ['/healthz', '/readyz', '/metrics', '/', '/docs/json', '/api/calls', '/.env', '/..%2f.env'].map(page),
      );
      expect(pages.join()).toContain('parley_active_calls 1');
      await call.hangup();
      await until('the call is over', () => service.printed.includes('caller'));
      await service.stop();
      for (const text of [during, ...pages, await output(service)]) expectNoSecret(text);
    });

    it.concurrent(
      `tells none when every provider answers ${STATUSES.join(' or ')} and quotes it`,
      async (context) => {
        const run = await aRun(context);
        const { surroundings, echoing, echoingEnv, serve, page, askUntil, output, expectNoSecret } = run;
        const service = await serve({ ...echoingEnv(), MEDIA_MODE: mode });
        for (const status of STATUSES) {
          echoing.httpStatus = status;
          const before = timesPrinted(service, '"ASR_');
          const call = await surroundings.telephony.phone.dial('100');
          await askUntil(call, 'recognition has failed', () => timesPrinted(service, '"ASR_') > before);
          await call.hangup();
        }
        const metrics = await page('/metrics');
        await service.stop();
        expect(echoing.echoed).toContain(YANDEX_API_KEY);
        for (const text of [metrics, await output(service)]) expectNoSecret(text);
        expect(service.printed).toContain('***');
      },
    );
  });

  // The model is asked the same way whatever carries the sound.
  it.concurrent(
    `tells none when the model answers ${STATUSES.join(' or ')} and quotes it`,
    async (context) => {
      const { surroundings, echoing, serve, askUntil, output, expectNoSecret } = await aRun(context);
      const service = await serve({ OPENAI_BASE_URL: `${echoing.httpUrl}/v1`, MEDIA_MODE: 'stream' });
      const { telephony, speech } = surroundings;
      const listening = listeningTo(speech);
      for (const status of STATUSES) {
        echoing.httpStatus = status;
        const before = timesPrinted(service, '"LLM_');
        const call = await telephony.phone.dial('100');
        await listening.untilHeard(call, GREETING);
        await askUntil(call, 'the model has failed', () => timesPrinted(service, '"LLM_') > before);
        await call.hangup();
      }
      await service.stop();
      expect(echoing.echoed).toContain(OPENAI_API_KEY);
      expectNoSecret(await output(service));
    },
  );

  it.concurrent('tells none when Asterisk does not know the password, or quotes it', async (context) => {
    const { surroundings, echoing, env, expectNoSecret } = await aRun(context);
    const wrong = { ...env, ARI_USERNAME: 'somebody' };
    const refused = startParley(['serve'], surroundings.dir, wrong);
    expect(await refused.ended).toBe(78);
    const quoted = startParley(['serve'], surroundings.dir, { ...env, ARI_URL: echoing.httpUrl });
    expect(await quoted.ended).toBe(78);
    expect(echoing.echoed).toContain(
      Buffer.from(`${env['ARI_USERNAME']}:${ARI_PASSWORD}`).toString('base64'),
    );
    for (const { printed } of [refused, quoted]) {
      expect(printed).toContain('ARI_REFUSED');
      expectNoSecret(printed);
    }
  });

  it.concurrent.for([{ options: [] }, { options: ['--json'] }])(
    'tells none to the doctor, who asks everybody, with $options',
    async ({ options }, context) => {
      const { surroundings, echoing, env, echoingEnv, expectNoSecret } = await aRun(context);
      const everyone = { ...env, ...echoingEnv(), ARI_URL: echoing.httpUrl };
      const doctor = startParley(['doctor', ...options], surroundings.dir, everyone);
      expect(await doctor.ended).toBe(1);
      for (const secret of [YANDEX_API_KEY, OPENAI_API_KEY]) expect(echoing.echoed).toContain(secret);
      expect(doctor.printed.length).toBeGreaterThan(500);
      // A table breaks long words.
      for (const text of [doctor.printed, doctor.printed.replaceAll(/[\s│]/g, '')]) expectNoSecret(text);
    },
  );

  it.concurrent('tells none when a setting is wrong', async (context) => {
    const { surroundings, env, expectNoSecret } = await aRun(context);
    const wrong = {
      ...env,
      YANDEX_API_KEY: `${YANDEX_API_KEY} ö`,
      OPENAI_API_KEY: `${OPENAI_API_KEY}\n`,
      HTTP_PORT: 'x',
    };
    const service = startParley(['serve'], surroundings.dir, wrong);
    expect(await service.ended).toBe(78);
    expect(service.printed).toContain('YANDEX_API_KEY');
    expectNoSecret(service.printed);
  });
});

async function contents(dirs: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const dir of dirs) {
    for (const name of await readdir(dir, { recursive: true })) {
      const path = join(dir, name);
      // One that has been deleted meanwhile holds nothing any more.
      const isFile = await stat(path).then(
        (found) => found.isFile(),
        () => false,
      );
      all.push(path, isFile ? await readFile(path, 'latin1').catch(() => '') : '');
    }
  }
  return all;
}
