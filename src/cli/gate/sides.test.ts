import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../../recordings/bundle/bundle.ts';
import { Checkouts } from './checkouts.ts';
import { OtherCode } from './other-code.ts';
import { sideOf as openSide } from './sides.ts';

const ORDINARY = join(projectRoot(), 'test/calls/ordinary-dialogue');
const dir = await mkdtemp(join(tmpdir(), 'parley-sides-'));
const checkouts = new Checkouts(new AbortController().signal);
const sideOf = (named: string) => openSide(named, checkouts);
afterAll(async () => {
  await checkouts.close();
  await rm(dir, { recursive: true });
});

const bundle = await readBundle(ORDINARY);

/** An older Parley that is installed and not built here: this is all that a gate asks of it. */
async function installed(name: string, replay: string): Promise<string> {
  const root = join(dir, name);
  const recordings = join(root, 'dist/src/recordings');
  for (const room of ['replay', 'bundle']) await mkdir(join(recordings, room), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(recordings, 'bundle/bundle.js'),
    'export const readBundle = async (path) => ({ path });',
  );
  await writeFile(join(recordings, 'replay/replay.js'), replay);
  return root;
}

it('runs calls with the code of another directory, which reads them itself', async () => {
  const side = await sideOf(
    await installed(
      'older',
      'export const replayCall = async ({ path }) => [{ type: path, atMs: 1, turn: 0 }];',
    ),
  );
  const { entries, unknown } = await side.run(bundle, ORDINARY);
  expect(entries).toEqual([{ type: ORDINARY, atMs: 1, turn: 0 }]);
  expect(unknown).toBeUndefined();
});

it('takes a call that older code has no answer to for unknown, and another fault for a fault', async () => {
  const failing = (code: string) =>
    `export const replayCall = async () => { throw Object.assign(new Error('The model was asked.'), { code: '${code}' }); };`;
  const unanswered = await sideOf(await installed('unanswered', failing('REPLAY_NO_ANSWER')));
  expect((await unanswered.run(bundle, ORDINARY)).unknown?.atMs).toBe(0);
  const bad = await sideOf(await installed('bad', failing('INTERNAL')));
  await expect(bad.run(bundle, ORDINARY)).rejects.toThrow('The model was asked.');
});

it.each([
  ['process.exit(0)', 'ended its thread'],
  ['new Promise(() => undefined)', 'took longer than'],
  ['(() => { for (;;); })()', 'took longer than'],
  ['new Promise(() => void Promise.reject(new Error("nobody looks at this")))', 'ended its thread'],
  ['7', 'is no timeline'],
  ['({ entries: [{ type: "call.answered" }] })', 'is no timeline'],
])('goes on with the next call where other code does with one: %s', async (harm, because) => {
  const root = await installed(
    'harmful',
    `export const replayAsFarAsKnown = async ({ path }) => (path === 'harmed' ? ${harm} : { entries: [] });`,
  );
  const code = new OtherCode(root, new AbortController().signal, 3000);
  await code.load();
  await expect(code.run('harmed')).rejects.toMatchObject({
    code: 'CHECKOUT_UNUSABLE',
    detail: expect.stringContaining(because) as string,
  });
  await expect(code.run('another')).resolves.toEqual({ entries: [], unknown: undefined });
  await code.close();
});

it('ends what other code is busy with when nobody waits for it any more', async () => {
  const root = await installed('endless', 'export const replayCall = async () => { for (;;); };');
  const stop = new AbortController();
  const code = new OtherCode(root, stop.signal);
  await code.load();
  const running = code.run('any');
  stop.abort(new Error('Enough.'));
  await expect(running).rejects.toThrow('Enough.');
  await code.close();
});

it('refuses a Parley that is too old to run recorded calls', async () => {
  const root = await installed('ancient', 'export const other = 1;');
  await expect(sideOf(root)).rejects.toMatchObject({ code: 'CHECKOUT_UNUSABLE' });
});

it('runs calls of its bot under a profile, whose secrets nobody needs to know', async () => {
  const file = join(dir, 'shop.yaml');
  const tools = 'tools:\n  - name: stock\n    description: What is there\n    readOnly: true\n';
  const http =
    '    http: { method: GET, url: "https://shop.example/", headers: { authorization: "${TOKEN}" } }\n';
  await writeFile(file, `prompt: You sell flowers.\n${tools}${http}`);
  expect(await sideOf(file)).toMatchObject({ bot: 'shop', isAsRecorded: false });
});

it.each([
  ['a profile with a fault', 'bad.yaml', 'prompt: a\ngreting: b\n', 'BOT_PROFILE_INVALID'],
  ['a file that is no profile', 'notes.txt', 'hello', 'CHECKOUT_UNUSABLE'],
])('refuses %s', async (_what, name, content, code) => {
  const file = join(dir, name);
  await writeFile(file, content);
  await expect(sideOf(file)).rejects.toMatchObject({ code });
});

it.each(['no-such-branch', '--upload-pack=x', join(projectRoot(), 'docs')])('refuses %s', async (named) => {
  await expect(sideOf(named)).rejects.toMatchObject({ code: 'CHECKOUT_UNUSABLE' });
});
