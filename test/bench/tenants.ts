/** Two tenants of one service: what the callers and the programs of the one wait while the other asks for more than it may. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';
import { newKey, writeKeys } from '../../src/speech-api/keys/key-file.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { counted, repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';
import { askedAtPace, newAgent } from './speech-load.ts';
import { onStand, pauseMs } from './stand.ts';
import type { Stand } from './stand.ts';
import { crowdBot, ownTimes, streamEnv, streamStand } from './stream-turns.ts';
import { answersOf } from './turn-taking.ts';

const QUIET = { number: '702', bot: 'quiet' };
const FLOOD = { number: '701', bot: 'flood' };

/** The other tenant may have so much, and asks for so much a second: some times over. */
const CALLS_GRANTED = 2;
const CALLS_A_SECOND = 5;
const SPEECH_A_MINUTE = 60;
const SPEECH_A_SECOND = 40;

const CALLS = 8;
const TURNS = 4;
const ROUND_MS = 4000;
const DIAL_EVERY_MS = 100;
const ASKS_A_SECOND = 2;
/** With and without by turns: whatever a machine does meanwhile falls on both. */
const ROUNDS = 2;
/** A flood has risen by then, ms. */
const RISES_MS = 3_000;
/** What is heard instead of the bot is over by then, ms. */
const TURNED_AWAY_MS = 5_000;
/** What two rounds of the same differ by anyway, ms. */
const SAME_MS = 20;

