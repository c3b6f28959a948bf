import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../../recordings/bundle/bundle.ts';
import { Checkouts } from './checkouts.ts';
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
