import { describe, expect, it } from 'vitest';
import { profileSchemaFor } from './bot-profile.ts';
import { readProfile } from './profile-file.ts';

const SHOP = `prompt: x
tools:
  - name: stock
    description: Остаток товара на складе
    readOnly: true
    saying: [Сейчас посмотрю.]
    arguments: { sku: { type: string, description: Артикул } }
    required: [sku]
    http: { method: GET, url: "https://shop.example/stock?sku={{sku}}", headers: { authorization: "Bearer \${SHOP_TOKEN}" }, pick: /items }
  - name: order
    description: Заказ
    arguments: { sku: { type: string } }
    onInterrupt: finish
    http: { method: POST, url: "https://shop.example/orders", json: { sku: "{{sku}}", phone: "{{caller.number}}" } }
  - mcp: { url: "https://tools.example/mcp", only: [find_slot, book] }
  - transfer: { to: { sales: { endpoint: PJSIP/201 }, night: { dialplan: "fallback,s,1" } }, warm: true }
  - hangUp: {}
`;

describe('the tools of a profile', () => {
  it('may name what a call was ordered with, and which way it goes', () => {
    const url = 'https://shop.example/{{variables.order}}?way={{direction}}';
    expect(() => read(SHOP.replace('https://shop.example/orders', url))).not.toThrow();
    expect(() =>
      read(SHOP.replace('https://shop.example/orders', url.replace('.order', '.the order'))),
    ).toThrow(/variables.the order/);
  });

  it('are read with their defaults', () => {
    expect(read(SHOP).tools).toMatchObject({
      maxRounds: 4,
      list: [
        { name: 'stock', readOnly: true, http: { deadlineMs: 5000, retries: 2, maxBytes: 65_536 } },
        { name: 'order', readOnly: false, onInterrupt: 'finish', saying: [], http: { method: 'POST' } },
        { mcp: { only: ['find_slot', 'book'], readOnly: [] } },
        { transfer: { warm: true, to: { sales: { endpoint: 'PJSIP/201' } } } },
        { hangUp: {} },
      ],
    });
  });

  it('may stand below maxRounds, and are none in a profile without them', () => {
    expect(read('prompt: x').tools).toEqual({ maxRounds: 4, list: [] });
    expect(read('prompt: x\ntools: { maxRounds: 2, list: [ { hangUp: } ] }').tools).toEqual({
      maxRounds: 2,
      list: [{ hangUp: {} }],
    });
  });

  it('are the same when a recorded profile is read again', () => {
    const { name: _name, ...profile } = read(SHOP);
    expect(profileSchemaFor(profile).parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });

  it.each([
    ['http: { url: "https://{{shop}}/x" }', /^:5: tools\.0\.http\.url: its scheme, host and port must be/],
    [
      'http: { url: "https://shop.example:{{port}}/x" }',
      /^:5: tools\.0\.http\.url: its scheme, host and port/,
    ],
    ['http: { url: "{{scheme}}://shop.example/x" }', /^:5: tools\.0\.http\.url: its scheme, host and port/],
    ['http: { url: "https://${HOST}/x" }', /^:5: tools\.0\.http\.url: its scheme, host and port/],
    ['http: { url: "ftp://shop.example/x" }', /^:5: tools\.0\.http\.url: expected an address such as/],
    ['http: { url: "https://a:b@shop.example/x" }', /^:5: tools\.0\.http\.url: expected no password/],
    [
      'http: { url: "https://shop.example/{{skv}}" }',
      /^:5: tools\.0\.http\.url: .*did you mean \{\{sku\}\}\?/,
    ],
    ['http: { url: "https://shop.example/?t=${OTHER}" }', /\$\{OTHER\} is no secret .*names SHOP_TOKEN$/],
    ['http: { url: "https://shop.example/", json: { a: 1 } }', /^:5: tools\.0\.http: sends a body/],
    ['http: { url: "https://shop.example/", headers: { Host: x } }', /Parley sets these itself/],
    ['http: { url: "https://shop.example/", headers: { "x: y": x } }', /tools\.0\.http\.headers/],
    ['http: { url: "https://shop.example/", deadlineMs: 90000 }', /http\.deadlineMs: Too big/],
    [
      'http: { url: "https://shop.example/", timeout: 3 }',
      /^:5: tools\.0\.http\.timeout: is no key of this$/,
    ],
    [
      'mcp: { url: "https://shop.example/mcp" }\n    http: { url: "https://shop.example/" }',
      /is http and mcp/,
    ],
    ['htttp: {}', /^:3: tools\.0: does not say what it does; expected one of http, mcp, transfer/],
  ])('are refused with the line: %s', (what, told) => {
    const yaml = `prompt: x\ntools:\n  - name: stock\n    description: d\n    ${what}\n    arguments: { sku: { type: string } }`;
    expect(faults(yaml).join('\n')).toMatch(told);
  });

  it('have arguments that a model can be told of, and names that it can tell apart', () => {
    const tool = (rest: string) =>
      `  - { name: order, description: d, http: { url: "https://x.example/" }, ${rest} }`;
    expect(
      faults(`prompt: x\ntools:\n${tool('arguments: { a: { type: strnig } }')}\n${tool('required: [b]')}\n`),
    ).toEqual([
      expect.stringMatching(/^:3: tools\.0\.arguments\.a\.type: must be/),
      ':4: tools.1.required.0: b is no argument',
    ]);
    expect(faults(`prompt: x\ntools:\n${tool('')}\n${tool('')}`)).toEqual([
      ':2: tools: two tools have the name order; expected one of each',
    ]);
    expect(faults('prompt: x\ntools: { maxRouns: 3, list: [] }')).toEqual([
      ':2: tools.maxRouns: is no key of this; did you mean maxRounds?',
    ]);
  });

  it('that a server brings know nothing of a call', () => {
    const yaml = 'prompt: x\ntools:\n  - mcp: { command: tool, args: ["--for={{caller.number}}"] }';
    expect(faults(yaml)).toEqual([expect.stringMatching(/^:3: tools\.0\.mcp\.args\.0: .*not known yet/)]);
  });
});

function read(yaml: string) {
  const result = readProfile('shop', yaml, ['SHOP_TOKEN']);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.profile;
}

function faults(yaml: string): readonly string[] {
  const result = readProfile('shop', yaml, ['SHOP_TOKEN']);
  return 'faults' in result ? result.faults : [];
}
