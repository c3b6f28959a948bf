/** A metric that refused a number, in one call, once ended the process and hung up on everybody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FaultScope } from '../../base/fault-scope.ts';
import type { Log, LogFields } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silence } from '../../audio/pcm.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { loadBots } from '../../config/bots.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import type { ResumableCalls } from '../../survival/resumable-calls.ts';
import { EdgeWatch } from '../../outbound/answerer/answerer-watch.ts';
import { LineEnd } from '../../telephony/line.ts';
import type { Line } from '../../telephony/line.ts';
import type { Arrival } from '../../telephony/telephone.ts';
import { TenantPlaces } from '../../tenants/tenant-places.ts';
import { Tenants } from '../../tenants/tenants.ts';
import type { Call } from '../call.ts';
import { PhraseBook } from '../speaking/phrase-book.ts';
import { ScriptedPlayer } from '../speaking/testing/scripted-player.ts';
import type { Admission } from './admission.ts';
import { Reception } from './reception.ts';
import type { ReceptionOptions } from './reception.ts';

let clock: ManualClock;
let faults: LogFields[];
let begun: Call[];

const bug = () => {
  throw new Error('bug');
};

beforeEach(() => {
  clock = new ManualClock();
  faults = [];
  begun = [];
});

/** A caller who says nothing; `differs` in what goes wrong. */
function lineOf(id: string, differs: Partial<Line> = {}) {
  const end = new AbortController();
  const steps: string[] = [];
  const line: Line = {
    id,
    party: { direction: 'inbound', number: '', name: '', dialled: '100', bot: undefined },
    hearing: {
      detectionSilenceMs: 200,
      listen: () => undefined,
      capture: () => ({ sampleRateHz: 8000, fromMs: 0, audio: nothing(), finish() {}, discard() {} }),
    },
    player: new ScriptedPlayer(clock),
    ended: end.signal,
    answer: async () => void steps.push('answer'),
    hangup: async () => undefined,
    transfer: async () => void steps.push('transfer'),
    close: async () => {
      steps.push('close');
      end.abort(new LineEnd('us'));
    },
    ...differs,
  };
  return { line, steps };
}

const arrivalOf = (line: Line): Arrival => ({ line, leg: line.id, speech: 'live' });

async function* nothing(): AsyncIterable<Uint8Array> {
  // Nobody speaks.
}

function shelfOf(log: Log = silentLog) {
  const profile = { name: 'default', ...profileSchemaFor({}).parse({ prompt: 'Ты бот.' }) };
  const shipped = () => [silence(500, 8000)];
  return { profile, book: new PhraseBook({ profile, speak: bug, shipped, sampleRateHz: 8000, log }) };
}

function receptionWith(differs: Partial<ReceptionOptions> = {}): Reception {
  const log: Log = { ...silentLog, error: (fields) => void faults.push(fields), child: () => log };
  const shelf = shelfOf(log);
  const records: Pick<ResumableCalls, 'claim' | 'keep' | 'forget' | 'settled'> = {
    claim: () => undefined,
    keep: () => undefined,
    forget: () => undefined,
    settled: async () => undefined,
  };
  const admission: Pick<Admission, 'admitted' | 'refusal'> = {
    admitted: () => undefined,
    refusal: () => undefined,
  };
  return new Reception({
    kit: {
      clock,
      log,
      random: () => 0,
      chat: { name: 'mute', reply: bug },
      synthesizer: new ScriptedSynthesizer('scripted', clock, {}),
      synthesisWindow: 3,
      fallback: undefined,
    },
    recognizerFor: () => ({ name: 'deaf', recognize: bug, close: async () => undefined }),
    bot: () => shelf,
    epochMs: () => 0,
    admission: admission as Admission,
    records: records as ResumableCalls,
    record: ({ line, kit }) => ({ line, kit, follow: () => undefined }),
    onRefused: () => undefined,
    onCall: (call) => void begun.push(call),
    ...differs,
  });
}

