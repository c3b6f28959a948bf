/** What requests of Parley's own paths may ask for. */
import { z } from 'zod';
import { SPEECH_FORMATS } from './formats/speech-formats.ts';
import { languageTag, shortName } from './names.ts';

/** 0 and 1 are the voice's own: some clients count pitch in steps, others as a factor. */
const pitch = z.union([z.literal(0).transform(() => 1), z.number().min(0.5).max(2)]);

export const ttsWish = z.object({
  text: z.string().min(1),
  language: languageTag.optional(),
  voice: shortName.optional(),
  speed: z.number().min(0.25).max(4).default(1),
  pitch: pitch.default(1),
  volume: z.number().min(0).max(2).default(1),
  emotion: shortName.optional(),
  ssml: z.boolean().default(false),
  format: z.enum(SPEECH_FORMATS).default('mp3'),
  preferred_provider: shortName.optional(),
});
export type TtsWish = z.output<typeof ttsWish>;

/** Python's programs write True into a form, others 1. */
const FLAGS = { true: true, 1: true, false: false, 0: false } as const;
const flag = z.union([
  z.boolean(),
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', '1', 'false', '0'], 'expected true or false'))
    .transform((given) => FLAGS[given]),
]);

/** As the fields of a form come, all of them text, or as JSON keeps them. */
export const sttWish = z.object({
  language: languageTag.optional(),
  detect_language: flag.default(false),
  preferred_provider: shortName.optional(),
  word_timestamps: flag.default(false),
  punctuation: flag.default(true),
  noise_reduction: flag.default(false),
});
export type SttWish = z.output<typeof sttWish>;
