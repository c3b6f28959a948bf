import { expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

it.each([
  ['a password in an address', 'GET http://parley:hunter22@pbx:8088/ari failed', 'hunter22'],
  ['a header that a server quotes', 'got authorization: Basic cGFybGV5Omh1bnRlcjIy', 'cGFybGV5Omh1bnRlcjIy'],
  ['a header that is quoted as JSON', '{"authorization":"Api-Key AQVNabcdefgh"}', 'abcdefgh'],
  ['a query', '/ari/events?api_key=parley:hunter22&app=voicebot', 'hunter22'],
  ['a key of Yandex by itself', 'The key AQVNabc_def-ghi is unknown', 'abc_def'],
  ['a token of Yandex by itself', 'token t1.9euelZqcd is expired', '9euelZqcd'],
  ['a key of OpenAI by itself', 'Incorrect API key provided: sk-proj-abcdefgh.', 'abcdefgh'],
])('takes out %s', (_what, text, secret) => {
  expect(withoutSecrets(text)).not.toContain(secret);
});

it.each(['Chunk 3 of desk-reference was late', 'the t1.0 release', 'task-force-seven'])(
  'leaves «%s» alone',
  (text) => expect(withoutSecrets(text)).toBe(text),
);
