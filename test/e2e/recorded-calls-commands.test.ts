/**
 * The commands for recorded calls, as a developer runs them: no telephone, and no providers unless they are asked for. Whatever does not
 * depend on it runs in this process.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slice } from '../../src/audio/pcm.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { readBundle } from '../../src/recordings/bundle/bundle.ts';
import type { Outcome } from '../../src/recordings/replay/outcome.ts';
import { runCommand } from '../support/run-command.ts';
import { runParley } from '../support/run-parley.ts';
import { startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

const SHIPPED = join(projectRoot(), 'test/calls');
const EXIT_SETTINGS = 78;

let dir: string;
let call: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-commands-'));
  call = join(dir, 'calls', 'dialogue');
  await cp(join(SHIPPED, 'ordinary-dialogue'), call, { recursive: true });
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const outcomeFile = () => readFile(join(call, 'outcome.json'), 'utf8');
const change = async (file: string, by: (text: string) => string) => {
  const path = join(call, file);
  await writeFile(path, by(await readFile(path, 'utf8')));
};

describe('parley replay', () => {
  it('tells what was said and how it ended', async () => {
    const { status, stdout, stderr } = await runParley(['replay', call]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^dialogue\n/);
    expect(stdout).toMatch(/caller {2}Скажите, пожалуйста, когда вы работаете\?\n.*bot {5}Мы работаем/);
    expect(stdout).toMatch(/ended by: caller; interruptions: 0/);
    expect(status).toBe(0);
  });

  it('prints the accepted outcome as JSON and nothing else', async () => {
    const { status, stdout, stderr } = await runCommand('replay', ['--json', call]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await outcomeFile()));
  });

  it('tells that it came to something else, until that is accepted', async () => {
    const other = [call, '--set', 'earlyAnswer.enabled=false'];
    const before = await outcomeFile();
    const first = await runCommand('replay', other);
    expect(first.stdout).toContain('Not the outcome that was accepted; --update accepts it.');
    expect(first.status).toBe(1);
    expect(await outcomeFile()).toBe(before);
    expect((await runCommand('replay', [...other, '--update'])).status).toBe(0);
    expect(await outcomeFile()).not.toBe(before);
    expect((await runCommand('replay', other)).status).toBe(0);
    expect((await runCommand('replay', [call])).status).toBe(1);
  });

  it.each([
    ['a setting that there is not', ['--set', 'bargeIn.minSpeech=5'], EXIT_SETTINGS, /bargeIn\.minSpeechMs/],
    ['what no bot can be', ['--set', 'endpointing.silenceMs=no'], EXIT_SETTINGS, /endpointing\.silenceMs/],
    ['a question that was never asked', ['--set', 'prompt=Иначе.'], 1, /«Скажите, пожалуйста.*--live llm/],
    ['a part that there is not', ['--live', 'ear'], 1, /expected asr, llm, tts/],
  ])('given %s, says so and nothing else', async (_, args, expected, message) => {
    const { status, stdout, stderr } = await runCommand('replay', ['--json', call, ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(status).toBe(expected);
  });

  it('takes as long as the call, if it is to', async () => {
    const short = join(SHIPPED, 'hangup-in-mid-answer');
    const beganAtMs = performance.now();
    const { stdout } = await runCommand('replay', ['--json', '--real-time', short]);
    const { lengthMs, dialogue } = JSON.parse(stdout) as Outcome;
    expect(performance.now() - beganAtMs).toBeGreaterThan(lengthMs);
    expect(dialogue.at(-1)?.text).toBe('It is free for two hours.');
  });
});

describe("parley replay with today's providers", () => {
  const SHORT = join(SHIPPED, 'hangup-in-mid-answer');
  let surroundings: Surroundings;

  beforeEach(async () => {
    surroundings = await startSurroundings({
      kind: 'simulator',
      reply: [
        ['parking', 'Sorry, there is none.'],
        ['dentist', 'This is a shop.'],
      ],
    });
  });

  afterEach(() => surroundings.stop());

  /** Without the small words. */
  async function answers(...args: readonly string[]): Promise<readonly string[]> {
    const env = surroundings.environment;
    const { stdout, stderr } = await runCommand('replay', ['--json', SHORT, ...args], env);
    if (stdout === '') throw new Error(stderr);
    const { dialogue } = JSON.parse(stdout) as Outcome;
    return dialogue.flatMap(({ kind, text, who }) => (who === 'caller' || kind === 'answer' ? [text] : []));
  }

  it('asks those that were named, and has the rest from the recording', async () => {
    const question = 'Is there any parking near the shop?';
    const { call: recorded, caller } = await readBundle(SHORT);
    const [spoken] = recorded.line.hearing.flatMap((event) =>
      event.kind === 'speechStopped' ? [event] : [],
    );
    if (!spoken) throw new Error('nobody speaks');
    surroundings.speech.registerClip(
      slice(caller, spoken.startedAtMs, spoken.endedAtMs),
      'is there a dentist',
    );
    const llm = await answers('--live', 'llm,tts');
    const tts = await answers('--live', 'tts');
    const both = await answers('--live', 'asr', '--live', 'llm,tts');
    expect(llm).toEqual([question, 'Sorry, there is none.']);
    expect(tts).toEqual([
      question,
      'There is a car park behind the shop.',
      'It is free for two hours.',
      ...tts.slice(3),
    ]);
    expect(both).toEqual([expect.stringMatching(/dentist/i), 'This is a shop.']);
    expect(surroundings.chat.requests.length).toBeGreaterThanOrEqual(2);
  });

  it('apologises as a call would, where one of them does not answer', async () => {
    await surroundings.chat.stop();
    expect(await answers('--live', 'llm')).toEqual(['Is there any parking near the shop?']);
  });
});

