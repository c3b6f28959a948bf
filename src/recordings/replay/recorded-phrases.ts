/** The phrases that a bot had ready in a recorded call, as long as they were; and those that it has now and had not then. */
import { concatBytes, silence } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { PhraseBook, phrasesOf } from '../../call/speaking/phrase-book.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import type { RecordedCall, RecordedPhrase } from '../bundle/recorded-call.ts';
import type { SpeechRequest, Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { isSameVoice, voicesOf } from './replayed-synthesizer.ts';

/** How long a phrase is taken to be that nobody has ever spoken, ms: it may be ready and not be said, but if it is said the replay fails. */
const UNKNOWN_MS = 1000;

export interface RecordedPhrases {
  readonly book: PhraseBook;
  /** What of `timeline` was said and is in no recording: the first of it. */
  readonly firstUnknown: (
    timeline: readonly TimelineEntry[],
  ) => { readonly text: string; readonly atMs: number } | undefined;
}

/** With `live`, what was not recorded is spoken by it. */
export async function recordedPhrases(
  { bot, line, phrases, syntheses, profile: before }: RecordedCall,
  profile: BotProfile,
  live: Synthesizer | undefined,
): Promise<RecordedPhrases> {
  const { sampleRateHz } = line;
  // Said in another voice, all of them are others.
  const voicesBefore = voicesOf(before);
  const isSame = voicesOf(profile).every((voice) => voicesBefore.some((one) => isSameVoice(voice, one)));
  const said = (language: string | undefined, text: string) => `${language ?? before.language} ${text}`;
  const shipped = isSame ? shippedOf(phrases) : [];
  const rendered = isSame ? phrases.filter((phrase) => !shipped.includes(phrase)) : [];
  const lengths = new Map(rendered.map(({ language, text, audioMs }) => [said(language, text), audioMs]));
  const spokenBefore = isSame ? inEachLanguage({ name: bot, ...before }) : [];
  const knownBefore = new Set(
    spokenBefore.flatMap((spoken) => phrasesOf(spoken).map((text) => said(spoken.language, text))),
  );
  const unknown = new Set<string>();
  const speak = async (request: SpeechRequest, signal: AbortSignal): Promise<Pcm> => {
    const key = said(request.language, request.text);
    const audioMs = lengths.get(key);
    if (audioMs !== undefined) return silence(audioMs, sampleRateHz);
    if (knownBefore.has(key))
      throw new ParleyError('TTS_UNAVAILABLE', 'The phrase was not ready in the recorded call.');
    if (live) return spoken(live, request, signal);
    unknown.add(request.text);
    return silence(UNKNOWN_MS, sampleRateHz);
  };
  const book = new PhraseBook({
    profile,
    speak,
    shipped: (language, kind) =>
      shipped
        .filter((one) => one.kind === kind && (one.language ?? before.language) === language)
        .map(({ audioMs }) => silence(audioMs, sampleRateHz)),
    // A greeting with something of the call in it was spoken as it came.
    isOfOneCall: (text) =>
      isSame && text === before.greeting && syntheses.some((spokenOnce) => spokenOnce.text === text),
    sampleRateHz,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  return {
    book,
    firstUnknown: (timeline) =>
      entriesOf(timeline, 'playback.started').find(
        ({ kind, text }) => kind !== 'answer' && unknown.has(text),
      ),
  };
}

/** Of a kind in which one is called like its kind, all were shipped: the bot had no text of its own for it. */
function shippedOf(phrases: readonly RecordedPhrase[]): readonly RecordedPhrase[] {
  const nameOf = ({ kind, language = '' }: RecordedPhrase) => `${kind} ${language}`;
  const kinds = new Set(phrases.filter(({ kind, text }) => text === kind).map(nameOf));
  return phrases.filter((one) => kinds.has(nameOf(one)));
}

async function spoken(live: Synthesizer, request: SpeechRequest, signal: AbortSignal): Promise<Pcm> {
  const pieces: Uint8Array[] = [];
  for await (const { pcm } of live.synthesize(request, signal)) pieces.push(pcm);
  return { sampleRateHz: request.sampleRateHz, data: concatBytes(pieces) };
}
