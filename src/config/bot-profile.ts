/**
 * What one bot is like: who it is, how it sounds, how patient it is. Written by the operator as YAML (`config/bots/default.yaml` shows
 * every key); every key but `prompt` has a default, and unknown keys are faults.
 */
import { z } from 'zod';
import type { DeepReadonly } from '../base/deep-readonly.ts';
import { defaultWords } from '../languages/default-words.ts';
import type { DefaultWords } from '../languages/default-words.ts';
import { CHAT_PROVIDERS } from '../llm/chat.ts';
import { contextSchema } from './profile-context.ts';
import type { ContextProfile } from './profile-context.ts';
import { endsSchema, resultSchema } from './profile-result.ts';
import { outboundSchema } from './profile-outbound.ts';
import { consentGaps, recordingSchema } from './profile-recording.ts';
import { sharesSchema } from './profile-shares.ts';
import { flowSchema } from './profile-flow.ts';
import { toolsSchema } from './profile-tools.ts';
import type { ToolsProfile } from './profile-tools.ts';
import { languagesSchema } from './profile-languages.ts';
import { phrases, section, spoken } from './profile-pieces.ts';
import { holidaySchema, timeZoneSchema, weekSchema } from './working-hours.ts';

export interface BotProfile extends DeepReadonly<Omit<ProfileKeys, 'context' | 'tools'>> {
  /** The file's name without `.yaml`; the dialplan names the bot by it. */
  readonly name: string;
  /** What holds JSON of any depth is readonly by its own type. */
  readonly tools: ToolsProfile;
  readonly context?: ContextProfile | undefined;
}

type ProfileKeys = z.output<ReturnType<typeof profileSchema>>;

const DEFAULT_LANGUAGE = 'ru-RU';

/** What a profile may hold, with the defaults of the language that it names itself. */
export function profileSchemaFor(raw: unknown) {
  const named = z.object({ language: z.string() }).safeParse(raw);
  const language = named.success ? named.data.language : DEFAULT_LANGUAGE;
  const further = z.object({ languages: z.record(z.string(), z.unknown()) }).safeParse(raw);
  const languages = further.success ? Object.keys(further.data.languages) : [];
  return profileSchema(defaultWords(language), languagesSchema(language, languages));
}

