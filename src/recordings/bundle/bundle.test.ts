import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { callJson, packBundle, parseCall, readBundle } from './bundle.ts';
import { FORMAT, VERSION } from './recorded-call.ts';
import type { RecordedCall } from './recorded-call.ts';

const SHIPPED = join(projectRoot(), 'test/calls/ordinary-dialogue');

let dir: string;
let bundle: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-bundle-'));
  bundle = join(dir, 'call');
  await cp(SHIPPED, bundle, { recursive: true });
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const change = async (by: (json: string) => string) => {
  const file = join(bundle, 'call.json');
  await writeFile(file, by(await readFile(file, 'utf8')));
};

describe('a bundle', () => {
  it('is the same packed into one file', async () => {
    const packed = join(dir, 'call.parley.zip');
    await packBundle(bundle, packed);
    const [one, other] = [await readBundle(packed), await readBundle(bundle)];
    expect(one.call).toEqual(other.call);
    expect(one.outcome).toBe(other.outcome);
    expect(one.expectations).toBe(other.expectations);
    expect(Buffer.compare(one.caller.data, other.caller.data)).toBe(0);
    expect(Buffer.compare(one.bot.data, other.bot.data)).toBe(0);
  });

  it('that is not there, or holds no call, is told of', async () => {
    await expect(readBundle(join(dir, 'other'))).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
    await expect(readBundle(dir)).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });

  it('that was cut short is told of', async () => {
    await change((json) => json.slice(0, json.length / 2));
    await expect(readBundle(bundle)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining('cut short') as string,
    });
  });

  it('has the version that its document tells of', async () => {
    const document = await readFile(join(projectRoot(), 'docs/recorded-calls.md'), 'utf8');
    expect(document).toContain(`\`${FORMAT}\`, ${VERSION} (1 to ${VERSION - 1} are read as well)`);
  });

  it('of a newer version is told of as such, whatever else is in it', async () => {
    await change((json) => json.replace(/"version": \d+/, '"version": 99').replace('"timeline"', '"times"'));
    await expect(readBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_NEWER' });
  });

  it('with stops that are none names them', async () => {
    await writeFile(
      join(bundle, 'stops.json'),
      '{"format":"parley-stops","version":1,"stops":[{"utterance":0}]}',
    );
    await expect(readBundle(bundle)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringMatching(/stops\.json of .*endedAtMs/) as string,
    });
  });

  it('with a wrong entry names it', async () => {
    await change((json) => json.replace('"type": "speech.stopped"', '"type": "speech.halted"'));
    await expect(readBundle(bundle)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringMatching(/timeline\.\d+\.type/) as string,
    });
  });

  it('without its audio, or with something else in its place, is told of', async () => {
    await writeFile(join(bundle, 'caller.wav'), 'no sound');
    await expect(readBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await rm(join(bundle, 'caller.wav'));
    await expect(readBundle(bundle)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('that is no zip, or a zip of other things, is told of, and nothing is written outside', async () => {
    const packed = join(dir, 'bad.parley.zip');
    await writeFile(packed, 'PK nothing');
    await expect(readBundle(packed)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await writeFile(packed, zipSync({ '../../call.json': new Uint8Array(3) }));
    await expect(readBundle(packed)).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });
});

describe('what a call.json holds', () => {
  it('comes back as it was written, whatever was said', async () => {
    const { call } = await readBundle(bundle);
    const times = fc.double({ min: 0, max: 1e7, noNaN: true }).map((ms) => Math.round(ms * 100) / 100);
    const replies = fc.array(
      fc.record({
        atMs: times,
        request: fc.record({
          messages: fc.array(
            fc.record({ role: fc.constantFrom('system' as const, 'user' as const), content: fc.string() }),
          ),
          temperature: fc.integer({ min: 0, max: 2 }),
          maxTokens: fc.integer({ min: 1, max: 8000 }),
        }),
        tokens: fc.array(fc.record({ atMs: times, text: fc.string({ unit: 'binary' }) })),
        end: fc.oneof(
          fc.record({ kind: fc.constant('done' as const), atMs: times }),
          fc.record({ kind: fc.constant('failed' as const), atMs: times, code: fc.string() }),
          fc.record({ kind: fc.constant('dropped' as const), atMs: times }),
        ),
      }),
      { maxLength: 4 },
    );
    const utterances = fc.array(
      fc.record(
        {
          fromMs: times,
          beganAtMs: times,
          finishedAtMs: times,
          language: fc.string(),
          events: fc.array(
            fc.record({
              atMs: times,
              event: fc.oneof(
                fc.record({ kind: fc.constant('partial' as const), text: fc.string({ unit: 'binary' }) }),
                fc.record({ kind: fc.constant('final' as const), text: fc.string() }),
                fc.record({ kind: fc.constant('refined' as const), index: fc.nat(9), text: fc.string() }),
                fc.constant({ kind: 'endOfUtterance' as const }),
              ),
            }),
          ),
          end: fc.record({ kind: fc.constant('done' as const), atMs: times }),
        },
        { requiredKeys: ['fromMs', 'beganAtMs', 'language', 'events', 'end'] },
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(replies, utterances, fc.string(), (said, heard, name) => {
        const written = {
          ...call,
          replies: said,
          utterances: heard,
          party: { ...call.party, name },
        } as RecordedCall;
        expect(parseCall(callJson(written), 'call')).toEqual(JSON.parse(JSON.stringify(written)));
      }),
    );
  });

  it('is refused or read, and never anything else, however it was damaged', async () => {
    const json = await readFile(join(bundle, 'call.json'), 'utf8');
    fc.assert(
      fc.property(fc.nat(json.length - 1), fc.nat(40), fc.string(), (at, length, instead) => {
        const damaged = json.slice(0, at) + instead + json.slice(at + length);
        try {
          parseCall(damaged, 'call');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^BUNDLE_(INVALID|NEWER)$/) as string });
        }
      }),
      { numRuns: 300 },
    );
  });
});