export const tenants: Bench = {
  name: 'tenants',
  minutes: 2.5,
  fixedMinutes: 0.5,
  explanation:
    `One tenant's ${CALLS} calls in stream mode, ${TURNS} turns each, and ${ASKS_A_SECOND} requests of its own to the speech API a second; without and with another tenant that dials ${CALLS_A_SECOND} times a second\n` +
    `(it may have ${CALLS_GRANTED} calls) and asks the speech API ${SPEECH_A_SECOND} times a second (it may ${SPEECH_A_MINUTE} times a minute), in one service. Own time: voice to voice less what was scripted.`,
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const dir = await mkdtemp(join(tmpdir(), 'parley-tenants-'));
    const others = { [FLOOD.bot]: crowdBot, [QUIET.bot]: crowdBot };
    try {
      await onStand({ ...streamStand(caller.text), others }, async (stand) => {
        const { env, url, keys } = await twoTenants(dir);
        const service = await stand.serve(crowdBot, { ...streamEnv, ...env });
        const [without, withFlood] = [emptyRound(), emptyRound()];
        const sent = { calls: 0, requests: 0, granted: 0, tooMany: 0 };
        for (let round = 0; round < repetitions(ROUNDS, scale); round++) {
          add(without, await quietRound(stand, { scale, url, key: keys.quiet }, caller));
          const flood = startFlood(stand, { url, key: keys.flood }, sent);
          await pauseMs(RISES_MS);
          add(withFlood, await quietRound(stand, { scale, url, key: keys.quiet }, caller));
          await flood.end();
        }
        const refused = await refusedCalls(url);
        await service.stop();
        tell([
          ...measured('without', without),
          ...measured('with a flood', withFlood),
          more('own time: more with a flood, at the median', without.own, withFlood.own),
          more('speech API: more with a flood, at the median', without.speech, withFlood.speech),
          counted('unanswered', without.unanswered + withFlood.unanswered, 0),
          counted(`the flood: calls, of which ${refused} were refused`, sent.calls),
          counted(
            `the flood: requests, of which ${sent.granted} were granted and ${sent.tooMany} told 429`,
            sent.requests,
          ),
        ]);
      });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

interface Round {
  readonly own: number[];
  readonly speech: number[];
  unanswered: number;
}

function emptyRound(): Round {
  return { own: [], speech: [], unanswered: 0 };
}

function add(to: Round, { own, speech, unanswered }: Round): void {
  to.own.push(...own);
  to.speech.push(...speech);
  to.unanswered += unanswered;
}

function measured(when: string, { own, speech }: Round): readonly Measurement[] {
  return [
    { what: `own time, ${when}`, unit: 'ms', samples: own },
    { what: `speech API, ${when}`, unit: 'ms', samples: speech },
  ];
}

function more(what: string, before: readonly number[], now: readonly number[]): Measurement {
  const samples = [percentilesOf(now).p50 - percentilesOf(before).p50];
  return { what, unit: 'ms', samples, targetP95: SAME_MS };
}

/** The file of the tenants and a key of each, and where the service will be. */
async function twoTenants(dir: string) {
  const file = join(dir, 'tenants.yaml');
  const limits = `{ calls: ${CALLS_GRANTED}, ttsPerMinute: ${SPEECH_A_MINUTE} }`;
  const lines = [
    'tenants:',
    `  flood: { numbers: ['${FLOOD.number}'], bots: [${FLOOD.bot}], limits: ${limits} }`,
    `  quiet: { numbers: ['${QUIET.number}'], bots: [${QUIET.bot}] }`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const keyOf = (tenant: string) =>
    newKey({ name: tenant, tenant, scopes: ['tts'], perMinute: { tts: 100_000 } }, new Date());
  const [flood, quiet] = [keyOf('flood'), keyOf('quiet')];
  const keysFile = join(dir, 'keys.json');
  await writeKeys(keysFile, [flood.stored, quiet.stored]);
  const port = await freeTcpPort();
  return {
    url: `http://127.0.0.1:${port}`,
    keys: { flood: flood.key, quiet: quiet.key },
    env: {
      ...{ TENANTS_FILE: file, SPEECH_API_KEYS_FILE: keysFile, HTTP_PORT: String(port) },
      DIALPLAN_FALLBACK: 'fallback,s,1',
    },
  };
}

interface Speech {
  readonly url: string;
  readonly key: string;
}

/** No two texts are the same. */
let texts = 0;

function speechOf({ url, key }: Speech) {
  return {
    url: `${url}/v1/audio/speech`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: () =>
      Buffer.from(
        JSON.stringify({
          ...{ model: 'tts-1', voice: 'alloy', response_format: 'wav' },
          input: `Текст ${texts++}.`,
        }),
      ),
  };
}

async function quietRound(
  stand: Stand,
  { scale, ...speech }: Speech & { readonly scale: number },
  { pcm }: RecordedCaller,
): Promise<Round> {
  const calls = repetitions(CALLS, scale);
  const turns = repetitions(TURNS, scale);
  const crowd = { calls, turns, question: pcm, roundMs: ROUND_MS };
  const agent = newAgent();
  const seconds = (turns * ROUND_MS) / 1000;
  const [{ timesMs, unanswered }, asked] = await Promise.all([
    answersOf(stand.phone, { ...crowd, dialEveryMs: DIAL_EVERY_MS, extension: QUIET.number }),
    askedAtPace(speechOf(speech), { count: ASKS_A_SECOND * seconds, perSecond: ASKS_A_SECOND, agent }),
  ]);
  agent.destroy();
  return { own: [...ownTimes(timesMs)], speech: [...asked], unanswered };
}

interface Sent {
  calls: number;
  requests: number;
  granted: number;
  tooMany: number;
}

/** Calls and requests until `end`, whatever becomes of them. */
function startFlood(stand: Stand, speech: Speech, sent: Sent) {
  let isOver = false;
  const under = new Set<Promise<void>>();
  const begin = (one: () => Promise<void>) => {
    const going = one()
      .catch(() => undefined)
      .finally(() => under.delete(going));
    under.add(going);
  };
  const dials = async () => {
    sent.calls++;
    const call = await stand.phone.dial(FLOOD.number);
    await Promise.race([call.ended, pauseMs(TURNED_AWAY_MS)]);
    await call.hangup();
  };
  const target = speechOf(speech);
  const asks = async () => {
    sent.requests++;
    const { url, headers, body } = target;
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body()) });
    await answer.arrayBuffer();
    if (answer.status === 200) sent.granted++;
    if (answer.status === 429) sent.tooMany++;
  };
  const again = async (everyMs: number, one: () => Promise<void>) => {
    for (let dueMs = performance.now(); !isOver; dueMs += everyMs) {
      begin(one);
      await pauseMs(Math.max(0, dueMs + everyMs - performance.now()));
    }
  };
  const pouring = [again(1000 / CALLS_A_SECOND, dials), again(1000 / SPEECH_A_SECOND, asks)];
  return {
    end: async () => {
      isOver = true;
      await Promise.all(pouring);
      await Promise.all(under);
    },
  };
}

async function refusedCalls(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const lines = metrics.split('\n').filter((line) => line.startsWith('parley_tenant_calls_refused_total{'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
