/** An operator at the HTTP interface of a running service. */
import { callDetail, callList, liveEvent, serviceState } from '../../src/http/contract.ts';
import type { CallDetail, CallList, CallSummary, LiveEvent, ServiceState } from '../../src/http/contract.ts';

export interface Operator {
  calls(): Promise<CallList>;
  call(id: string): Promise<CallDetail>;
  /** The only live call. */
  onlyCall(): Promise<CallSummary>;
  state(): Promise<ServiceState>;
  /** Sends an order and returns the answer's status and body. */
  order(path: string, body?: object): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Listens to /api/events until it is told to stop. */
  listen(): Promise<EventEar>;
}

export interface EventEar {
  /** All that came so far. */
  readonly events: readonly LiveEvent[];
  stop(): Promise<void>;
}

export function operatorOf(httpUrl: string): Operator {
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${httpUrl}/api/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const calls = async () => callList.parse(await get('calls'));
  return {
    calls,
    call: async (id) => callDetail.parse(await get(`calls/${id}`)),
    async onlyCall() {
      const { live } = await calls();
      const [call] = live;
      if (!call || live.length > 1) throw new Error(`${live.length} calls are live`);
      return call;
    },
    state: async () => serviceState.parse(await get('service')),
    async order(path, body = {}) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${httpUrl}/api/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    },
    listen: () => listen(`${httpUrl}/api/events`),
  };
}

async function listen(url: string): Promise<EventEar> {
  const over = new AbortController();
  const answer = await fetch(url, { signal: over.signal });
  const events: LiveEvent[] = [];
  const reading = readEvents(answer, (event) => events.push(event)).catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  return {
    events,
    async stop() {
      over.abort();
      await reading;
    },
  };
}

async function readEvents({ body }: Response, tell: (event: LiveEvent) => void): Promise<void> {
  if (!body) throw new Error('The answer has no body.');
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data = ''] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
      if (event !== undefined) tell(liveEvent.parse({ event, data: JSON.parse(data) as unknown }));
    }
  }
}
