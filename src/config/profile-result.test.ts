import { describe, expect, it } from 'vitest';
import { readProfile } from './profile-file.ts';

const BEFORE = 'prompt: Ты бот.\n';

function faultsOf(yaml: string): readonly string[] {
  const read = readProfile('shop', BEFORE + yaml);
  return 'faults' in read ? read.faults : [];
}

describe('the result that a profile asks for', () => {
  it('is a schema, and where it goes', () => {
    const read = readProfile(
      'shop',
      `${BEFORE}result:
  schema: { type: object, properties: { customer: { type: string }, outcome: { enum: [ordered, none] } }, required: [outcome] }
  webhook: "https://crm.example/calls"
`,
    );
    expect(read).toMatchObject({
      profile: { result: { schema: { required: ['outcome'] }, deadlineMs: 30_000 } },
    });
  });

  it('is none where none is asked for, and words of parting end the call', () => {
    const read = readProfile('shop', BEFORE);
    expect(read).toMatchObject({ profile: { ends: { callerGoodbye: true, botGoodbye: true } } });
    expect('profile' in read && read.profile.result).toBeUndefined();
  });

  it.each([
    ['  schema: { type: string }', ':3: result.schema.type: expected type: object, with properties'],
    ['  schema: [a]', ':3: result.schema: expected the JSON Schema of an object'],
    ['  webhook: https://crm.example', ':2: result.schema: expected the JSON Schema of an object'],
    [
      '  schema: { type: object }\n  webhook: crm.example',
      ':4: result.webhook: expected an address that begins with http:// or https://',
    ],
    [
      '  schema: { type: object }\n  webhok: x',
      ':4: result.webhok: is no key of a profile; did you mean webhook?',
    ],
    [
      '  schema:\n    type: object\n    properties:\n      size:\n        type: sting',
      ':7: result.schema.properties.size.type: must be one of ["array","boolean","integer","null","number","object","string"]',
    ],
    [
      '  schema:\n    type: object\n    properties:\n      size: { enumm: [S] }',
      ':3: result.schema: strict mode: unknown keyword: "enumm"',
    ],
    [
      '  schema: { type: object, properties: { a: { $ref: "#/$defs/b" } } }',
      /^:3: result\.schema: can't resolve reference/,
    ],
  ])('%s is told with its line', (yaml, told) => {
    const [first] = faultsOf(`result:\n${yaml}\n`);
    if (typeof told === 'string') expect(first).toBe(told);
    else expect(first).toMatch(told);
  });
});
