/** SpeechKit synthesis v1: a form in, samples without a header out. */
import type { ServerResponse } from 'node:http';
import { GARBAGE, HTML_PAGE, Refusal, type FaultScript } from './faults.ts';
import { HttpPort, type HttpRequest } from './http-port.ts';
import { requireCredentials, type OpenRecord, type RequestLog } from './request-log.ts';
import { speak, type SpeechSource } from './speech.ts';

const LONGEST_TEXT = 5000;
const LARGEST_BODY_BYTES = 15 * 1024;
const RATES = ['48000', '16000', '8000'];

export function ttsHttp(source: SpeechSource, log: RequestLog, faults: FaultScript): HttpPort {
  return new HttpPort('/speech/v1/tts:synthesize', async (request, response, gone) => {
    const form = new URLSearchParams(request.body.toString());
    const record = log.open('tts-http', request.header, form.get('text') ?? '');
    record.voice = form.get('voice') ?? undefined;
    record.folderId ??= form.get('folderId') ?? undefined;
    try {
      await answer(request, form, response, record, source, faults, gone);
      log.close(record, 'answered');
      response.end();
    } catch (error) {
      log.close(record, gone.aborted ? 'cancelled' : 'refused');
      throw error;
    }
  });
}

async function answer(
  request: HttpRequest,
  form: URLSearchParams,
  response: ServerResponse,
  record: OpenRecord,
  source: SpeechSource,
  faults: FaultScript,
  gone: AbortSignal,
): Promise<void> {
  const fault = faults.take('tts-http', record.text);
  record.fault = fault?.kind;
  requireCredentials(record);
  const order = { text: record.text, sampleRateHz: sampleRateOf(request, form), fault };
  if (fault?.kind === 'garbage' && (fault.as === 'bytes' || fault.as === 'html')) {
    response.setHeader('content-type', fault.as === 'bytes' ? 'audio/x-pcm' : 'text/html');
    response.write(fault.as === 'bytes' ? GARBAGE : HTML_PAGE);
    return;
  }
  response.setHeader('content-type', 'audio/x-pcm');
  for await (const piece of speak(source, order, gone)) {
    // Flushed before anything else may happen: a scripted end shall come after this piece, not in its place.
    await new Promise((resolve) => response.write(piece.data, resolve));
    record.audioMs += piece.lengthMs;
  }
}

/** The rate asked for. Throws a Refusal for everything that the real service, or this stand-in, does not speak. */
function sampleRateOf({ body }: HttpRequest, form: URLSearchParams): number {
  const text = form.get('text') ?? '';
  if (text.trim() === '') throw new Refusal('invalid', 'no text');
  if (text.length > LONGEST_TEXT || body.byteLength > LARGEST_BODY_BYTES)
    throw new Refusal('invalid', 'too long');
  if (form.get('format') !== 'lpcm') throw new Refusal('invalid', 'this stand-in speaks lpcm only');
  const rate = form.get('sampleRateHertz') ?? '48000';
  if (!RATES.includes(rate)) throw new Refusal('invalid', `no lpcm at ${rate} Hz`);
  return Number(rate);
}
