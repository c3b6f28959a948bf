import type { KnownVoice } from '../../synthesis/provider.ts';
import type { Voice } from '../../synthesis/synthesizer.ts';

interface YandexVoice {
  readonly language: string;
  readonly gender: 'female' | 'male';
  /** The first is what the voice speaks in when none is asked for. */
  readonly roles: readonly string[];
  /** Where the voice can be had; v1 is the HTTP interface. */
  readonly interfaces: 'v1 and v3' | 'v3';
}

const female = (language: string, ...roles: string[]): YandexVoice => ({
  language,
  gender: 'female',
  roles,
  interfaces: 'v1 and v3',
});
const male = (language: string, ...roles: string[]): YandexVoice => ({
  ...female(language, ...roles),
  gender: 'male',
});
const onlyV3 = (voice: YandexVoice): YandexVoice => ({ ...voice, interfaces: 'v3' });

/** SpeechKit's voices as its documentation lists them. Within a language and a gender the best stand-in comes first. */
const VOICES: ReadonlyMap<string, YandexVoice> = new Map([
  ['alena', female('ru-RU', 'neutral', 'good')],
  ['filipp', male('ru-RU')],
  ['ermil', male('ru-RU', 'neutral', 'good')],
  ['jane', female('ru-RU', 'neutral', 'good', 'evil')],
  ['omazh', female('ru-RU', 'neutral', 'evil')],
  ['zahar', male('ru-RU', 'neutral', 'good')],
  ['dasha', onlyV3(female('ru-RU', 'neutral', 'good', 'friendly'))],
  ['julia', onlyV3(female('ru-RU', 'neutral', 'strict'))],
  ['lera', onlyV3(female('ru-RU', 'neutral', 'friendly'))],
  ['masha', onlyV3(female('ru-RU', 'good', 'strict', 'friendly'))],
  ['marina', female('ru-RU', 'neutral', 'whisper', 'friendly')],
  ['alexander', onlyV3(male('ru-RU', 'neutral', 'good'))],
  ['kirill', onlyV3(male('ru-RU', 'neutral', 'strict', 'good'))],
  ['anton', onlyV3(male('ru-RU', 'neutral', 'good'))],
  ['john', male('en-US')],
  ['lea', female('de-DE')],
  ['naomi', onlyV3(female('he-IL', 'modern', 'classic'))],
  ['amira', female('kk-KZ')],
  ['madi', male('kk-KZ')],
  ['saule', onlyV3(female('kk-KZ'))],
  ['zhanar', onlyV3(female('kk-KZ'))],
  ['nigora', female('uz-UZ')],
  ['zamira', onlyV3(female('uz-UZ'))],
  ['yulduz', onlyV3(female('uz-UZ'))],
]);

/** The pace that SpeechKit accepts. */
const MIN_SPEED = 0.1;
const MAX_SPEED = 3;

/** The name of a language for synthesis. Recognition calls Hebrew he-HE, synthesis he-IL. */
export function synthesisLanguage(language: string): string {
  return language === 'he-HE' ? 'he-IL' : language;
}

/** The voices of an interface, best stand-ins first. */
function voicesBy(by: 'v1' | 'v3'): KnownVoice[] {
  return [...VOICES]
    .filter(([, { interfaces }]) => by === 'v3' || interfaces === 'v1 and v3')
    .map(([name, { language, gender, roles }]) => ({ name, language, gender, roles }));
}

/** Whether the interface has a voice for this language, BCP-47. */
function hasVoiceFor(language: string, by: 'v1' | 'v3'): boolean {
  return voicesBy(by).some((voice) => voice.language === synthesisLanguage(language));
}

/** Everything that SpeechKit would refuse or mispronounce, each in one sentence; empty if the voice is fit. */
export function checkVoice(voice: Voice, language: string): string[] {
  const complaints: string[] = [];
  if (!(voice.speed >= MIN_SPEED && voice.speed <= MAX_SPEED))
    complaints.push(`The speed ${voice.speed} is not between ${MIN_SPEED} and ${MAX_SPEED}.`);
  const known = VOICES.get(voice.name);
  if (!known)
    return [
      ...complaints,
      `There is no voice ${voice.name}; for ${language} there are: ${voicesOf(language)}.`,
    ];
  if (known.language !== synthesisLanguage(language))
    complaints.push(
      `The voice ${voice.name} speaks ${known.language}; for ${language} there are: ${voicesOf(language)}.`,
    );
  if (voice.role !== undefined && !known.roles.includes(voice.role))
    complaints.push(
      `The voice ${voice.name} has no role ${voice.role}, only: ${known.roles.join(', ') || 'none'}.`,
    );
  return complaints;
}

/**
 * Who speaks for `voice` over v1: itself where v1 has it, otherwise a voice of the same language and, if there is one,
 * the same gender, without a role. Nothing if v1 does not speak the language. A voice that is not known is left alone.
 */
export function voiceForHttp(voice: Voice, language: string): Voice | undefined {
  const known = VOICES.get(voice.name);
  if (!known || known.interfaces === 'v1 and v3') return voice;
  const candidates = [...VOICES].filter(
    ([, other]) => other.interfaces === 'v1 and v3' && other.language === synthesisLanguage(language),
  );
  const standIn = candidates.find(([, other]) => other.gender === known.gender) ?? candidates[0];
  return standIn && { name: standIn[0], speed: voice.speed };
}

/** What is the same of both interfaces' capabilities: who speaks what. */
export function speakingBy(by: 'v1' | 'v3') {
  const voices = voicesBy(by);
  return {
    speaks: (language: string) => hasVoiceFor(language, by),
    languages: [...new Set(voices.flatMap(({ language }) => language ?? []))],
    voices,
    streams: true,
  };
}

function voicesOf(language: string): string {
  const names = [...VOICES]
    .filter(([, voice]) => voice.language === synthesisLanguage(language))
    .map(([name]) => name);
  return names.join(', ') || 'none';
}
