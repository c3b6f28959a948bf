/** The service's recorder of calls: decides which are kept, writes them behind the calls' backs, and deletes what is too old. */
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/system-code.ts';
import { breachesOf } from '../../timeline/breaches.ts';
import type { CallParts, RecordCall } from '../../call/intake/reception.ts';
import type { EarReport } from '../../ear/ear-report.ts';
import type { Log } from '../../base/log.ts';
import { RESULT_FILE } from '../bundle/bundle-files.ts';
import type { BundleDisk } from './bundle-disk.ts';
import { CallRecorder } from './call-recorder.ts';
import type { RecordPolicy } from '../../config/record-policy.ts';
import type { RecordedAri, RecordedCall, Redaction } from '../bundle/recorded-call.ts';
import { BundlesByLine, bundleName } from './bundles-by-line.ts';
import { DoubtfulClock } from './doubtful-clock.ts';
import type { RetentionLimits } from './retention.ts';

/** Where bundles lie that are not whole yet. */
const UNFINISHED = '.unfinished';

/** Whose time is when it was last looked for what is to be deleted. */
const LOOKED = '.looked';

/** How often is looked for what is to be deleted at most, ms: that looks at every file of every recorded call. */
const DELETE_EVERY_MS = 60_000;

/** How often it is looked for when no call is recorded, ms: what is kept for days is not late by minutes. */
const LOOK_EVERY_MS = 10 * 60_000;

export interface RecordingsOptions {
  /** Made if it is not there. */
  readonly dir: string;
  /** To be closed behind this. */
  readonly disk: BundleDisk;
  readonly policy: RecordPolicy;
  readonly redaction: Redaction;
  /** Where the caller has paused is written beside each call; not if not given. */
  readonly keepsPauses?: boolean;
  readonly retention: RetentionLimits;
  readonly random: () => number;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly log: Log;
  /** Both are asked as each call begins. */
  readonly versions: () => Readonly<Record<string, string>>;
  readonly settings: () => RecordedCall['settings']['others'];
  readonly ariOf: (lineId: string, sinceMs: number) => readonly RecordedAri[];
  readonly earOf?: (lineId: string) => EarReport | undefined;
  /** Told of each bundle that was kept, of each that could not be, and of each that nobody has consented to. */
  readonly onBundle: (outcome: 'kept' | 'dropped' | 'refused') => void;
}

export class Recordings {
  readonly #options: RecordingsOptions;
  /** One bundle is finished at a time: several would be in each other's way, and in the calls'. */
  #work = Promise.resolve();
  readonly #clock: DoubtfulClock;
  readonly #bundles: BundlesByLine;
  #deletedAtMs = -Infinity;
  #looking: NodeJS.Timeout | undefined;