const endOf = (call: Call | undefined) => call?.timeline.entries.find(({ type }) => type === 'call.ended');

describe('a fault of Parley in one call', () => {
  it('in what only looks on is logged once, and the call goes on', async () => {
    const reception = receptionWith({
      onCall: (call) => {
        call.timeline.observe(bug);
        begun.push(call);
      },
    });
    reception.receive(arrivalOf(lineOf('a').line));
    await clock.advance(3000);
    expect(begun[0]?.timeline.entries.map(({ type }) => type)).toContain('playback.finished');
    expect(reception.live).toHaveLength(1);
    expect(faults).toMatchObject([{ event: 'call.fault', call: 'a', where: 'timeline.observer' }]);
  });

  it('that nobody caught ends that call, with a goodbye, and leaves the others alone', async () => {
    const reception = receptionWith();
    const [a, b] = [lineOf('a'), lineOf('b')];
    for (const { line } of [a, b]) new FaultScope().run(() => reception.receive(arrivalOf(line)));
    await clock.advance(1000);
    // As the process does when a timer that the call has set throws.
    const scope = await scopeOf(begun[0]);
    scope?.fault(new Error('bug'));
    await clock.advance(5000);
    expect(endOf(begun[0])).toMatchObject({ cause: 'failure' });
    expect(a.steps).toEqual(['answer', 'close']);
    const said = begun[0]?.timeline.entries.filter(({ type }) => type === 'playback.started');
    expect(said?.at(-1)).toMatchObject({ kind: 'goodbye' });
    expect(reception.live).toEqual([begun[1]]);
    expect(b.steps).toEqual(['answer']);
  });

  it('that has broken what the end waits for does not keep the call', async () => {
    const player = new ScriptedPlayer(clock);
    player.stop = () => new Promise(() => undefined);
    const reception = receptionWith();
    const { line, steps } = lineOf('a', { player });
    reception.receive(arrivalOf(line));
    await clock.advance(100);
    begun[0]?.fail(new Error('bug'));
    await clock.advance(10_000);
    expect(endOf(begun[0])).toMatchObject({ cause: 'failure' });
    expect(steps).toEqual(['answer', 'close']);
    expect(reception.live).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, Partial<Line>]>([
    ['to answer', { answer: async () => bug() }],
    ['to listen', { hearing: { detectionSilenceMs: 0, listen: bug, capture: bug } }],
    ['to let go', { close: async () => bug() }],
  ])('in a line that fails %s, ends that call in order', async (_what, differs) => {
    const reception = receptionWith();
    const { line } = lineOf('a', differs);
    reception.receive(arrivalOf(line));
    await clock.advance(60_000);
    expect(endOf(begun[0])).toBeDefined();
    expect(reception.live).toEqual([]);
    expect(faults).not.toEqual([]);
    await reception.stop();
  });

  it.each<[string, Partial<ReceptionOptions>]>([
    ['recorded', { record: bug }],
    ['followed', { onCall: bug }],
  ])('by which it cannot be %s, is noted, and the call goes on without', async (_what, differs) => {
    const reception = receptionWith(differs);
    const { line, steps } = lineOf('a');
    reception.receive(arrivalOf(line));
    await clock.advance(1000);
    expect(reception.live).toHaveLength(1);
    expect(steps).toEqual(['answer']);
    expect(faults).toMatchObject([{ event: 'call.fault', call: 'a' }]);
  });

  it.each<[string, Partial<ReceptionOptions>]>([
    ['to find a bot', { bot: bug }],
    ['to refuse it', { bot: bug, onRefused: bug }],
    ['to admit it', { admission: { refusal: bug } as unknown as Admission }],
  ])('that fails %s, lets the caller go', async (_what, differs) => {
    const reception = receptionWith(differs);
    const { line, steps } = lineOf('a');
    reception.receive(arrivalOf(line));
    await clock.advance(1000);
    expect(steps).toEqual(['close']);
    expect(reception.live).toEqual([]);
    expect(faults).not.toEqual([]);
  });
});

/** What the call's own promises and timers belong to. */
async function scopeOf(call: Call | undefined): Promise<FaultScope | undefined> {
  let scope: FaultScope | undefined;
  call?.timeline.observe(() => (scope = FaultScope.here));
  for (let waits = 0; !scope && waits < 20; waits++) await clock.advance(500);
  return scope;
}

it('names the bot that a call was to have and its neighbours, where it says that the call is not taken', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-reception-'));
  writeFileSync(join(dir, 'default.yaml'), 'prompt: x');
  writeFileSync(join(dir, 'clinic.yaml'), 'prompt: x');
  const bots = await loadBots(dir);
  rmSync(dir, { recursive: true });
  const { line, steps } = lineOf('a', {
    party: { direction: 'inbound', number: '', name: '', dialled: '100', bot: 'clinik' },
  });
  const bot = (name: string | undefined) => ({ profile: bots.get(name), book: undefined as never });
  receptionWith({ bot }).receive(arrivalOf(line));
  await clock.advance(1000);
  expect(steps).toEqual(['close']);
  expect(faults).toMatchObject([{ event: 'call.refused', call: 'a', reason: 'unknown-bot' }]);
  expect(String(faults[0]?.['error'])).toContain('There is no bot "clinik"; did you mean "clinic"?');
});

