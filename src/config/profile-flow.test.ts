import { describe, expect, it } from 'vitest';
import { profileSchemaFor } from './bot-profile.ts';
import { readProfile } from './profile-file.ts';

const BEGIN = 'prompt: x\nflow:\n';
const TOOLS = 'tools: [{ transfer: { to: { sales: { endpoint: PJSIP/201 } } } }]\n';
const STEPS = `  start: name
  steps:
    name: { ask: Как вас зовут?, slot: { name: customer, type: name }, next: size }
    size:
      ask: Какой размер?
      slot: { name: size, type: oneOf, values: [S, M, L] }
      otherwise: person
      next: [{ when: "size == 'L'", to: person }, { to: done }]
    person: { do: { transfer: sales } }
    done: { say: "Записала, {{customer}}.", end: ordered }
`;

const faultsOf = (steps: string) => {
  const read = readProfile('bot', BEGIN + steps + TOOLS);
  return 'faults' in read ? read.faults.join('\n') : '';
};
const changed = (from: string, to: string) => {
  expect(STEPS).toContain(from);
  return faultsOf(STEPS.replace(from, to));
};

describe('the flow of a profile', () => {
  it('is read, and may be left out', () => {
    expect(faultsOf(STEPS)).toBe('');
    expect(readProfile('bot', 'prompt: x')).not.toHaveProperty('profile.flow');
  });

  it('is the same when what was read is read again, as a recorded call does', () => {
    const read = readProfile('bot', BEGIN + STEPS + TOOLS);
    if (!('profile' in read)) throw new Error(read.faults.join());
    const { name: _, ...profile } = read.profile;
    expect(profileSchemaFor(profile).parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });

  it('may say what it says in each of its languages', () => {
    expect(changed('ask: Как вас зовут?', 'ask: { ru: Как вас зовут?, en-US: "What is your name?" }')).toBe(
      '',
    );
    expect(changed('ask: Как вас зовут?', 'ask: { Russian: Как вас зовут? }')).toContain('steps.name.ask');
  });

  it.each([
    ['start: name', 'start: nme', ':3: flow.start: there is no step nme; did you mean name?'],
    ['to: done', 'to: dne', ':10: flow.steps.size.next.1.to: there is no step dne; did you mean done?'],
    ['otherwise: person', 'otherwise: nobody', ':9: flow.steps.size.otherwise: there is no step nobody'],
    [
      "size == 'L'",
      "sze == 'L'",
      ':10: flow.steps.size.next.0.when: sze is no slot of this flow; did you mean size?',
    ],
    ["size == 'L'", 'size = L', 'flow.steps.size.next.0.when: cannot be read at character 5'],
    [
      'transfer: sales',
      'transfer: night',
      ':11: flow.steps.person.do.transfer: there is no night in tools; known are: sales',
    ],
    [
      "size == 'L'",
      "result.stok.status == 'failed'",
      ':10: flow.steps.size.next.0.when: there is no stok in tools; known are: transfer',
    ],
    ['{{customer}}', '{{custmer}}', 'did you mean {{customer}}?'],
    ['{{customer}}', '{{caller.number}}', ''],
    ['{ to: done }', '{ when: "size == \'S\'", to: done }', 'the last place must do without a condition'],
    ['next: size }', 'next: done }', ':6: flow.steps.size: no way leads here from name'],
    ['end: ordered', 'next: name', ''],
    ['do: { transfer: sales }', 'say: Минуту., next: person', 'comes back to itself without asking anything'],
    [
      'do: { transfer: sales }',
      'say: Минуту.',
      ':11: flow.steps.person: leads nowhere; expected next or end',
    ],
    ['do: { transfer: sales }', 'do: {}, end: x', 'expected one of transfer, tool and hangUp'],
    ['do: { transfer: sales }', 'do: { transfer: sales }, next: done', 'nothing comes behind an end'],
    ['type: oneOf, values: [S, M, L]', 'type: oneOf', 'oneOf: expected values'],
    ['type: oneOf, values: [S, M, L]', 'type: text, values: [S]', 'belongs to the type oneOf, not text'],
    ['type: name }', 'type: nme }', 'flow.steps.name.slot.type'],
    ['ask: Как вас зовут?, slot', 'slot', 'is not asked for; expected ask beside it'],
    ['name: customer', 'name: result', 'is a word with a meaning of its own'],
    [
      'otherwise: person',
      'otherwis: person',
      'flow.steps.size.otherwis: is no key of a profile; did you mean otherwise?',
    ],
    ['to: done }', 'two: done }', 'flow.steps.size.next.1'],
  ])('is told what is wrong with it: %s → %s', (from, to, told) => {
    if (told === '') expect(changed(from, to)).toBe('');
    else expect(changed(from, to)).toContain(told);
  });

  it('needs a way to an end from every step', () => {
    const steps = `  start: a
  steps:
    a: { ask: A?, slot: { name: a, type: yesNo }, next: [{ when: "a == 'yes'", to: b }, { to: end }] }
    b: { ask: B?, slot: { name: b }, next: b }
    end: { end: done }
`;
    expect(faultsOf(steps)).toBe(':6: flow.steps.b: no way leads from here to an end');
  });
});
