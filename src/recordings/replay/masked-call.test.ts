import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../bundle/bundle.ts';
import { redactedCall } from '../recorder/redacted-call.ts';
import { Mask } from '../recorder/redaction.ts';
import { outcomeOf } from './outcome.ts';
import { replayCall } from './replay.ts';
import { bundlesIn } from './test-bundle.ts';

const CALLS = join(projectRoot(), 'test/calls');
/** But for the one in which masked digits decide when the caller has ended: docs/recorded-calls.md. */
const SHIPPED = (await bundlesIn(CALLS))
  .map((path) => basename(path))
  .filter((name) => name !== 'dictating-digits');

it.each(SHIPPED)('%s replays masked as it does unmasked, word for masked word', async (name) => {
  const bundle = await readBundle(join(CALLS, name));
  const { prompt, greeting } = bundle.call.profile;
  const masked = { ...bundle, call: redactedCall(bundle.call, new Mask(`${prompt} ${greeting}`)) };
  const [before, after] = [outcomeOf(await replayCall(bundle)), outcomeOf(await replayCall(masked))];
  const lengths = (outcome: typeof before) =>
    outcome.dialogue.map(({ who, text }) => `${who}: ${text.replace(/\p{L}|\p{N}/gu, 'x')}`);
  expect(lengths(after)).toEqual(lengths(before));
  expect(after.endedBy).toBe(before.endedBy);
});
