import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parleyProgram } from '../../test/support/program.ts';
import { durationMs } from '../audio/pcm.ts';
import type { Pcm } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { decodeWav } from '../audio/wav.ts';
import { once } from '../base/async.ts';
import { projectRoot } from '../base/project-root.ts';
import { encoded } from '../speech-api/formats/speech-formats.ts';
import { espeakStandIn } from '../speech/espeak/testing/espeak-stand-in.ts';

async function asMp3({ data, sampleRateHz }: Pcm): Promise<Uint8Array[]> {
  const made: Uint8Array[] = [];
  for await (const piece of encoded('mp3', { sampleRateHz, pieces: once(data) })) made.push(piece);
  return made;
}

const inline = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** Its path, its header, and what it asks. */
const CURL = /curl -s http:\/\/127\.0\.0\.1:8090(\S+) -H '([^']+)' \\\n\s+-d '([^']+)'/;

/** A busy machine loads the program slowly, ms. */
const STARTED_WITHIN_MS = 120_000;

describe('parley speech', { timeout: 3 * STARTED_WITHIN_MS }, () => {
  let dir: string;
  let started: ChildProcess | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-speech-'));
  });
  afterEach(() => {
    started?.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  });

  function start(...args: string[]) {
    return startWith({}, ...args);
  }

  function startWith(settings: Readonly<Record<string, string>>, ...args: string[]) {
    const own = { DATA_DIR: dir, SPEECH_API_KEYS_FILE: join(dir, 'keys.json'), ...settings };
    const child = spawn(process.execPath, [...parleyProgram(), 'speech', '--port', '0', ...args], {
      cwd: projectRoot(),
      env: { PATH: process.env['PATH'], ...own },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started = child;
    const lines: string[] = [];
    const out = createInterface(child.stdout);
    const told = (text: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const look = (line: string) => line.includes(text) && resolve(JSON.parse(line) as never);
        lines.forEach(look);
        out.on('line', look);
        child.once('exit', () => reject(new Error(`it ended without "${text}": ${lines.join('\n')}`)));
      });
    out.on('line', (line) => lines.push(line));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, lines, told, ended };
  }

  it('shares the work among processes, replaces one that is lost, and ends them all', async () => {
    const service = start('--workers', '2');
    const { url } = await service.told('speech.listening');
    const { pids } = await service.told('all workers serve');
    const get = async () => (await fetch(`${String(url)}/v1/languages`)).status;
    expect(await get()).toBe(200);
    const health = async () =>
      (await (await fetch(`${String(url)}/v1/health`)).json()) as { workers: number; load: { most: number } };
    expect(await health()).toMatchObject({ workers: 2, load: { most: 100 } });
    process.kill((pids as number[])[0] ?? 0, 'SIGKILL');
    await service.told('a worker was lost');
    expect(await get()).toBe(200);
    const serving = () => service.lines.filter((line) => line.includes('speech.listening')).length;
    await expect.poll(serving, { timeout: STARTED_WITHIN_MS }).toBe(3);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, true],
  ])('with %o loads OpenTelemetry: %s', async (settings, isLoaded) => {
    const loads =
      "import { writeSync } from 'node:fs';" +
      'export async function load(url, context, next) { if (/fastify|opentelemetry/.test(url)) writeSync(1, `${url}\\n`); return next(url, context); }';
    const hook = `import { register } from 'node:module'; register(${JSON.stringify(inline(loads))});`;
    const service = startWith({ ...settings, NODE_OPTIONS: `--import=${inline(hook)}` });
    await service.told('Parley speaks and hears');
    service.child.kill('SIGTERM');
    await service.ended;
    const loaded = (name: string) => service.lines.some((line) => line.includes(`/node_modules/${name}/`));
    expect([loaded('fastify'), loaded('@opentelemetry/api')]).toEqual([true, isLoaded]);
  });

  it.each([
    [[], 'Parley speaks and hears'],
    [['--workers', '2'], 'all workers serve'],
  ])('answers whoever has asked before it is told to end, with %j', async (args, ready) => {
    const espeak = espeakStandIn();
    espeak.befall('waits');
    const service = startWith({ PATH: `${dirname(espeak.program)}:${process.env['PATH']}` }, ...args);
    const { url } = await service.told('speech.listening');
    await service.told(ready);
    const answered = fetch(`${String(url)}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'Hello', response_format: 'wav' }),
    }).then(async (answer) => durationMs(decodeWav(new Uint8Array(await answer.arrayBuffer()))));
    await expect.poll(() => espeak.underWay(), { timeout: STARTED_WITHIN_MS }).toBe(1);
    service.child.kill('SIGTERM');
    await service.told('Parley takes no more requests');
    espeak.letGo();
    expect(await answered).toBeGreaterThan(200);
    expect(await service.ended).toBe(0);
    espeak.remove();
  });

  it('prints nothing past the log, whatever a recording makes a library say', async () => {
    const service = startWith({ OPENAI_SPEECH_BASE_URL: 'http://127.0.0.1:9/v1' });
    const { url } = await service.told('speech.listening');
    const pieces = [...(await asMp3(tone(300, 1000, 24_000))), Buffer.alloc(5000, 7)];
    const body = new FormData();
    body.set('file', new Blob([Buffer.concat(pieces)]), 'a.mp3');
    const answer = await fetch(`${String(url)}/v1/audio/transcriptions`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ error: { code: 'PROVIDER_NOT_AVAILABLE' } });
    expect(await service.told('library.said')).toMatchObject({ from: 'console.error' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  it("speaks to a newcomer without any key, by the README's own request, until it is told to end", async () => {
    const espeak = espeakStandIn();
    const service = startWith({ PATH: `${dirname(espeak.program)}:${process.env['PATH']}` });
    const { url } = await service.told('speech.listening');
    await service.told('Parley speaks and hears');
    const [, path, header = '', body = ''] =
      CURL.exec(readFileSync(join(projectRoot(), 'README.md'), 'utf8')) ?? [];
    const [name = '', value = ''] = header.split(': ');
    const answer = await fetch(`${String(url)}${path}`, { method: 'POST', headers: { [name]: value }, body });
    const { status } = answer;
    expect(durationMs(decodeWav(new Uint8Array(await answer.arrayBuffer())))).toBeGreaterThan(200);
    expect(espeak.text()).toContain('Hello from Parley');
    espeak.remove();
    service.child.kill('SIGTERM');
    await service.told('Parley takes no more requests');
    expect([status, await service.ended]).toEqual([200, 0]);
  });
});
