/** The graph of docs/langgraph.md as it stands there, against a speech API with a vendor behind it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { readSpeechApiSettings } from '../../src/config/speech-api-settings.ts';
import { startOpenAiSpeechSimulator } from '../../src/lab/simulator/openai/openai-speech.ts';
import { openSpeechVendors } from '../../src/service/speech-api-vendors.ts';
import { serveSpeech } from '../../src/speech-api/testing/served.ts';

type Api = Awaited<ReturnType<typeof serveSpeech>>;
type Vendor = Awaited<ReturnType<typeof startOpenAiSpeechSimulator>>;

interface State {
  readonly messages: readonly BaseMessage[];
  readonly voice?: unknown;
  readonly recordings?: unknown;
}

interface Model {
  readonly invoke: (messages: readonly BaseMessage[]) => Promise<AIMessage>;
}

let vendor: Vendor;
let api: Api;
let voiceGraph: (model: Model) => { invoke(state: State): Promise<{ messages: readonly BaseMessage[] }> };
let dir: string;

beforeAll(async () => {
  vendor = await startOpenAiSpeechSimulator();
  const settings = readSpeechApiSettings({
    SPEECH_PROVIDERS: 'openai',
    OPENAI_SPEECH_BASE_URL: vendor.baseUrl,
    OPENAI_SPEECH_API_KEY: 'key',
  });
  api = await serveSpeech({ vendors: await openSpeechVendors(settings, silentLog), clock: systemClock });
  const [, code = ''] =
    /```ts\n([^]*?)```/.exec(readFileSync(join(projectRoot(), 'docs/langgraph.md'), 'utf8')) ?? [];
  const ours = pathToFileURL(join(projectRoot(), 'src/langgraph.ts')).href;
  // Its packages are found from here.
  dir = mkdtempSync(join(projectRoot(), 'test/support/langgraph-'));
  const file = join(dir, 'graph.ts');
  const runnable = code.replace("'parley/langgraph'", `'${ours}'`).replace('http://127.0.0.1:8090', api.url);
  writeFileSync(file, `// @ts-nocheck\n${runnable}`);
  ({ voiceGraph } = (await import(file)) as { voiceGraph: typeof voiceGraph });
});
afterAll(async () => {
  await api.close();
  await vendor.stop();
  rmSync(dir, { recursive: true });
});

/** Wants the tool used like this, and is content with whatever comes of it. */
function wanting(name: string, args: Record<string, unknown>): Model {
  return {
    invoke: async (messages) =>
      messages.at(-1) instanceof ToolMessage
        ? new AIMessage('done')
        : new AIMessage({ content: '', tool_calls: [{ id: 'use-1', name, args, type: 'tool_call' }] }),
  };
}

async function used(model: Model, state: Omit<State, 'messages'> = {}): Promise<ToolMessage> {
  const { messages } = await voiceGraph(model).invoke({ ...state, messages: [new HumanMessage('go')] });
  const found = messages.find((message) => message instanceof ToolMessage);
  if (!found) throw new Error('no tool was used');
  return found;
}

const told = ({ text }: ToolMessage) => JSON.parse(text) as Record<string, unknown>;

describe('a graph of LangGraph', () => {
  it('speaks, in the voice of its state, and keeps the audio from the model', async () => {
    const model = wanting('voice_execution_tool', { operation: 'speak', text: 'Добрый день', format: 'wav' });
    const message = await used(model, { voice: { voice: 'nova', language: 'ru-RU' } });
    expect(told(message)).toMatchObject({ spoken: 'Добрый день', voice: 'nova', provider: 'openai' });
    const { audio, contentType } = message.artifact as { audio: Uint8Array; contentType: string };
    expect(Buffer.from(audio.subarray(0, 4)).toString()).toBe('RIFF');
    expect(contentType).toBe('audio/wav');
    expect(vendor.requests.at(-1)?.fields).toMatchObject({ input: 'Добрый день', voice: 'nova' });
  });

  it('hears a recording of its state, and is told which there are', async () => {
    const recordings = { question: encodeWav(vendor.callerTone('есть насос')) };
    const model = (recording: string) =>
      wanting('voice_execution_tool', { operation: 'transcribe', recording });
    expect(told(await used(model('question'), { recordings }))).toMatchObject({ heard: 'есть насос' });
    const wrong = await used(model('answer'), { recordings });
    expect(wrong.status).toBe('error');
    expect(wrong.text).toContain('there are: question');
  });

  it('knows what the service really can', async () => {
    const can = told(await used(wanting('voice_capabilities_tool', { language: 'ru-RU' })));
    expect(can).toMatchObject({ status: 'healthy', providers: { openai: 'healthy' } });
    expect(can['voices']).toContainEqual(expect.objectContaining({ name: 'nova', provider: 'openai' }));
    expect(can['formats']).toContain('mp3');
  });

  it('reads what was refused in the words of the API', async () => {
    const model = wanting('voice_execution_tool', { operation: 'speak', text: 'а'.repeat(4001) });
    const message = await used(model);
    expect(message.status).toBe('error');
    expect(message.text).toContain('TEXT_TOO_LONG');
  });
});