function profileSchema(words: DefaultWords, languages: ReturnType<typeof languagesSchema>) {
  return z
    .strictObject({
      /** BCP-47: what the bot speaks, and the caller as well unless `recognition` says otherwise. */
      language: z
        .string()
        .regex(/^[a-z]{2,3}-[A-Z]{2}$/, 'expected a language and a country, such as ru-RU')
        .default(DEFAULT_LANGUAGE),
      recognition: section({
        /** What the caller is expected to speak, if not the bot's language; auto: whichever of its languages the recognizer hears. */
        language: z
          .string()
          .regex(/^([a-z]{2,3}-[A-Z]{2}|auto)$/, 'expected auto, or a language and a country, such as ru-RU')
          .optional(),
      }),
      /** What else the bot speaks, each as it speaks it: a caller who speaks it is answered in it. */
      languages: languages.optional(),
      /** The system prompt. The rules for speech (short, no markup, where to pause) are added by Parley. */
      prompt: z.string(WHO).trim().min(1, WHO),
      greeting: spoken().default(words.greeting),
      voice: section({
        /** A voice of the synthesizer. */
        name: z.string().min(1).default(words.voice),
        /** How it speaks, if the voice can: neutral, good, friendly… */
        role: z.string().min(1).optional(),
        /** 1 is the voice's own pace. */
        speed: z.number().min(0.1).max(3).default(1),
      }),
      llm: section({
        /** Who has the model, where the settings have keys for several; OpenAI's endpoint if not given and there is a key for it. */
        provider: z.enum(CHAT_PROVIDERS).optional(),
        /** As the settings say if not given: OPENAI_MODEL, GEMINI_MODEL. */
        model: z.string().min(1).optional(),
        /** none: not sent, for a model that takes no temperature. */
        temperature: z.union([z.number().min(0).max(2), z.literal('none')]).default(0.5),
        /** The longest answer, in tokens; 400 are about a minute and a half of speech. */
        maxTokens: z.int().min(1).max(8192).default(400),
        /** Who answers when the model is late with its first token, refuses, or breaks off; as the settings say if not given. */
        fallback: z
          .strictObject({
            model: z.string().min(1).optional(),
            afterMs: z.int().min(100).max(30_000).optional(),
          })
          .optional(),
      }),
      /** What the bot can have done. */
      tools: toolsSchema,
      /** What it is told during a call from elsewhere. */
      context: contextSchema,
      /** What it finds out, step by step. */
      flow: flowSchema.optional(),
      endpointing: section({
        /** adaptive: less silence after a whole sentence, more after "and", a hesitation or half a telephone number. fixed: always the same. */
        mode: z.enum(['adaptive', 'fixed']).default('adaptive'),
        /** The caller's turn is over after this much silence. Less answers sooner and cuts slow speakers off. */
        silenceMs: z.int().min(100).max(5000).default(600),
        /** With adaptive, how much of that silence is waited by what the words sound like. */
        shares: sharesSchema.optional(),
      }),
      earlyAnswer: section({
        /** Begins the answer when the words are likely all, before the turn is over, and throws it away if the caller goes on: quicker, for some tokens more. */
        enabled: z.boolean().default(true),
        /** What was understood must besides have stood still for so long. Words that are final are not waited for. */
        afterMs: z.int().min(0).max(5000).default(0),
      }),
      bargeIn: section({
        /** false: the bot always finishes what it says. */
        enabled: z.boolean().default(true),
        /** A sound over the bot without a word in it that is shorter than this was a cough. */
        minSpeechMs: z.int().min(0).max(5000).default(250),
        /** A sound that lasts this long takes the turn, whatever is understood of it. */
        decideWithinMs: z.int().min(0).max(10_000).default(1200),
        /** The bot goes on after "mhm" and "yes", unless it has just asked something. */
        ignoreBackchannels: z.boolean().default(true),
        /** The bot goes on when it hears its own words over the caller's loudspeaker. */
        ignoreOwnEcho: z.boolean().default(true),
        /** pauseFirst: silent from the first loud frame, and on again after a cough. stopAtOnce: the first loud frame ends the answer. */
        mode: z.enum(['pauseFirst', 'stopAtOnce']).default('pauseFirst'),
      }),
      fillers: section({
        enabled: z.boolean().default(true),
        /** From the end of the caller's turn. If not given, what suits the line: see FILLER_AFTER_MS. */
        afterMs: z.int().min(0).max(5000).optional(),
        phrases: section({
          question: phrases(words.fillers.question),
          statement: phrases(words.fillers.statement),
          thanks: phrases(words.fillers.thanks),
          hesitation: phrases(words.fillers.hesitation),
        }),
      }),
      /** Said when the answer takes longer than a filler covers. */
      hold: phrases(words.hold),
      /**
       * How many of them, one after the other, before the answer is given up and the caller hears an apology. Three are about ten seconds,
       * after which few believe in an answer: as long as LLM_FIRST_TOKEN_MS and one retry take. A model that thinks longer needs both raised.
       */
      maxHolds: z.int().min(1).max(20).default(3),
      /** Said when the caller spoke and nothing was understood. */
      repeat: phrases(words.repeat),
      silence: section({
        /** How long both sides are silent before the bot asks whether the caller is there. */
        afterMs: z.int().min(1000).max(120_000).default(6000),
        phrases: phrases(words.silence),
        /** How often it asks before it says goodbye and hangs up. */
        maxPrompts: z.int().min(0).max(20).default(2),
        goodbye: spoken().default(words.goodbye),
      }),
      /** Whose clocks `hours` and `{{now}}` go by; those of the machine if not given. */
      timeZone: timeZoneSchema.optional(),
      /** When somebody is there. Without it there is no other time. */
      hours: z
        .strictObject({
          week: weekSchema,
          /** Nobody is there all day, whichever day of the week it is. */
          holidays: z.array(holidaySchema).default([]),
          /** What is different then: another greeting and more to know, or no answer at all. */
          outside: z
            .strictObject({
              greeting: spoken().optional(),
              /** Added to the prompt. */
              prompt: z.string().trim().min(1).optional(),
              /** true: the call goes to the fallback unanswered. */
              fallback: z.boolean().optional(),
            })
            .refine(
              ({ greeting, prompt, fallback }) =>
                fallback === true
                  ? greeting === undefined && prompt === undefined
                  : greeting !== undefined || prompt !== undefined,
              'expected a greeting, a prompt or both; or fallback: true alone',
            ),
        })
        .optional(),
      /** What is different where Parley has placed the call. */
      outbound: outboundSchema.optional(),
      /** What a caller is told, or asked, before anything is recorded; nothing if not given. */
      recording: recordingSchema(words),
      /** Said when speech or the model fails. */
      apology: spoken().default(words.apology),
      /** Said when the conversation goes on after Parley itself was gone for a moment. */
      reconnected: spoken().default(words.reconnected),
      /** The longest call; 30 minutes unless said otherwise. */
      maxCallMs: z.int().min(10_000).max(86_400_000).default(1_800_000),
      ends: endsSchema,
      result: resultSchema,
    })
    .superRefine((profile, context) => {
      for (const [language, key] of consentGaps(profile)) {
        const message = `is missing; Parley has no words of its own for ${language}`;
        context.addIssue({ code: 'custom', path: ['languages', language, 'recording', key], message });
      }
    });
}

const WHO = 'is missing; expected who the bot is and what it should do';
