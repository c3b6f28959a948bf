import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { signatureOf } from './signature.ts';

const SECRET = 'a secret of the house';
const BODY = '{"summary":"Анна"}';

type IsParleys = (secret: string, header: string, body: string, nowSeconds: number) => boolean;

it('can be checked as docs/results.md says', async () => {
  const document = readFileSync(new URL('../../docs/results.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(document) ?? [];
  const module: unknown = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const { isParleys } = module as { readonly isParleys: IsParleys };
  const header = signatureOf(SECRET, BODY, 1_000_000_000);
  expect(isParleys(SECRET, header, BODY, 1_000_010)).toBe(true);
  expect(isParleys(SECRET, header, `${BODY} `, 1_000_010)).toBe(false);
  expect(isParleys('another secret', header, BODY, 1_000_010)).toBe(false);
  expect(isParleys(SECRET, header, BODY, 1_000_400)).toBe(false);
  expect(isParleys(SECRET, '', BODY, 1_000_010)).toBe(false);
});
