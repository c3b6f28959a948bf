/** SpeechKit recognition v3: audio in while it is spoken, partial and final texts out. */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { AsyncQueue } from '../../../base/async.ts';
import type { CancelTimer } from '../../../base/clock.ts';
import {
  recognizerService,
  type StreamingRequest,
  type StreamingResponse,
} from '../../../speech/yandex/proto.ts';
import { GARBAGE, hang, HTML_PAGE, passFault, Refusal, type Fault, type FaultScript } from './faults.ts';
import { GrpcPort, grpcError, headersOf } from './grpc-port.ts';
import { RecognitionSession } from './recognition-session.ts';
import { requireCredentials, type OpenRecord, type RequestLog } from './request-log.ts';
import type { HearingSource } from './stt-http.ts';

type Call = ServerDuplexStream<StreamingRequest, StreamingResponse | Buffer>;

/** The real service ends a session that hears nothing from its client for this long. Its status is not published; here it is 4. */
const LONGEST_GAP_MS = 5000;

export function sttGrpc(source: HearingSource, log: RequestLog, faults: FaultScript): GrpcPort {
  return new GrpcPort(recognizerService(), {
    RecognizeStreaming: (call: Call) => void serve(call, source, log, faults),
  });
}

/** Never rejects: whatever goes wrong becomes the call's status. */
async function serve(call: Call, source: HearingSource, log: RequestLog, faults: FaultScript): Promise<void> {
  const gone = new AbortController();
  const record = log.open('stt-grpc', headersOf(call.metadata));
  const requests = requestsOf(call, source, gone);
  try {
    const fault = faults.take('stt-grpc');
    record.fault = fault?.kind;
    requireCredentials(record);
    await passFault(fault, source.clock, gone.signal);
    await answer(call, requests, source, record, fault, gone.signal);
    // A client that goes away can look like one that has finished, until a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    gone.signal.throwIfAborted();
    log.close(record, 'answered');
    call.end();
  } catch (error) {
    log.close(record, gone.signal.aborted ? 'cancelled' : 'refused');
    if (!gone.signal.aborted) call.emit('error', grpcError(error));
  }
}

/** What the client sends, until it ends, goes away, or lets the longest gap pass. */
function requestsOf(
  call: Call,
  { clock }: HearingSource,
  gone: AbortController,
): AsyncIterable<StreamingRequest> {
  const requests = new AsyncQueue<StreamingRequest>();
  let cancelTimer: CancelTimer = () => undefined;
  const expectMore = () => {
    cancelTimer();
    cancelTimer = clock.after(LONGEST_GAP_MS, () =>
      requests.fail(new Refusal('sessionOver', 'nothing came for 5 s')),
    );
  };
  expectMore();
  call.on('data', (request: StreamingRequest) => {
    expectMore();
    requests.push(request);
  });
  call.on('end', () => {
    cancelTimer();
    requests.end();
  });
  call.on('cancelled', () => {
    cancelTimer();
    gone.abort(new Error('the client went away'));
    requests.fail(gone.signal.reason);
  });
  call.on('finish', () => cancelTimer());
  return requests;
}

async function answer(
  call: Call,
  requests: AsyncIterable<StreamingRequest>,
  source: HearingSource,
  record: OpenRecord,
  fault: Fault | undefined,
  gone: AbortSignal,
): Promise<void> {
  let session: RecognitionSession | undefined;
  const emit = (event: StreamingResponse) => void call.write(event);
  for await (const request of requests) {
    if ('session_options' in request)
      session ??= new RecognitionSession(request.session_options, source, emit, gone);
    else if (session === undefined)
      throw new Refusal('invalid', 'the first message must hold session_options');
    else await session.accept(request);
    record.text = session.text;
    record.audioMs = session.receivedMs;
    if (fault?.kind === 'half' && session.receivedMs >= fault.audioMs) await breakOff(fault, gone);
  }
  if (fault?.kind === 'garbage') return spoil(call, fault);
  await session?.finish();
  record.text = session?.text ?? '';
}

async function breakOff(fault: Fault & { readonly kind: 'half' }, gone: AbortSignal): Promise<void> {
  if (fault.then === 'hang') await hang(gone);
  throw new Refusal('internal', 'scripted: broken off');
}

function spoil(call: Call, { as }: Fault & { readonly kind: 'garbage' }): void {
  if (as !== 'empty') call.write(as === 'html' ? Buffer.from(HTML_PAGE) : GARBAGE);
}
