import { expect, it } from 'vitest';
import { busyFor } from '../../src/base/testing/busy-for.ts';
import { Lateness } from '../bench/lateness.ts';
import { numbered } from '../bench/numbered.ts';
import { startProvidersApart } from '../bench/providers-apart.ts';

const BUSY_MS = 200;

it('an event loop that was busy is told to have been late by as much, once', async () => {
  const lateness = new Lateness();
  busyFor(BUSY_MS);
  await new Promise((resolve) => setTimeout(resolve, 0));
  // A look was due 20 ms after the first.
  expect(Math.max(...lateness.taken())).toBeGreaterThan(BUSY_MS / 2);
  expect(lateness.taken()).toEqual([]);
  lateness.stop();
});

it('stand-ins in a thread of their own answer with numbers, tell how late they were, and end', async () => {
  const providers = await startProvidersApart({ speech: {}, firstTokenMs: 0 });
  const url = `${providers.chat.baseUrl}/chat/completions`;
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'да' }] });
  const answer = async () => {
    const events = await (await fetch(url, { method: 'POST', body })).text();
    return [...events.matchAll(/"content":"([^"]*)"/g)].map(([, token]) => token).join('');
  };
  expect([await answer(), await answer()]).toEqual([numbered(0), numbered(1)]);
  expect(Math.min(...(await providers.lateMs()))).toBeGreaterThanOrEqual(0);
  await providers.stop();
  await expect(answer()).rejects.toThrow();
});