  /** Deletes what an earlier process has not finished. Never rejects: calls can be served without. */
  static async open(options: RecordingsOptions): Promise<Recordings> {
    const seen = await stat(join(options.dir, LOOKED)).catch(() => undefined);
    const recordings = new Recordings(options, seen?.mtimeMs);
    if (options.policy.kind !== 'off') await recordings.#prepare();
    // Also where nothing is recorded any more: what was recorded before was promised to go.
    await recordings.#deleteExpired();
    recordings.#looking = setInterval(
      () => recordings.#enqueue(() => recordings.#deleteExpired()),
      LOOK_EVERY_MS,
    ).unref();
    return recordings;
  }

  private constructor(options: RecordingsOptions, lastSeenEpochMs: number | undefined) {
    this.#options = options;
    this.#bundles = new BundlesByLine(options.dir);
    this.#clock = new DoubtfulClock(options.epochMs, () => performance.now(), lastSeenEpochMs);
  }

  /** Looks for nothing to delete any more, and resolves when every bundle of a call that has ended is on the disk. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.settled();
  }

  /** The parts to make the call of, and what to do with it before it runs. A call that is not recorded gets its own parts back. */
  begin(parts: CallParts): ReturnType<RecordCall> {
    if (!this.#isChosen()) return { line: parts.line, kit: parts.kit, follow: () => undefined };
    const startedAt = new Date(this.#options.epochMs());
    const id = bundleName(startedAt, parts.line.id);
    const dir = join(this.#options.dir, UNFINISHED, id);
    const recorder = new CallRecorder({
      ...this.#options,
      ...parts,
      versions: this.#options.versions(),
      settings: this.#options.settings(),
      id,
      dir,
      startedAt,
    });
    return {
      line: recorder.line,
      kit: recorder.kit,
      follow: (call) => {
        recorder.follow(call);
        call.timeline.observe(({ type }) => {
          if (type === 'call.ended') this.#enqueue(() => this.#keep(recorder, id, dir));
        });
      },
    };
  }

  /**
   * Puts what the company is told of an ended call beside its call.json, masked where the call is; of a call that is not kept there is no
   * place for it. It comes later than the bundle, maybe from the next process.
   * Never rejects.
   */
  async keepResult(
    lineId: string,
    { shown, masked }: { readonly shown: string; readonly masked: string },
  ): Promise<void> {
    const { policy, redaction } = this.#options;
    if (policy.kind === 'off') return;
    // Behind the bundles that are still being finished: its own may be among them.
    this.#enqueue(() => this.#putResult(lineId, redaction === 'none' ? shown : masked));
    await this.#work;
  }

  /** Resolves when every bundle of a call that has ended is on the disk. */
  async settled(): Promise<void> {
    for (let work; work !== this.#work;) await (work = this.#work);
  }

  #isChosen(): boolean {
    const { policy, random } = this.#options;
    if (policy.kind === 'off') return false;
    return policy.kind === 'alerts' || random() < policy.share;
  }

  async #keep(recorder: CallRecorder, id: string, dir: string): Promise<void> {
    const { disk, log, onBundle, policy } = this.#options;
    if (!recorder.mayBeKept) return onBundle('refused');
    try {
      if (policy.kind === 'alerts' && breachesOf(recorder.timeline).length === 0) return await disk.drop(dir);
      await recorder.finish(join(this.#options.dir, id));
      this.#bundles.add(id);
      onBundle('kept');
    } catch (error) {
      onBundle('dropped');
      log.warn({ event: 'recording.dropped', recording: id, error }, 'a recorded call could not be kept');
      // Where the thread is gone the next start deletes it.
      await disk.drop(dir).catch(() => undefined);
    }
    await this.#deleteExpired();
  }

  async #putResult(lineId: string, json: string): Promise<void> {
    const { dir, log } = this.#options;
    const name = await this.#bundles.of(lineId);
    if (name === undefined) return;
    const file = join(dir, name, RESULT_FILE);
    await writeFile(file, json, { mode: 0o600 }).catch((error: unknown) => {
      // Somebody has deleted the call since it was looked for.
      if (systemCode(error) === 'ENOENT') return;
      log.warn(
        { event: 'recording.result', recording: name, error },
        'a result could not be put beside its recorded call',
      );
    });
  }

  async #prepare(): Promise<void> {
    const { dir, log } = this.#options;
    try {
      const unfinished = join(dir, UNFINISHED);
      await mkdir(unfinished, { recursive: true, mode: 0o700 });
      for (const name of await readdir(unfinished))
        await rm(join(unfinished, name), { recursive: true, force: true });
    } catch (error) {
      log.error({ event: 'recording.unusable', dir, error }, 'no call can be recorded');
    }
  }

  async #deleteExpired(): Promise<void> {
    const { dir, disk, epochMs, log, policy, retention } = this.#options;
    const nowMs = performance.now();
    if (nowMs - this.#deletedAtMs < DELETE_EVERY_MS) return;
    this.#deletedAtMs = nowMs;
    // A thread is started for nothing where nobody has ever recorded a call.
    if (policy.kind === 'off' && !(await holdsAny(dir))) return;
    const { isDoubtful } = this.#clock;
    if (isDoubtful)
      log.warn(
        { event: 'recording.clockLeapt' },
        'the clock has leapt: for a day no recorded call is taken for too old',
      );
    const limits = { ...retention, nowEpochMs: epochMs(), isClockDoubtful: isDoubtful };
    await disk.deleteExpired(dir, limits).then(
      (untouched) => {
        for (const { path, why } of untouched)
          log.warn({ event: 'recording.retention', dir: path, why }, 'recorded calls could not be deleted');
      },
      (error: unknown) =>
        log.warn({ event: 'recording.retention', dir, error }, 'recorded calls could not be looked at'),
    );
    this.#bundles.forget();
    await this.#noteLook();
  }

  /** By the wall clock, for the process after this one. Where nothing is recorded there is no place to note it. */
  async #noteLook(): Promise<void> {
    const { dir, epochMs } = this.#options;
    const at = new Date(epochMs());
    const file = join(dir, LOOKED);
    await writeFile(file, '', { mode: 0o600 })
      .then(() => utimes(file, at, at))
      .catch(() => undefined);
  }

  #enqueue(step: () => Promise<void>): void {
    this.#work = this.#work.then(step);
  }
}

async function holdsAny(dir: string): Promise<boolean> {
  const names = await readdir(dir).catch(() => []);
  return names.some((name) => !name.startsWith('.'));
}
