import { expect, it } from 'vitest';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { asItWas } from './profile-as-it-was.ts';

it('lets a call that was recorded before goodbyes ended calls go on after one', () => {
  const before = asItWas({ prompt: 'Ты бот.' });
  expect(profileSchemaFor(before).parse(before).ends).toEqual({ callerGoodbye: false, botGoodbye: false });
  const since = asItWas({ prompt: 'Ты бот.', ends: { callerGoodbye: true, botGoodbye: false } });
  expect(profileSchemaFor(since).parse(since).ends).toEqual({ callerGoodbye: true, botGoodbye: false });
});
