/** What a colleague hears before the caller does: kept here, and not in an address, until Twilio asks for it on the colleague's leg. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Variables } from '../line.ts';
import { sayTwiml } from './classic/classic-twiml.ts';
import { documentOf } from './twiml.ts';

/** Twilio lets a telephone ring for at most 10 minutes. */
const KEPT_FOR_MS = 600_000;
/** More than can ring at once. */
const MOST_KEPT = 1000;

const DEFAULT_LANGUAGE = 'en-US';

interface Whisper {
  readonly text: string;
  readonly language: string;
}

export class Whispers {
  readonly #url: string;
  readonly #kept = new LRUCache<string, Whisper>({ max: MOST_KEPT, ttl: KEPT_FOR_MS });

  /** `url`: where Twilio asks, `https://voice.example.com/twilio/whisper`. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Where Twilio is to ask what the colleague is told of this caller; undefined if there is nothing to tell. */
  urlFor(variables: Variables | undefined): string | undefined {
    // As a dialplan reads them: a comma is escaped.
    const text = (variables?.['PARLEY_SUMMARY'] ?? '').replaceAll('\\,', ',');
    if (text === '') return undefined;
    const key = randomUUID();
    this.#kept.set(key, { text, language: variables?.['PARLEY_LANGUAGE'] || DEFAULT_LANGUAGE });
    return `${this.#url}?key=${key}`;
  }

  /** Twilio says it to the colleague, and joins the caller. What is not known, or known to another server, is nothing. */
  twiml(key: string): string {
    const whisper = this.#kept.get(key);
    return whisper ? sayTwiml([whisper]) : documentOf('');
  }
}
