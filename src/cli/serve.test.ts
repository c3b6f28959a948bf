import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FaultScope } from '../base/fault-scope.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { serve } from './serve.ts';
import type { StartService } from './serve.ts';

describe('parley serve', () => {
  it.each(['SIGTERM', 'SIGINT'])('stops the service on %s and ends well', async (signal) => {
    const host = new FakeHost();
    const service = new FakeService();
    const status = serve(async () => service, host, silentLog);
    await settled();
    expect(service.steps).toEqual([]);
    host.emit(signal);
    await settled();
    expect(service.steps).toEqual(['drain']);
    service.letGo();
    await settled();
    expect(service.steps).toEqual(['drain', 'stop']);
    service.letGo();
    expect(await status).toBe(0);
  });

  it('sends the callers on, and waits for none to end, when the signal comes twice', async () => {
    const host = new FakeHost();
    const service = new FakeService();
    const clock = new ManualClock();
    const status = serve(async () => service, host, silentLog, clock);
    await settled();
    host.emit('SIGTERM');
    await settled();
    await clock.advance(1000);
    host.emit('SIGTERM');
    await settled();
    expect(service.steps).toEqual(['drain', 'abandon']);
    service.letGo();
    expect(await status).toBe(1);
  });

  it('lets the calls go on when npm passes on the Ctrl-C that the terminal has told already', async () => {
    const host = new FakeHost();
    const service = new FakeService();
    const clock = new ManualClock();
    void serve(async () => service, host, silentLog, clock);
    await settled();
    host.emit('SIGINT');
    await settled();
    await clock.advance(20);
    host.emit('SIGINT');
    await settled();
    expect(service.steps).toEqual(['drain']);
    await clock.advance(2000);
    host.emit('SIGINT');
    await settled();
    expect(service.steps).toEqual(['drain', 'abandon']);
  });

  it('can be ended while it waits for Asterisk', async () => {
    const host = new FakeHost();
    const start: StartService = (_settings, _log, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const status = serve(start, host, silentLog);
    host.emit('SIGINT');
    expect(await status).toBe(0);
  });

  it('does not wait for a start that hangs when the signal comes twice', async () => {
    const host = new FakeHost();
    const clock = new ManualClock();
    const status = serve(() => new Promise(() => undefined), host, silentLog, clock);
    host.emit('SIGINT');
    await settled();
    await clock.advance(1000);
    host.emit('SIGINT');
    expect(await status).toBe(1);
  });

  it('stops the service and ends badly after a fault that nobody caught', async () => {
    const host = new FakeHost();
    const service = new FakeService();
    const events: unknown[] = [];
    const log = { ...silentLog, error: ({ event }: { event?: unknown }) => void events.push(event) };
    const status = serve(async () => service, host, log);
    await settled();
    host.emit('uncaughtException', new Error('bug'));
    await settled();
    expect(service.steps).toEqual(['stop']);
    service.letGo();
    expect(await status).toBe(1);
    expect(events).toEqual(['service.crashed']);
  });

  it('goes on after a fault that nobody caught but that belongs to one call', async () => {
    const host = new FakeHost();
    const service = new FakeService();
    void serve(async () => service, host, silentLog);
    await settled();
    const ofCall: unknown[] = [];
    const scope = new FaultScope();
    scope.onFault((error) => ofCall.push(error));
    for (const bug of ['one', 'another']) scope.run(() => host.emit('uncaughtException', bug));
    await settled();
    expect(ofCall).toEqual(['one', 'another']);
    expect(service.steps).toEqual([]);
  });

  it('does not start with faulty settings', async () => {
    const host = new FakeHost({});
    await expect(serve(async () => new FakeService(), host)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
    });
  });
});

class FakeHost extends EventEmitter {
  readonly env: Record<string, string>;
  constructor(
    env: Record<string, string> = {
      ARI_USERNAME: 'parley',
      ARI_PASSWORD: 'x',
      YANDEX_API_KEY: 'x',
      YANDEX_FOLDER_ID: 'x',
      OPENAI_API_KEY: 'x',
    },
  ) {
    super();
    this.env = env;
  }
}

class FakeService {
  readonly steps: string[] = [];
  /** Ends the step that was begun last. */
  letGo: () => void = () => undefined;

  drain(): Promise<void> {
    return this.#step('drain');
  }
  stop(): Promise<void> {
    return this.#step('stop');
  }
  abandon(): Promise<void> {
    return this.#step('abandon');
  }

  #step(name: string): Promise<void> {
    this.steps.push(name);
    return new Promise((resolve) => (this.letGo = resolve));
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
