/** What the dashboard knows of calls, without a browser: the module as the page loads it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';

interface Store {
  load(id: string): Promise<void>;
  tellEntry(id: string, entry: object): void;
  transcriptOf(id: string): { readonly lines: readonly { readonly text: string }[] } | undefined;
}

const said = (text: string, atMs: number) => ({ type: 'recognition.done', text, turn: atMs, atMs });

describe('the store of the dashboard', () => {
  /** The requests that are on their way, oldest first; each is answered when the test says so. */
  let asked: ((timeline: readonly object[]) => void)[];
  let store: Store;

  beforeEach(async () => {
    asked = [];
    vi.stubGlobal('sessionStorage', { getItem: () => null });
    vi.stubGlobal(
      'fetch',
      () =>
        new Promise((resolve) => {
          asked.push((timeline) => resolve({ ok: true, status: 200, json: async () => ({ timeline }) }));
        }),
    );
    const module = (await import(`${projectRoot()}/web/dashboard/store.js`)) as { Store: new () => Store };
    store = new module.Store();
  });
  afterEach(() => vi.unstubAllGlobals());

  it('loses nothing that is said while a call is asked for twice', async () => {
    const loads = [store.load('a'), store.load('a')];
    const [first, second] = asked;
    first?.([said('Good morning.', 1)]);
    await loads[0];
    store.tellEntry('a', said('How much is it?', 2));
    second?.([said('Good morning.', 1)]);
    await loads[1];
    expect(store.transcriptOf('a')?.lines.map(({ text }) => text)).toEqual([
      'Good morning.',
      'How much is it?',
    ]);
  });
});
