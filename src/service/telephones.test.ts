import { describe, expect, it } from 'vitest';
import { deferred } from '../base/async.ts';
import { silentLog } from '../base/log.ts';
import { whyNotReady } from '../ops/readiness.ts';
import type { Telephone } from '../telephony/telephone.ts';
import { mainTelephones, openTelephones } from './telephones.ts';

/** A telephone that is connected when the test says so. */
function telephone(name: string, isFor: Telephone['isFor'] = 'callers') {
  const opening = deferred<undefined>();
  let connected = false;
  const it: Telephone = {
    name,
    isFor,
    transfers: [],
    speech: 'live',
    get connected() {
      return connected;
    },
    get trouble() {
      return connected ? undefined : `${name} is away`;
    },
    async open() {
      await opening.promise;
      connected = true;
    },
    close: async () => void (connected = false),
  };
  return {
    it,
    comes: () => opening.resolve(undefined),
    fails: (why: string) => opening.reject(new Error(why)),
  };
}

/** Whether it has settled after everything has had its turn. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  void promise.then(
    () => (over = true),
    () => (over = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

const never = () => new AbortController().signal;

describe('a service with several telephones', () => {
  const why = (all: readonly Telephone[]) =>
    whyNotReady({
      telephones: mainTelephones(all),
      refusal: undefined,
      synthesizers: [{ isResting: false, isRefused: false }],
      recognizers: [],
      chat: { isFailing: false, isRefused: false },
    });

  it('starts with the first that people can dial, and takes the others when they come', async () => {
    const [one, other] = [telephone('one'), telephone('other')];
    const all = [one.it, other.it];
    const opening = openTelephones(all, silentLog, never());
    expect(why(all)).toEqual(['one is away', 'other is away']);
    other.comes();
    await opening;
    expect(why(all)).toEqual([]);
    expect(one.it.connected).toBe(false);
    one.comes();
    await isOver(opening);
    expect(one.it.connected).toBe(true);
  });

  it('lets pages call while it waits for the one that people dial, and is not ready by them alone', async () => {
    const [asterisk, pages] = [telephone('asterisk'), telephone('browser', 'pages')];
    const all = [asterisk.it, pages.it];
    const opening = openTelephones(all, silentLog, never());
    pages.comes();
    expect(await isOver(opening)).toBe(false);
    expect(pages.it.connected).toBe(true);
    expect(why(all)).toEqual(['asterisk is away']);
    asterisk.comes();
    await opening;
    expect(why(all)).toEqual([]);
  });

  it('is ready by its pages where there is nothing else', async () => {
    const pages = telephone('browser', 'pages');
    pages.comes();
    await openTelephones([pages.it], silentLog, never());
    expect(why([pages.it])).toEqual([]);
  });

  it('does not start if waiting cannot mend what is wrong', async () => {
    const [asterisk, pages] = [telephone('asterisk'), telephone('browser', 'pages')];
    const opening = openTelephones([asterisk.it, pages.it], silentLog, never());
    pages.comes();
    asterisk.fails('wrong password');
    await expect(opening).rejects.toThrow('wrong password');
  });

  it('goes on with the others when one of them turns out to be of no use later', async () => {
    const [one, other] = [telephone('one'), telephone('other')];
    const told: unknown[] = [];
    const log = { ...silentLog, error: (fields: unknown) => void told.push(fields) };
    const opening = openTelephones([one.it, other.it], log, never());
    other.comes();
    await opening;
    one.fails('wrong password');
    await isOver(Promise.resolve());
    expect(told).toMatchObject([{ event: 'telephone.unusable', telephone: 'one' }]);
  });
});
