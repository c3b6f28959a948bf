import { describe, expect, it } from 'vitest';
import { Secrets } from './secrets.ts';

const TOKEN = "q7/Zk+9w<&'=Ж";
const secrets = new Secrets(new Map([['TOKEN', TOKEN]]));

describe('what a server says', () => {
  it.each([
    ['as it is', TOKEN],
    ['in JSON', JSON.stringify(TOKEN)],
    ['in the JSON of PHP', "q7\\/Zk+9w<&'=\\u0416"],
    ['in the JSON of .NET', 'q7/Zk\\u002B9w\\u003C\\u0026\\u0027=\\u0416'],
    ['in JSON within JSON', "q7\\\\\\/Zk+9w<&'=Ж"],
    ['in an address', encodeURIComponent(TOKEN)],
    ['in an address as others write it', 'q7%2fZk%2b9w%3c%26%27%3d%d0%96'],
    ['in a page', 'q7/Zk+9w&lt;&amp;&#39;=Ж'],
    ['in a page as others write it', 'q7&#x2F;Zk&#43;9w&lt;&amp;&apos;=&#1046;'],
    ['in base64', Buffer.from(TOKEN).toString('base64')],
    ['in base64 within the JSON of PHP', Buffer.from(TOKEN).toString('base64').replaceAll('/', '\\/')],
  ])('holds no secret, written %s', (_, written) => {
    expect(secrets.hidden(`bad token "${written}", sorry`)).toMatch(/^bad token "+\*\*\*=*"+, sorry$/);
  });

  it('stays as it is where there is no secret in it, or none at all', () => {
    expect(secrets.hidden('q7 /Zk and +9w')).toBe('q7 /Zk and +9w');
    expect(new Secrets(new Map()).hidden('any')).toBe('any');
    expect(new Secrets(new Map([['PIN', '12']])).hidden('12')).toBe('12');
  });

  it('holds no key of several lines, written in JSON', () => {
    const key = '-----BEGIN KEY-----\nabc/def\r\n-----END KEY-----';
    const hides = new Secrets(new Map([['KEY', key]]));
    expect(hides.hidden(JSON.stringify({ key }))).toBe('{"key":"***"}');
  });

  it('is not kept waiting by secrets that nearly stand in it', () => {
    const one = new Secrets(new Map([['TOKEN', `${'/'.repeat(100)}a`]]));
    const startedMs = performance.now();
    expect(one.hidden('\\/'.repeat(20_000))).toHaveLength(40_000);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
