/** SpeechKit recognition v1: one short utterance in, its text out. */
import type { ServerResponse } from 'node:http';
import { sleep, type Clock } from '../../../base/clock.ts';
import { bytesToMs } from '../../../audio/pcm.ts';
import type { SpeechKitDelays } from './delays.ts';
import { GARBAGE, hang, HTML_PAGE, passFault, Refusal, type Fault, type FaultScript } from './faults.ts';
import type { Hearing } from './hearing.ts';
import { answerJson, HttpPort, type HttpRequest } from './http-port.ts';
import { requireKnownLanguage } from './recognition-languages.ts';
import { requireCredentials, type RequestLog } from './request-log.ts';

const LARGEST_BYTES = 1024 * 1024;
const LONGEST_MS = 30_000;
const RATES = ['48000', '16000', '8000'];

export interface HearingSource {
  readonly hearing: Hearing;
  readonly delays: SpeechKitDelays;
  readonly clock: Clock;
}

/** What is heard where the request does not say. */
const DEFAULT_LANGUAGE = 'ru-RU';

export function sttHttp(
  { hearing, delays, clock }: HearingSource,
  log: RequestLog,
  faults: FaultScript,
): HttpPort {
  return new HttpPort('/speech/v1/stt:recognize', async (request, response, gone) => {
    const record = log.open('stt-http', request.header);
    record.folderId ??= request.url.searchParams.get('folderId') ?? undefined;
    const fault = faults.take('stt-http');
    record.fault = fault?.kind;
    try {
      requireCredentials(record);
      const sampleRateHz = sampleRateOf(request);
      record.audioMs = bytesToMs(request.body.byteLength, sampleRateHz);
      await passFault(fault, clock, gone);
      await sleep(clock, delays.recognitionMs, gone);
      const language = request.url.searchParams.get('lang') ?? DEFAULT_LANGUAGE;
      record.text = hearing.hear({ sampleRateHz, data: request.body }, language);
      await answer(response, record.text, fault, gone);
      log.close(record, 'answered');
    } catch (error) {
      log.close(record, gone.aborted ? 'cancelled' : 'refused');
      throw error;
    }
  });
}

async function answer(
  response: ServerResponse,
  result: string,
  fault: Fault | undefined,
  gone: AbortSignal,
): Promise<void> {
  if (fault?.kind === 'half') {
    const whole = JSON.stringify({ result });
    response.setHeader('content-length', Buffer.byteLength(whole));
    await new Promise((resolve) => response.write(whole.slice(0, whole.length / 2), resolve));
    if (fault.then === 'hang') await hang(gone);
    throw new Refusal('refused', 'scripted: broken off');
  }
  if (fault?.kind !== 'garbage') return answerJson(response, { result });
  response.setHeader('content-type', fault.as === 'html' ? 'text/html' : 'application/json');
  response.end(fault.as === 'html' ? HTML_PAGE : fault.as === 'empty' ? '' : GARBAGE);
}

/** The rate of the audio. Throws a Refusal for everything that the real service, or this stand-in, does not take. */
function sampleRateOf({ url, body }: HttpRequest): number {
  const query = url.searchParams;
  requireKnownLanguage(query.get('lang') ?? DEFAULT_LANGUAGE);
  if (query.get('format') !== 'lpcm') throw new Refusal('invalid', 'this stand-in hears lpcm only');
  const rate = query.get('sampleRateHertz') ?? '48000';
  if (!RATES.includes(rate)) throw new Refusal('invalid', `no lpcm at ${rate} Hz`);
  if (body.byteLength > LARGEST_BYTES) throw new Refusal('invalid', 'more than 1 MB of audio');
  if (bytesToMs(body.byteLength, Number(rate)) > LONGEST_MS)
    throw new Refusal('invalid', 'more than 30 s of audio');
  return Number(rate);
}