describe('a call that Parley has placed', () => {
  const party = {
    direction: 'outbound',
    number: '+7916',
    name: '',
    dialled: '+7916',
    bot: 'default',
  } as const;

  it('is served to its end with what it was ordered with, also when no other is taken', async () => {
    const admission = { admitted: () => undefined, refusal: () => 'too-many-calls' } as unknown as Admission;
    const reception = receptionWith({ admission });
    expect(() => reception.reserve()).toThrow(expect.objectContaining({ code: 'CALL_NOT_PLACED' }));
    const { line } = lineOf('out-1', { party });
    const serving = reception.serve(arrivalOf(line), { variables: { name: 'Анна' } });
    await clock.advance(1000);
    expect(begun[0]?.variables).toEqual({ name: 'Анна' });
    begun[0]?.end('operator');
    await clock.advance(5000);
    expect(await serving).toEqual({ cause: 'operator', by: 'silence', greeted: true });
  });

  it('is told who answers before anybody is greeted, and one that comes in is not', async () => {
    const watched: string[] = [];
    const answererOf = ({ id }: Line) => {
      watched.push(id);
      return new EdgeWatch(clock);
    };
    const reception = receptionWith({ answererOf });
    reception.receive(arrivalOf(lineOf('in-1').line));
    const serving = reception.serve(arrivalOf(lineOf('out-1', { party }).line), { variables: {} });
    await clock.advance(2000);
    expect(watched).toEqual(['out-1']);
    const types = (call: Call | undefined) => call?.timeline.entries.map(({ type }) => type);
    expect(types(begun[0])).toContain('playback.started');
    expect(types(begun[1])).not.toContain('playback.started');
    await clock.advance(4000);
    expect(types(begun[1])).toEqual(expect.arrayContaining(['answerer.decided', 'playback.started']));
    for (const call of begun) call.end('operator');
    await clock.advance(5000);
    expect(await serving).toMatchObject({ by: 'silence' });
  });

  it('counts while it rings as those do that are live', () => {
    const seen: number[] = [];
    const refusal = (live: number) => void seen.push(live);
    const reception = receptionWith({
      admission: { admitted: () => undefined, refusal } as unknown as Admission,
    });
    const release = reception.reserve();
    reception.reserve();
    release();
    release();
    void reception.refusal;
    expect(seen).toEqual([0, 1, 1]);
  });

  it('goes on after a crash with what it was ordered with', async () => {
    const resumed = { messages: [], turn: 1, elapsedMs: 0 };
    const record = { call: 'out-1', variables: { name: 'Анна' } };
    const records = {
      claim: () => ({ record, resumed }),
      keep: () => undefined,
      forget: () => undefined,
      settled: async () => undefined,
    } as unknown as ResumableCalls;
    const reception = receptionWith({ records });
    reception.receive(arrivalOf(lineOf('out-2', { party }).line));
    await clock.advance(1000);
    expect(begun[0]?.variables).toEqual({ name: 'Анна' });
  });
});

