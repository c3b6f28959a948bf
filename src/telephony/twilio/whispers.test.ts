import { describe, expect, it } from 'vitest';
import { Whispers } from './whispers.ts';

const whispers = new Whispers('https://voice.example.com/twilio/whisper');

function toldTo(variables: Readonly<Record<string, string>>): string | undefined {
  const url = whispers.urlFor(variables);
  return url === undefined ? undefined : whispers.twiml(new URL(url).searchParams.get('key') ?? '');
}

describe('a colleague who has picked up', () => {
  it('is told why somebody is put through, in the language of the bot', () => {
    expect(toldTo({ PARLEY_SUMMARY: 'Два насоса\\, срочно <b>', PARLEY_LANGUAGE: 'ru-RU' })).toMatch(
      /<Response><Say voice="[^"]+" language="ru-RU">Два насоса, срочно &#60;b&#62;<\/Say><\/Response>/,
    );
  });

  it('is joined at once where there is nothing to tell, or nobody here knows of it', () => {
    expect(toldTo({ PARLEY_SUMMARY: '' })).toBeUndefined();
    expect(whispers.urlFor(undefined)).toBeUndefined();
    expect(whispers.twiml('of another server')).toContain('<Response></Response>');
  });
});