describe('parley test', () => {
  it('passes calls that are as they were, of a directory', async () => {
    const { status, stdout } = await runCommand('test', [join(dir, 'calls')]);
    expect(stdout).toBe('✓ dialogue\n1 passed, 0 failed\n');
    expect(status).toBe(0);
  });

  it('fails those that are not as expected, and says in which way', async () => {
    await cp(join(SHIPPED, 'barge-in'), join(dir, 'calls', 'barge-in'), { recursive: true });
    await change('expect.yaml', (yaml) => yaml.replace('within: 1.1 s', 'within: 0.3 s'));
    const { status, stdout } = await runCommand('test', [join(dir, 'calls')]);
    expect(stdout).toMatch(/✓ barge-in\n✗ dialogue\n {4}turn 1 was answered after .*, expected 300 ms/);
    expect(stdout).toContain('1 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('fails what is no call, and a directory without any', async () => {
    await change('call.json', (json) => json.slice(0, 1000));
    const broken = await runCommand('test', [call]);
    expect(broken.stdout).toContain('cut short');
    expect(broken.status).toBe(1);
    const nothing = await runCommand('test', [join(call, 'nothing')]);
    expect(nothing.stderr).toContain('BUNDLE_UNREADABLE');
    expect(nothing.status).toBe(1);
  });
});

describe('parley pack, compare and report', () => {
  it('pack a call into a file that is replayed, tested and reported like the directory', async () => {
    const file = join(dir, 'sent.parley.zip');
    const packed = await runCommand('pack', [call, '-o', file]);
    expect(packed).toMatchObject({ status: 0, stdout: `${file}\n` });
    const [one, other] = [
      await runCommand('replay', ['--json', call]),
      await runCommand('replay', ['--json', file]),
    ];
    expect(other).toEqual(one);
    expect((await runCommand('test', [file])).status).toBe(0);
    const page = join(dir, 'page.html');
    expect((await runCommand('report', [file, '-o', page])).status).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('Мы работаем с девяти до шести.');
  });

  it('compare a call with itself under another setting', async () => {
    const html = join(dir, 'compared.html');
    const compared = await runCommand('compare', [
      call,
      '--set',
      'earlyAnswer.enabled=false',
      '--html',
      html,
    ]);
    expect(compared.stderr).toBe('');
    expect(compared.stdout).toMatch(/B {2}dialogue earlyAnswer\.enabled=false/);
    expect(compared.status).toBe(0);
    expect(await readFile(html, 'utf8')).toContain('earlyAnswer.enabled=false');
    const wrong = await runCommand('compare', [call, '--set', 'earlyAnswer=no']);
    expect(wrong).toMatchObject({ status: EXIT_SETTINGS, stdout: '' });
  });
});
