/** Which of a bot's phrases were ready to be played without a wait, and how long they are. */
import { durationMs } from '../../audio/pcm.ts';
import type { PhraseBook, PhraseKind } from '../../call/speaking/phrase-book.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { consentPhrase } from '../../config/profile-recording.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
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
