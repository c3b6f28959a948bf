/**
 * A live line's ear: the caller's voice as it arrives, with a little of what came before, so that a capture begins before the
 * detector noticed the speech; and silence where the far end sends nothing, as phones do that suppress it.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';
import type { AudioListener, Capture, Hearing, HearingListener } from '../line.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { Backlog } from './backlog.ts';
import { GatheredAudio } from './gathered-audio.ts';
import { LostAudio } from './lost-audio.ts';
import { RecentAudio } from './recent-audio.ts';
import { SoundRuns } from './sound-runs.ts';
import type { SpeechDetector, SpeechEdge } from '../../vad/speech-detector.ts';

/**
 * How much of the past is kept, ms: the longest pre-roll that is asked for (300), what a detector may take to notice speech (200) and
 * a second for a listener that is late.
 */
const KEPT_MS = 1500;

/**
 * Nothing came for this long, ms: the far end is silent. From a phone that is known to send nothing while it is silent, a detector needs
 * as long before it says that speech has stopped. From any other the network, or the machine, is more likely to have stalled, and silence
 * put into the middle of a word tears it for good: so the wait is as long as it costs nothing, shorter than any end of a turn.
 */
const SILENT_AFTER_MS = { suppressing: 220, unknown: 600 };

/** Between the suspicion and the verdict, ms: where the process itself has stood still, what came meanwhile is read first. */
const SECOND_LOOK_MS = 10;

/**
 * A timer that fires so much too late, ms, shows that the process stood still. The whole machine may have, and the far end with it: what that
 * could not send is still to come, and is no silence.
 */
const STOOD_STILL_MS = 100;

/**
 * A phone that has sent silence for so long, ms, sends it always: those that suppress silence stop within half a second. What does not come
 * from such a phone is late or lost, and no silence.
 */
const SENDS_SILENCE_AFTER_MS = 1000;

/** How close to the present silence is filled in, ms: what is only late must still have its place. */
const LATE_MS = 60;

/**
 * So much of a voice goes to be recognised in one piece, ms: three frames cost a third of what they do one by one. Words in the middle of
 * speech are known 20 ms later for it, and the last one as soon as ever.
 */
const GATHERED_MS = 60;

/** As many as anybody presses before a call begins to listen. */
const MOST_KEYS = 32;

export interface CallerAudioOptions {
  readonly clock: Clock;
  readonly sampleRateHz: number;
  readonly detector: SpeechDetector;
}

export class CallerAudio implements Hearing {
  readonly detectionSilenceMs: number;
  readonly #clock: Clock;
  readonly #sampleRateHz: number;
  readonly #detector: SpeechDetector;
  readonly #past: RecentAudio;
  #arrivals: ArrivalClock | undefined;
  #listener: HearingListener | undefined;
  /** What a listener that is late has missed: of one utterance, since only that is still kept to be captured. */
  #untold: SpeechEdge[] = [];
  /** Keys that came before anybody listened. */
  readonly #unheardKeys: string[] = [];
  readonly #taps: AudioListener[] = [];
  readonly #runs: SoundRuns[] = [];
  #capture: GatheredAudio | undefined;
  #speechStartedAtMs = 0;
  #cancelWatch: CancelTimer = () => undefined;
  /** It has stood still until then. */
  #stoodStillUntilMs = -Infinity;
  #isSpeaking = false;
  /** Nothing comes. */
  #silent = false;
  /** It has been seen that the far end sends nothing while it is silent. */
  #suppressesSilence = false;
  /** What came after a gap, until it is known how much of the gap was silence. */
  #backlog: Backlog | undefined;
  /** How much has come without a gap since somebody spoke last; Infinity once that has shown that the far end sends silence. */
  #quietMs = 0;
  readonly #lost = new LostAudio();
  /** Silence that the capture does not have yet, bytes: only what comes next tells whether it was silence, or a word that is late. */
  #owedBytes = 0;
  #held = false;
  #closed = false;

  constructor({ clock, sampleRateHz, detector }: CallerAudioOptions) {
    this.#clock = clock;
    this.#sampleRateHz = sampleRateHz;
    this.#detector = detector;
    this.#past = new RecentAudio(msToBytes(KEPT_MS, sampleRateHz));
    this.detectionSilenceMs = detector.silenceMs;
  }

  /** What may be the beginning of speech is not heard before that is known: nobody's turn ends in it. */
  get heardUntilMs(): number {
    return Math.min(this.#arrivedUntilMs, this.#detector.undecidedSinceMs ?? Infinity);
  }

  get #arrivedUntilMs(): number {
    return this.#arrivals?.endMs ?? this.#clock.nowMs();
  }

