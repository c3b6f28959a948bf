/** Bundles that were made to hurt: an error says what is wrong with each, and nothing that it claims costs time or memory. */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from './bundle.ts';

const SHIPPED = join(projectRoot(), 'test/calls/ordinary-dialogue');

let dir: string;
let bundle: string;
let json: string;
let wav: Uint8Array;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-hostile-'));
  bundle = join(dir, 'call');
  await cp(SHIPPED, bundle, { recursive: true });
  json = await readFile(join(bundle, 'call.json'), 'utf8');
  wav = await readFile(join(bundle, 'caller.wav'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const refused = async (path: string, message: RegExp) => {
  await expect(readBundle(path)).rejects.toMatchObject({
    code: 'BUNDLE_INVALID',
    message: expect.stringMatching(message) as string,
  });
};

/** A few chunks by their names, each with the size that it claims, and its bytes. */
function riff(...chunks: readonly (readonly [name: string, claims: number, data: Uint8Array])[]): Uint8Array {
  const parts = chunks.map(([name, claims, data]) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(claims, 4);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'), ...parts]);
}

const format = (rateHz: number) => {
  const data = Buffer.alloc(16);
  data.writeUInt16LE(1, 0);
  data.writeUInt16LE(1, 2);
  data.writeUInt32LE(rateHz, 4);
  data.writeUInt16LE(16, 14);
  return ['fmt ', 16, data] as const;
};
const MUCH = 0xffff_fffe;

const TOOLS = { maxRounds: 3, offered: [], uses: [], journal: [] };
const USE = { atMs: 1, turn: 1, name: 'stock', input: '{}', end: { kind: 'done', atMs: 2 } };
const answer = (known: object) => ({
  ...{ atMs: 1, text: '', end: { kind: 'done', atMs: 2 } },
  known: { passages: [], late: [], ...known },
});
const collecting = (most: number) => ({
  ...{ status: 'done', content: '' },
  then: { kind: 'collectDigits', most, terminator: '#', betweenMs: 1 },
});

/** The shipped call, with these keys beside its own. */
const withAbilities = (keys: object) => JSON.stringify({ ...(JSON.parse(json) as object), ...keys });

it.each([
  ['is nested without end', () => `{"profile":${'['.repeat(5_000_000)}`, /more than 64 things in each other/],
  [
    'has millions of entries',
    () => `{"timeline":[${'{},'.repeat(4_000_000)}{}]}`,
    /more than 1500000 values/,
  ],
  [
    'has times beyond all times',
    () => json.replace(/"beganAtMs": [\d.]+/, '"beganAtMs": 1e999'),
    /beganAtMs/,
  ],
  ['has times of years', () => json.replace(/"beganAtMs": [\d.]+/, '"beganAtMs": 1e15'), /beganAtMs/],
  [
    'was told what is nested without end',
    () => withAbilities({ context: { answers: [answer({ caller: '['.repeat(1_000_000) })], ready: [] } }),
    /context\.answers\.0\.known\.caller: expected JSON/,
  ],
  [
    'had a tool used with what is no object',
    () => withAbilities({ tools: { ...TOOLS, uses: [{ ...USE, input: '[1]' }] } }),
    /tools\.uses\.0\.input: expected a JSON object/,
  ],
  [
    'had a tool do what no call does',
    () =>
      withAbilities({
        tools: {
          ...TOOLS,
          uses: [{ ...USE, outcome: { status: 'done', content: '', then: { kind: 'explode' } } }],
        },
      }),
    /tools\.uses\.0\.outcome\.then/,
  ],
  [
    'takes keys without end',
    () => withAbilities({ tools: { ...TOOLS, uses: [{ ...USE, outcome: collecting(1e6) }] } }),
    /tools\.uses\.0\.outcome\.then\.most/,
  ],
  [
    'asks models without end',
    () => withAbilities({ tools: { ...TOOLS, maxRounds: 1e6 } }),
    /tools\.maxRounds/,
  ],
  ['is on a day that there is not', () => withAbilities({ today: 'tomorrow' }), /today/],
  ['says what takes days', () => json.replace(/"audioMs": [\d.]+/, '"audioMs": 1e8'), /audioMs/],
])('a call that %s is refused', async (_, made, message) => {
  await writeFile(join(bundle, 'call.json'), made());
  await refused(bundle, message);
});

it('audio that claims more than there is has what there is', async () => {
  await writeFile(join(bundle, 'caller.wav'), riff(format(8000), ['data', MUCH, new Uint8Array(8)]));
  expect((await readBundle(bundle)).caller.data).toHaveLength(8);
});

it.each([
  ['millions of marks', riff(['cue ', MUCH, Buffer.alloc(64, 0xff)], format(8000)), /no audio/],
  ['a rate beyond hearing', riff(format(1), ['data', 8, new Uint8Array(8)]), /rate is 1 Hz/],
  ['nothing but its name', riff(), /no audio/],
])('audio with %s is refused', async (_, made, message) => {
  await writeFile(join(bundle, 'bot.wav'), made);
  await refused(bundle, message);
});

it('a file that is too large, endless, or a device is not even read', async () => {
  await truncate(join(bundle, 'bot.wav'), 300 * 1024 * 1024);
  await refused(bundle, /bot\.wav is larger/);
  await rm(join(bundle, 'bot.wav'));
  await symlink('/dev/zero', join(bundle, 'bot.wav'));
  await refused(bundle, /bot\.wav is no file/);
  await rm(join(bundle, 'bot.wav'));
  execFileSync('mkfifo', [join(bundle, 'bot.wav')]);
  await refused(bundle, /bot\.wav is no file/);
});

it.each([
  [
    'unpacks to more than a call can be',
    () => ({ 'call.json': new Uint8Array(33 * 1024 * 1024) }),
    /larger than/,
  ],
  [
    'holds files without number',
    () => Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`${at}`, new Uint8Array(1)])),
    /more than 100 files/,
  ],
])('a packed bundle that %s is refused', async (_, files, message) => {
  const packed = join(dir, 'bomb.parley.zip');
  await writeFile(packed, zipSync({ ...files(), 'caller.wav': wav }));
  await refused(packed, message);
});

it('a packed bundle that unpacks to more than it says is refused', async () => {
  const packed = zipSync({ 'call.json': new Uint8Array(1_000_000) });
  // Both of its headers say ten bytes: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 and 4.3.12.
  const view = Buffer.from(packed);
  for (let at = 0; at < view.length - 30; at++) {
    const signature = view.readUInt32LE(at);
    if (signature === 0x04034b50) view.writeUInt32LE(10, at + 22);
    if (signature === 0x02014b50) view.writeUInt32LE(10, at + 24);
  }
  const path = join(dir, 'liar.parley.zip');
  await writeFile(path, view);
  await refused(path, /./);
});

it('what a company has answered may hold numbers that no call has, and comes back as it was', async () => {
  const caller = '{"phone":79161234567,"share":0.000123}';
  await writeFile(
    join(bundle, 'call.json'),
    withAbilities({ context: { answers: [answer({ caller })], ready: [] } }),
  );
  expect((await readBundle(bundle)).call.context?.answers[0]?.known?.caller).toBe(caller);
});
