import { expect, it } from 'vitest';
import { readProfile } from './profile-file.ts';

it.each([
  ['hold: ["Минуту, {{caller.number}}."]', 'hold.0'],
  ['silence: { goodbye: "Всего доброго, {{customer}}." }', 'silence.goodbye'],
  ['languages: { en-US: { apology: "Sorry, {{now}}." } }', 'languages.en-US.apology'],
  [
    'tools: [{ name: stock, description: x, saying: ["Смотрю {{sku}}."], http: { url: "https://a.example" } }]',
    'tools.0.saying.0',
  ],
])(
  'braces in a phrase that is said as it is are a fault of the profile, not words to a caller: %s',
  (yaml, place) => {
    const read = readProfile('shop', `prompt: x\n${yaml}`);
    expect('faults' in read && read.faults).toEqual([
      expect.stringMatching(new RegExp(`^:2: ${place.replaceAll('.', '\\.')}: .*is not filled in here`)),
    ]);
  },
);