  /** Of a far end that sends nothing while it is silent nobody can tell, nor of one that has sent nothing for a while and may be such. */
  get lostMs(): number | undefined {
    const maySuppress = this.#suppressesSilence || (this.#silent && !this.#sendsSilence);
    return maySuppress || !this.#arrivals ? undefined : this.#lost.lostMs;
  }

  /** Who speaks as the line opens is heard also by a call that is still being built. */
  listen(listener: HearingListener): void {
    this.#listener = listener;
    for (const edge of this.#untold.splice(0)) this.#tell(edge);
    for (const key of this.#unheardKeys.splice(0)) listener.digit(key);
  }

  tap(listener: AudioListener): void {
    this.#taps.push(listener);
  }

  tapInRuns(listener: AudioListener): () => void {
    const runs = new SoundRuns(listener, this.#past, this.#sampleRateHz);
    this.#runs.push(runs);
    return () => runs.flush();
  }

  capture(preRollMs: number): Capture {
    const audio = new GatheredAudio(msToBytes(GATHERED_MS, this.#sampleRateHz));
    const pastMs = this.#arrivedUntilMs - (this.#speechStartedAtMs - preRollMs);
    const past = this.#past.last(msToBytes(pastMs, this.#sampleRateHz));
    audio.push(past);
    audio.flush();
    this.#capture?.end();
    this.#capture = audio;
    // What is owed belongs to the capture before: this one begins with that silence.
    this.#owedBytes = 0;
    const close = () => {
      audio.end();
      if (this.#capture === audio) this.#capture = undefined;
    };
    const fromMs = this.#arrivedUntilMs - this.#msOf(past);
    return { sampleRateHz: this.#sampleRateHz, fromMs, audio, finish: close, discard: close };
  }

  /** Takes PCM as it arrives. */
  arrived(pcm: Uint8Array, atMs: number): void {
    if (this.#closed || this.#held) return;
    this.#lost.arrived(this.#msOf(pcm), atMs);
    if (!this.#arrivals) {
      this.#arrivals = new ArrivalClock(atMs - this.#msOf(pcm));
      this.#watchForSilence();
    }
    const gapMs = atMs - this.#msOf(pcm) - this.#arrivals.endMs;
    if (this.#backlog) this.#backlog.add(pcm, atMs);
    else if (this.#suppressesSilence || (gapMs < SILENT_AFTER_MS.suppressing && !this.#silent))
      this.#goOn(pcm, atMs);
    else this.#hold(pcm, atMs);
  }

  /** What comes until the caller is back is the telephone system's music. */
  held(): void {
    this.#held = true;
    this.#lost.pause();
    this.#capture?.flush();
    this.#listener?.held?.();
  }

  unheld(): void {
    this.#held = false;
    this.#listener?.unheld?.();
  }

  digit(digit: string): void {
    if (this.#listener) this.#listener.digit(digit);
    else if (this.#unheardKeys.length < MOST_KEYS) this.#unheardKeys.push(digit);
  }

  /** The line is gone: a capture ends with what there is. */
  close(): void {
    this.#closed = true;
    this.#cancelWatch();
    this.#backlog?.drop();
    this.#detector.close();
    this.#capture?.end();
    this.#capture = undefined;
  }

  #hear(pcm: Uint8Array, atMs: number): void {
    if (this.#owedBytes > 0) this.#capture?.push(new Uint8Array(this.#owedBytes));
    this.#owedBytes = 0;
    this.#capture?.push(pcm);
    this.#notice(pcm, atMs);
    if (this.#mayBeLastWord) this.#capture?.flush();
  }

  /** It has just become quiet, or it is not known whether it has: a recognizer is to have all of the word before, and what follows it. */
  get #mayBeLastWord(): boolean {
    return this.#detector.hearsVoice === undefined || (this.#isSpeaking && !this.#detector.hearsVoice);
  }

  #notice(pcm: Uint8Array, atMs: number): void {
    for (const tap of this.#taps) tap(pcm, atMs);
    for (const runs of this.#runs) runs.heard(pcm, atMs);
    this.#past.push(pcm);
    const edge = this.#detector.hear(pcm, atMs);
    if (edge) this.#tell(edge);
    if (edge?.kind === 'started') this.#isSpeaking = true;
    if (edge?.kind === 'stopped') this.#isSpeaking = false;
  }

  get #sendsSilence(): boolean {
    return this.#quietMs === Infinity;
  }

  /** Nothing has come for a while, or somebody speaks. */
  #interrupted(): void {
    if (!this.#sendsSilence) this.#quietMs = 0;
  }

  #tell(edge: SpeechEdge): void {
    if (!this.#listener) {
      const last = this.#untold.at(-1)?.kind;
      if (last === 'stopped' || last === edge.kind) this.#untold = [];
      this.#untold.push(edge);
      return;
    }
    switch (edge.kind) {
      case 'sound':
        return this.#listener.soundStarted?.(edge.atMs);
      case 'started':
        this.#speechStartedAtMs = edge.atMs;
        return this.#listener.speechStarted(edge.atMs);
      case 'stopped':
        return this.#listener.speechStopped(edge.startedAtMs, edge.endedAtMs);
    }
  }

  #goOn(pcm: Uint8Array, atMs: number): void {
    if (this.#silent) this.#fillUpTo(atMs - this.#msOf(pcm));
    this.#silent = false;
    const beganAtMs = this.#arrivals?.count(this.#msOf(pcm), atMs) ?? atMs;
    this.#hear(pcm, beganAtMs);
    if (this.#isSpeaking) return this.#interrupted();
    this.#quietMs += this.#msOf(pcm);
    if (this.#quietMs >= SENDS_SILENCE_AFTER_MS) this.#quietMs = Infinity;
  }

  #hold(pcm: Uint8Array, atMs: number): void {
    this.#backlog = new Backlog({
      clock: this.#clock,
      sampleRateHz: this.#sampleRateHz,
      onSettled: (backlog) => this.#release(backlog),
    });
    this.#backlog.add(pcm, atMs);
  }

  #release(backlog: Backlog): void {
    this.#backlog = undefined;
    this.#suppressesSilence = !backlog.wasLate && !this.#sendsSilence;
    this.#oweNoMoreThan(
      backlog.startMs - (this.#arrivedUntilMs - bytesToMs(this.#owedBytes, this.#sampleRateHz)),
    );
    // What is still missing before it was silence.
    this.#silent = backlog.startMs - this.#arrivedUntilMs >= LATE_MS;
    let atMs = backlog.startMs;
    for (const piece of backlog.pieces) {
      atMs += this.#msOf(piece);
      this.#goOn(piece, atMs);
    }
  }

  /** So much of the gap was silence; in the rest of it somebody spoke, and the words have come now. */
  #oweNoMoreThan(silenceMs: number): void {
    const mostBytes = silenceMs < LATE_MS ? 0 : msToBytes(silenceMs, this.#sampleRateHz);
    this.#owedBytes = Math.min(this.#owedBytes, mostBytes);
  }

  #watchForSilence(): void {
    const nowMs = this.#clock.nowMs();
    const sinceMs = Math.max(this.#arrivedUntilMs, this.#stoodStillUntilMs);
    const lookInMs = Math.max(0, this.#silentAfterMs - (nowMs - sinceMs));
    this.#cancelWatch = this.#clock.after(lookInMs, () => this.#look(nowMs + lookInMs));
  }

  #look(dueMs: number): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - dueMs > STOOD_STILL_MS) {
      this.#stoodStillUntilMs = nowMs;
      return this.#watchForSilence();
    }
    this.#cancelWatch = this.#clock.after(SECOND_LOOK_MS, () => {
      this.#noticeSilence();
      this.#watchForSilence();
    });
  }

  get #silentAfterMs(): number {
    return this.#silent || this.#suppressesSilence ? SILENT_AFTER_MS.suppressing : SILENT_AFTER_MS.unknown;
  }

  #noticeSilence(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#backlog || nowMs - this.#arrivedUntilMs < this.#silentAfterMs) return;
    this.#silent = true;
    this.#lost.nothing(nowMs - LATE_MS - this.#arrivedUntilMs);
    this.#fillUpTo(nowMs - LATE_MS);
    this.#capture?.flush();
  }

  #fillUpTo(atMs: number): void {
    const arrivals = this.#arrivals;
    if (!arrivals || atMs <= arrivals.endMs) return;
    const silence = new Uint8Array(msToBytes(atMs - arrivals.endMs, this.#sampleRateHz));
    if (this.#suppressesSilence) this.#capture?.push(silence);
    else if (!this.#sendsSilence) this.#owedBytes += silence.byteLength;
    this.#interrupted();
    this.#notice(silence, arrivals.skip(this.#msOf(silence)));
  }

  #msOf(pcm: Uint8Array): number {
    return bytesToMs(pcm.byteLength, this.#sampleRateHz);
  }
}
