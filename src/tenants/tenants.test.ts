/** Two tenants of one service must never be taken for each other; and one who asks for more than is his takes nothing from the other. */
import { describe, expect, it } from 'vitest';
import { tenantsIn } from './tenant-file.ts';
import { TenantPlaces } from './tenant-places.ts';
import { Tenants, tokenDigest } from './tenants.ts';

const YAML = `
tenants:
  acme:
    numbers: ['+7 (495) 123-45-67', '701']
    bots: [acme-sales, acme-support]
    limits: { calls: 2, callsOut: 1 }
    tokens: [${tokenDigest('acme-operator')}]
  globex:
    numbers: ['702']
    bots: [globex]
`;

const tenants = new Tenants(tenantsIn(YAML, 'tenants.yaml'));
const inbound = (dialled: string, bot?: string) => ({ direction: 'inbound', dialled, bot }) as const;

describe('a call is the tenant’s', () => {
  it.each([
    ['701', undefined, 'acme', 'acme-sales'],
    ['74951234567', undefined, 'acme', 'acme-sales'],
    ['+7 495 123 45 67', 'acme-support', 'acme', 'acme-support'],
    ['702', '', 'globex', 'globex'],
    // A number of nobody's: the dialplan says whose bot answers.
    ['100', 'globex', 'globex', 'globex'],
    ['100', 'default', undefined, 'default'],
    ['100', undefined, undefined, undefined],
  ])('dialled %s, bot %s: %s', (dialled, bot, tenant, answers) => {
    expect(tenants.ofParty(inbound(dialled, bot))?.name).toBe(tenant);
    expect(tenants.botFor(inbound(dialled, bot))).toBe(answers);
  });

  it('whose number was dialled, and another tenant’s bot does not answer there', () => {
    expect(() => tenants.botFor(inbound('701', 'globex'))).toThrow(
      'acme has no bot "globex"; it has: acme-sales, acme-support.',
    );
  });

  it('whose bot calls, also where it calls another tenant’s number', () => {
    expect(tenants.ofParty({ direction: 'outbound', dialled: '701', bot: 'globex' })?.name).toBe('globex');
  });

  it('and a token shows one tenant, or none', () => {
    expect(tenants.ofToken('acme-operator')?.name).toBe('acme');
    expect(tenants.ofToken('acme-operator2')).toBeUndefined();
  });
});

describe('a file of tenants', () => {
  it.each([
    [
      'a number of two',
      "a: { numbers: ['+7 1'], bots: [x] }\n  b: { numbers: ['71'], bots: [y] }",
      /"71" is a's already/,
    ],
    [
      'a bot of two',
      'a: { bots: [x] }\n  b: { bots: [x] }',
      /tenants\.yaml:3: tenants\.b\.bots\.0: "x" is a's already/,
    ],
    ['no bot', 'a: { bots: [] }', /tenants\.a\.bots/],
    ['a number without quotes', 'a: { numbers: [701], bots: [x] }', /expected a number in quotes/],
    [
      'a slip',
      'a: { bots: [x], limits: { call: 3 } }',
      /tenants\.a\.limits\.call: is no key of a tenant; did you mean calls/,
    ],
    ['a bad name', 'A B: { bots: [x] }', /small letters/],
    ['a token itself', 'a: { bots: [x], tokens: [secret] }', /parley tenants token/],
  ])('with %s is refused with its line', (_, entry, told) => {
    expect(() => tenantsIn(`tenants:\n  ${entry}\n`, 'tenants.yaml')).toThrow(told);
  });

  it('is refused where a bot is not there', () => {
    expect(() => tenants.check(['default', 'globex', 'acme-sale'])).toThrow(
      /acme: there is no bot "acme-sales"; did you mean acme-sale\?\n {2}acme: there is no bot "acme-support"/,
    );
    expect(() => tenants.check(['acme-sales', 'acme-support', 'globex'])).not.toThrow();
  });
});

describe('the places of a tenant', () => {
  const [acme, globex] = tenants.all as [(typeof tenants.all)[0], (typeof tenants.all)[0]];

  it('are as many as it may have, and nobody else’s', () => {
    const places = new TenantPlaces();
    const leave = places.take('acme', 'came');
    places.take('acme', 'came');
    expect([places.hasRoom(acme, 'came'), places.hasRoom(globex, 'came')]).toEqual([false, true]);
    leave();
    leave();
    expect([places.hasRoom(acme, 'came'), places.calls['acme']]).toEqual([true, 1]);
  });

  it('for calls that Parley makes run out before those for callers', () => {
    const places = new TenantPlaces();
    places.take('acme', 'made');
    expect([places.hasRoom(acme, 'made'), places.hasRoom(acme, 'came')]).toEqual([false, true]);
  });

  it('are the fleet’s', () => {
    const places = new TenantPlaces((tenant) => (tenant === 'acme' ? 1 : 0));
    places.take('acme', 'came');
    expect(places.hasRoom(acme, 'came')).toBe(false);
  });
});
