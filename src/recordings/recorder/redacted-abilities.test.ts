/** Where numbers and names are masked, none of the caller's is left in what the call was told and had done, wherever it stood. */
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { maskedJson } from './redacted-abilities.ts';
import { redactedCall } from './redacted-call.ts';
import { Mask } from './redaction.ts';

const NATIONAL = '9161234567';

/** As people and companies write it. */
const written = fc.constantFrom(
  `+7${NATIONAL}`,
  `8${NATIONAL}`,
  '+7 (916) 123-45-67',
  '8 916 123 45 67',
  Number(`7${NATIONAL}`),
  -Number(NATIONAL),
  Number(`${NATIONAL}.25`),
);

/** A record with the number somewhere in it: as a value, in words, as a key, nested. */
const holding = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    written,
    written.map((number) => `перезвоните на ${number}, пожалуйста`),
    written.map((number) => ({ [String(number)]: 1 })),
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.tuple(fc.constantFrom('phone', 'контакт', 'a'), tie('value')).map(([key, of]) => ({ [key]: of })),
  ),
})).value;

let call: RecordedCall;

beforeAll(async () => {
  ({ call } = await readBundle(join(projectRoot(), 'test/calls/ordinary-dialogue')));
});

function withAbilities(value: unknown): RecordedCall {
  const text = JSON.stringify(value);
  const object = JSON.stringify({ value });
  const end = { kind: 'done', atMs: 20 } as const;
  const slot = { value: text, spoken: text };
  const transfer = { kind: 'transfer', to: 'sales', warm: true, reason: text } as const;
  const outcome = { status: 'done', content: text, then: transfer } as const;
  const passage = { title: text, file: 'a.md', headings: [text], text, score: 1, terms: [text] };
  const base = { version: 1, step: 'a', phase: 'asking', asked: true, attempts: 0 } as const;
  const counts = {
    history: [],
    entered: 1,
    digressions: 0,
    lastReturn: -1,
    isWalkedAgain: false,
    secrets: 0,
  };
  const state = {
    ...base,
    ...counts,
    slots: { phone: slot },
    ahead: { count: slot },
    candidate: slot,
    results: object,
  };
  const prompt = call.profile.prompt.trim();
  const messages = [{ role: 'system', content: `${prompt}\n\n<caller>\n${text}\n</caller>` } as const];
  return {
    ...call,
    tools: {
      ...{ maxRounds: 3, offered: [], journal: [] },
      uses: [{ atMs: 10, turn: 1, name: 'order', input: object, outcome, end }],
    },
    context: {
      answers: [{ atMs: 10, text, known: { caller: text, passages: [passage], late: [] }, end }],
      ready: [],
    },
    flow: { steps: [], state },
    resumed: { messages: [], turn: 0, elapsedMs: 0, flow: state },
    replies: [
      {
        atMs: 1,
        request: { messages, maxTokens: 1 },
        tokens: [],
        toolCalls: [{ id: '1', name: 'order', input: object, atMs: 2 }],
        end,
      },
    ],
  };
}

describe('a masked call', () => {
  it('has no digits of the caller’s number left, however it was written', () => {
    fc.assert(
      fc.property(holding, (value) => {
        const json = JSON.stringify(redactedCall(withAbilities(value), new Mask(call.profile.prompt)));
        const digits = json.replaceAll(/(?<=\d)[\s()-]+(?=\d)/g, '');
        for (let from = 0; from + 5 <= NATIONAL.length; from++)
          expect(digits).not.toContain(NATIONAL.slice(from, from + 5));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('keeps the shape of what was answered, and counts by which a script decides', () => {
    const hide = (text: string) => new Mask('').masked(text);
    expect(maskedJson('{"items":[{"left":12,"price":1490,"sku":"A7"}],"ok":true,"none":null}', hide)).toBe(
      '{"items":[{"left":12,"price":1000,"sku":"A0"}],"ok":true,"none":null}',
    );
    expect(maskedJson('три, звоните 8 800 100', hide)).toBe('три, звоните 0 000 000');
  });

  it('masks the name under which a company knows the caller wherever it is said', () => {
    const told = {
      ...withAbilities({ customer_name: 'Варвара' }),
      orders: [{ kind: 'say' as const, atMs: 1, text: 'варвара ждёт' }],
    };
    expect(JSON.stringify(redactedCall(told, new Mask('')).orders)).not.toMatch(/варвара/i);
  });
});