describe('the calls of tenants', () => {
  const tenants = new Tenants([
    {
      ...{ name: 'acme', numbers: ['701'], bots: ['sales'], tokens: [], recordings: {} },
      limits: { calls: 1 },
    },
    { ...{ name: 'globex', numbers: ['702'], bots: ['globex'], tokens: [], recordings: {} }, limits: {} },
  ]);
  const calling = (id: string, dialled: string, named?: string) => {
    const called = lineOf(id, {
      party: { direction: 'inbound', number: '', name: '', dialled, bot: named },
    });
    return { ...called, arrival: arrivalOf(called.line) };
  };
  const tenantsOf = () => {
    const asked: (string | undefined)[] = [];
    const refused: unknown[] = [];
    const begins: (string | undefined)[] = [];
    const shelf = shelfOf();
    const reception = receptionWith({
      tenancy: { tenants, places: new TenantPlaces() },
      bot: (name) => {
        asked.push(name);
        return shelf;
      },
      onRefused: (...told) => refused.push(told),
      onCall: (call, _arrival, tenant) => {
        begun.push(call);
        begins.push(tenant);
      },
    });
    return { reception, asked, refused, begins };
  };

  it('are answered by the bot of the tenant whose number was dialled', async () => {
    const { reception, asked, begins } = tenantsOf();
    for (const [id, dialled] of ['701', '702', '100'].entries())
      reception.receive(calling(`call-${id}`, dialled).arrival);
    await clock.advance(100);
    expect(asked).toEqual(['sales', 'globex', undefined]);
    expect(begins).toEqual(['acme', 'globex', undefined]);
    await ended(reception);
  });

  it('beyond a tenant’s limit go to the fallback, those of others are answered, and so is the next one when one has ended', async () => {
    const { reception, refused } = tenantsOf();
    const calls = ['701', '701', '702'].map((dialled, id) => calling(`call-${id}`, dialled));
    for (const { arrival } of calls) reception.receive(arrival);
    await clock.advance(100);
    expect(calls.map(({ steps }) => steps)).toEqual([['answer'], ['close'], ['answer']]);
    expect(refused).toEqual([['tenant-limit', 'acme']]);
    expect([reception.refusalOf('sales'), reception.refusalOf('globex')]).toEqual([
      'tenant-limit',
      undefined,
    ]);
    begun[0]?.end('operator');
    await clock.advance(10_000);
    const next = calling('next', '701');
    reception.receive(next.arrival);
    await clock.advance(100);
    expect(next.steps).toEqual(['answer']);
    await ended(reception);
  });

  it('are not answered by another tenant’s bot, whatever the dialplan names', async () => {
    const { reception, refused } = tenantsOf();
    const { arrival, steps } = calling('a', '701', 'globex');
    reception.receive(arrival);
    await clock.advance(100);
    expect([steps, refused]).toEqual([['close'], [['unknown-bot', 'acme']]]);
  });

  it('that Parley makes count while they ring, and only once when they are answered', async () => {
    const { reception } = tenantsOf();
    const release = reception.reserve('sales');
    expect(() => reception.reserve('sales')).toThrow('No call is placed now: tenant-limit.');
    const { line } = lineOf('out', {
      party: { direction: 'outbound', number: '', name: '', dialled: '702', bot: 'sales' },
    });
    void reception.serve(arrivalOf(line), { variables: {} });
    release();
    await clock.advance(100);
    expect(reception.refusalOf('sales')).toBe('tenant-limit');
    begun[0]?.end('operator');
    await clock.advance(10_000);
    expect(reception.refusalOf('sales')).toBeUndefined();
  });

  async function ended(reception: Reception): Promise<void> {
    const stopped = reception.stop();
    await clock.advance(60_000);
    await stopped;
  }
});
