/** Whom the bot rings for a caller who is played: somebody who hears who calls and says yes or no, or who does not answer. */
import { sleep } from '../base/clock.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Clip, Colleague, Consult, Playback } from '../telephony/line.ts';
import { LineEnd } from '../telephony/line.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import type { CallerProfile } from './caller-file.ts';
import { VirtualHearing } from './virtual-hearing.ts';
import { VirtualPlayer } from './virtual-player.ts';

/** Until an exchange tells that nobody can be had, ms. */
const REFUSED_AFTER_MS = 2000;

/** Who has been silent for so long expects an answer, ms. */
const EXPECTED_AFTER_MS = 1200;

export interface VirtualColleagueOptions {
  readonly clock: Clock;
  readonly will: NonNullable<CallerProfile['colleague']>;
  /** Caller and colleague talk to each other. */
  readonly onConnected: (to: TransferTarget) => void;
}

export class VirtualColleague {
  /** Hears, and recognises what it heard: of this colleague alone. */
  readonly hearing: VirtualHearing;
  readonly #options: VirtualColleagueOptions;
  readonly #gone = new AbortController();

  constructor(options: VirtualColleagueOptions) {
    this.#options = options;
    this.hearing = new VirtualHearing(options.clock, this.#gone.signal);
  }

  readonly consult: Consult = async (to, { withinMs }, signal) => {
    const { clock, will, onConnected } = this.#options;
    if (typeof will === 'string') {
      await sleep(clock, will === 'noAnswer' ? withinMs : REFUSED_AFTER_MS, signal);
      return { outcome: will };
    }
    await sleep(clock, will.after, signal);
    const colleague: Colleague = {
      hearing: this.hearing,
      player: this.#player(will.says),
      ended: this.#gone.signal,
      connect: async () => onConnected(to),
      close: async () => this.#gone.abort(new LineEnd('us')),
    };
    return { outcome: 'answered', colleague };
  };

  /** Whoever has heard the bot out says their word, once. */
  #player(says: string): VirtualPlayer {
    const { clock } = this.#options;
    const player = new VirtualPlayer(clock);
    const play = player.play.bind(player);
    let isSaid = false;
    let cancel: CancelTimer = () => undefined;
    const answer = () => {
      if (isSaid || this.#gone.signal.aborted) return;
      isSaid = true;
      // Who has hung up says nothing more.
      this.hearing.say({ text: says }).catch(() => undefined);
    };
    player.play = (clip: Clip): Playback => {
      cancel();
      const playback = play(clip);
      void playback.finished.then(() => (cancel = clock.after(EXPECTED_AFTER_MS, answer)));
      return playback;
    };
    return player;
  }
}
