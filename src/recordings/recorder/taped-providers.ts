/**
 * Providers that note on a call's tape what they were asked and what they answered. They change nothing. Each notes its own end: a generator
 * for all of them, around each, would be one more for every token to go through.
 */
import { bytesToMs } from '../../audio/pcm.ts';
import type {
  RecognitionEvent,
  RecognitionRequest,
  Recognizer,
} from '../../speech/recognition/recognizer.ts';
import type { Chat, ChatRequest, ReplyEvent } from '../../llm/chat.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { UNDER_WAY } from './call-tape.ts';
import type { CallTape, Growing } from './call-tape.ts';
import type { RecordedReply, RecordedSynthesis, RecordedUtterance } from '../bundle/recorded-call.ts';
import type { TapedCaptures } from './taped-hearing.ts';

/** Owned by whoever owns the inner ones: closing these does nothing. */
const notOurs = () => Promise.resolve();

/** `shown`: what may be kept of the caller's words at present. */
export function tapedRecognizer(
  inner: Recognizer,
  tape: CallTape,
  captures: TapedCaptures,
  shown: (text: string, language: string) => string = (text) => text,
): Recognizer {
  async function* recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    const note = captures.noteOf(audio, request.language);
    try {
      for await (const event of inner.recognize(audio, request, signal)) {
        note.events.push({
          atMs: tape.happens(),
          event: keptOf(event, (text) => shown(text, request.language)),
        });
        yield event;
      }
      tape.done(note);
    } catch (error) {
      tape.failed(note, error, signal);
      throw error;
    } finally {
      tape.over(note);
    }
  }
  return { name: inner.name, recognize, close: notOurs };
}

export function tapedChat(inner: Chat, tape: CallTape): Chat {
  async function* reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    // What a bundle holds of a request is named here, field by field: a new field is nothing that an old reader knows.
    const { messages, maxTokens, model, temperature, onUsage, tools = [], isAgain } = request;
    const note: Growing<RecordedReply> = {
      atMs: tape.causeAtMs,
      request: {
        messages,
        maxTokens,
        ...(temperature !== undefined && { temperature }),
        ...(model !== undefined && { model }),
        ...(isAgain && { isAgain }),
        ...(tools.length > 0 && { tools: tools.map(({ name }) => name) }),
      },
      tokens: [],
      end: UNDER_WAY,
    };
    tape.replies.push(note);
    const taped: ChatRequest = {
      ...request,
      onUsage(usage) {
        note.usage = usage;
        onUsage?.(usage);
      },
    };
    try {
      for await (const event of inner.reply(taped, signal)) {
        if (event.kind === 'text') note.tokens.push({ atMs: tape.happens(), text: event.text });
        else {
          const { kind: _, ...call } = event;
          note.toolCalls = [...(note.toolCalls ?? []), { atMs: tape.happens(), ...call }];
        }
        yield event;
      }
      tape.done(note);
    } catch (error) {
      tape.failed(note, error, signal);
      throw error;
    } finally {
      tape.over(note);
    }
  }
  return { name: inner.name, hasSecond: inner.hasSecond === true, reply };
}

export function tapedSynthesizer(inner: Synthesizer, tape: CallTape): Synthesizer {
  async function* synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const { text, written = text, sampleRateHz } = request;
    const note: Growing<RecordedSynthesis> = {
      atMs: tape.causeAtMs,
      text: written,
      sampleRateHz,
      pieces: [],
      end: UNDER_WAY,
    };
    tape.syntheses.push(note);
    try {
      for await (const piece of inner.synthesize(request, signal)) {
        const { pcm, words, provider } = piece;
        const audioMs = bytesToMs(pcm.byteLength, sampleRateHz);
        note.pieces.push({ atMs: tape.happens(), audioMs, words: [...words], provider });
        yield piece;
      }
      tape.done(note);
    } catch (error) {
      tape.failed(note, error, signal);
      throw error;
    } finally {
      tape.over(note);
    }
  }
  return { name: inner.name, synthesize, close: notOurs };
}

function keptOf(
  event: RecognitionEvent,
  shown: (text: string) => string,
): RecordedUtterance['events'][number]['event'] {
  if (event.kind === 'endOfUtterance') return event;
  const text = shown(event.text);
  if (event.kind !== 'final') return { ...event, text };
  const { language, ...rest } = event;
  return { ...rest, text, ...(language !== undefined && { language }) };
}
