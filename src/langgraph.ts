/**
 * `parley/langgraph`: tools with which a graph of LangGraph's speaks and hears, through the speech API of `parley speech`.
 *
 *     import { voiceTools } from 'parley/langgraph';
 *     const tools = voiceTools({ url: 'http://127.0.0.1:8090' });
 *
 * Needs `@langchain/core`, which Parley itself does not. docs/langgraph.md has a whole graph.
 */
import { tool } from '@langchain/core/tools';
import type { ToolRuntime } from '@langchain/core/tools';
import { z } from 'zod';

export interface VoiceToolsOptions {
  /** Where `parley speech` listens, without a path. */
  readonly url: string;
  /** A key of `parley keys`, where one is needed. */
  readonly key?: string | undefined;
}

/** What of a graph's state the tools read. All of it may be missing. */
export interface VoiceState {
  /** What holds unless the model says otherwise. */
  readonly voice?: { readonly language?: string; readonly voice?: string; readonly provider?: string };
  /** Whole files, by the names under which the model knows them: what can be transcribed. */
  readonly recordings?: Readonly<Record<string, Uint8Array>>;
}

/** What a ToolMessage of the tool has as its artifact: nothing of it goes to the model. */
export type VoiceArtifact =
  | { readonly kind: 'speech'; readonly audio: Uint8Array; readonly contentType: string }
  | { readonly kind: 'transcript'; readonly text: string };

const FORMATS = ['mp3', 'wav', 'opus', 'pcm'] as const;

const request = z.object({
  operation: z.enum(['speak', 'transcribe']).describe('speak a text, or write down a recording'),
  text: z.string().optional().describe('what to speak'),
  recording: z.string().optional().describe('the name of the recording to write down'),
  language: z.string().optional().describe('BCP-47, such as ru-RU'),
  voice: z.string().optional().describe('one of the voices that voice_capabilities_tool names'),
  speed: z.number().min(0.25).max(4).optional().describe('1 is the pace of the voice'),
  format: z.enum(FORMATS).optional().describe('of what is spoken'),
});
type VoiceRequest = z.infer<typeof request>;

/** Both tools, in the order in which a model should be offered them. */
export function voiceTools(options: VoiceToolsOptions) {
  return [voiceExecutionTool(options), voiceCapabilitiesTool(options)] as const;
}

/** Speaks and transcribes. Throws an Error that begins with the API's code, such as TEXT_TOO_LONG: a ToolNode tells the model of it. */
export function voiceExecutionTool(options: VoiceToolsOptions) {
  return tool(
    async (input: VoiceRequest, runtime: ToolRuntime): Promise<[string, VoiceArtifact]> => {
      const state = stateOf(runtime);
      return input.operation === 'speak'
        ? speak(options, input, state, runtime.signal)
        : transcribe(options, input, state, runtime.signal);
    },
    {
      name: 'voice_execution_tool',
      description: 'Speaks a text as audio for the user, or writes down a recording of the user.',
      schema: request,
      responseFormat: 'content_and_artifact',
    },
  );
}

/** What the running service can at present: languages, voices, formats, and which providers are well. */
export function voiceCapabilitiesTool(options: VoiceToolsOptions) {
  return tool(
    async ({ language }: { language?: string | undefined }, { signal }: ToolRuntime) => {
      const [voices, languages, health] = await Promise.all(
        ['voices', 'languages', 'health'].map(async (path) => asked(options, path, { signal })),
      );
      return JSON.stringify(capabilities(read(voices), read(languages), read(health), language));
    },
    {
      name: 'voice_capabilities_tool',
      description: 'Tells in which languages and voices can be spoken, what can be heard, and who is well.',
      schema: z.object({ language: z.string().optional().describe('only voices of this language, BCP-47') }),
    },
  );
}

interface Voice {
  readonly name: string;
  readonly gender: string;
  readonly language: string | null;
  readonly provider: string;
}

const read = (json: unknown) =>
  (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;

function capabilities(
  { voices = [], formats }: Record<string, unknown>,
  { tts, stt }: Record<string, unknown>,
  { status, providers = {} }: Record<string, unknown>,
  language: string | undefined,
) {
  const firstPart = (tag: string) => tag.split('-', 1)[0]?.toLowerCase();
  const speaks = ({ language: own }: Voice) =>
    language === undefined || own === null || firstPart(own) === firstPart(language);
  return {
    status,
    providers: Object.fromEntries(
      Object.entries(providers as Record<string, { status?: string }>).map(([name, one]) => [
        name,
        one.status,
      ]),
    ),
    speaks: Object.keys(read(tts)),
    hears: Object.keys(read(stt)),
    formats,
    voices: (voices as readonly Voice[])
      .filter(speaks)
      .map(({ name, gender, language: own, provider }) => ({ name, gender, language: own, provider })),
  };
}

async function speak(
  options: VoiceToolsOptions,
  { text, format = 'mp3', speed, ...given }: VoiceRequest,
  { voice: usual = {} }: VoiceState,
  signal: AbortSignal | undefined,
): Promise<[string, VoiceArtifact]> {
  if (text === undefined) throw new Error('VALIDATION_ERROR: text is missing: what is to be spoken?');
  const { voice = usual.voice, language = usual.language } = given;
  const answer = read(
    await asked(options, 'speech/tts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, format, speed, voice, language, preferred_provider: usual.provider }),
      signal,
    }),
  );
  const { audio, content_type: contentType, duration, voice: spoken, provider_used: provider } = answer;
  const told = { spoken: text, seconds: duration, voice: spoken, provider, format };
  const bytes = new Uint8Array(Buffer.from(String(audio), 'base64'));
  return [JSON.stringify(told), { kind: 'speech', audio: bytes, contentType: String(contentType) }];
}

async function transcribe(
  options: VoiceToolsOptions,
  { recording, language }: VoiceRequest,
  { recordings = {}, voice: usual = {} }: VoiceState,
  signal: AbortSignal | undefined,
): Promise<[string, VoiceArtifact]> {
  const file =
    recording !== undefined && Object.hasOwn(recordings, recording) ? recordings[recording] : undefined;
  if (!file) {
    const there = Object.keys(recordings).join(', ') || 'none';
    throw new Error(
      `VALIDATION_ERROR: there is no recording ${recording ?? 'without a name'}; there are: ${there}`,
    );
  }
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.from(file)]), recording);
  const fields = { language: language ?? usual.language, preferred_provider: usual.provider };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  const {
    text,
    language: heard,
    duration,
    provider_used: provider,
  } = read(await asked(options, 'speech/stt', { method: 'POST', body: form, signal }));
  const told = { heard: text, language: heard, seconds: duration, provider };
  return [JSON.stringify(told), { kind: 'transcript', text: String(text) }];
}

/** Throws the API's own words for what it refuses. */
async function asked(
  { url, key }: VoiceToolsOptions,
  path: string,
  { headers, signal, ...init }: Omit<RequestInit, 'signal'> & { readonly signal?: AbortSignal | undefined },
): Promise<unknown> {
  const answer = await fetch(`${url}/v1/${path}`, {
    ...init,
    ...(signal && { signal }),
    headers: {
      ...(headers as Record<string, string>),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
  });
  const json: unknown = await answer.json().catch(() => undefined);
  // How the service is, it says with 503 too.
  if (answer.ok || path === 'health') return json;
  const { error_code: code = `HTTP_${answer.status}`, error_message: message = '' } = read(json);
  throw new Error(`${String(code)}: ${String(message)}`);
}

/** A graph may have any state, or none. */
function stateOf({ state }: ToolRuntime): VoiceState {
  return read(state);
}
