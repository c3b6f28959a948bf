/** Which of a bot's phrases were ready to be played without a wait, and how long they are. */
import { durationMs } from '../../audio/pcm.ts';
import type { PhraseBook, PhraseKind } from '../../call/speaking/phrase-book.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { consentPhrase } from '../../config/profile-recording.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { RecordedPhrase } from '../bundle/recorded-call.ts';

export function phraseInventory(book: PhraseBook, profile: BotProfile): readonly RecordedPhrase[] {
  return inEachLanguage(profile).flatMap((spoken) =>
    phrasesByKind(spoken).flatMap(([kind, texts]) =>
      book
        .in(spoken.language)
        .ready(kind, texts)
        .map(({ text, pcm }) => ({
          kind,
          text,
          audioMs: durationMs(pcm),
          ...(spoken !== profile && { language: spoken.language }),
        })),
    ),
  );
}

/**
 * What a call could play: what was ready when it began, and what has become ready since and was said. What has become ready and was not said
 * must not be there in a replay: it would be said where the call had to do without.
 */
export function phrasesOfCall(
  atBegin: readonly RecordedPhrase[],
  atEnd: readonly RecordedPhrase[],
  timeline: readonly TimelineEntry[],
): readonly RecordedPhrase[] {
  const said = new Set(
    entriesOf(timeline, 'playback.started').flatMap(({ kind, text }) => (kind === 'answer' ? [] : [text])),
  );
  const isSame = (a: RecordedPhrase, b: RecordedPhrase) =>
    a.kind === b.kind && a.text === b.text && a.language === b.language;
  const since = atEnd.filter(
    (phrase) => said.has(phrase.text) && !atBegin.some((one) => isSame(one, phrase)),
  );
  return [...atBegin, ...since];
}

function phrasesByKind(profile: BotProfile): readonly (readonly [PhraseKind, readonly string[]])[] {
  const consent = consentPhrase(profile);
  const { apology, fillers, greeting, hold, reconnected, repeat, silence } = profile;
  return [
    ['greeting', [greeting]],
    ['filler-question', fillers.phrases.question],
    ['filler-statement', fillers.phrases.statement],
    ['filler-thanks', fillers.phrases.thanks],
    ['filler-hesitation', fillers.phrases.hesitation],
    ['hold', hold],
    ['repeat', repeat],
    ['prompt', silence.phrases],
    ['apology', [apology]],
    ['apology', [reconnected]],
    ['goodbye', [silence.goodbye]],
    ...(consent === undefined ? [] : [['consent', [consent]] as const]),
  ];
}
