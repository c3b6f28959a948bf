/** The situations that a bot is put into, one call each, as a caller would act them out. */
import type { CallerActs } from './caller-acts.ts';

export interface Situation {
  readonly name: string;
  /** For whoever reads the certificate. */
  readonly about: string;
  /** Part of the short form as well. */
  readonly isShort?: true;
  /** The question is asked, and nobody speaks into its answer: how long that is tells what a stopped one is. */
  readonly isWhole?: true;
  /** Played before it, whatever was asked for: without that nothing can be told of it. */
  readonly needs?: string;
  /** Which provider does what in it; undefined where all do as they should. */
  readonly fault?: string;
  /** Ends what it does to others than the bot, however it went. */
  over?(): void;
  /** What can only be said of it once it was acted out; undefined if there is nothing to complain about. */
  complaint?(): string | undefined;
  /** Rejects with DIAL_UNANSWERED where the bot does not do what it would take to go on, and with LINE_ENDED where it leaves. */
  act(caller: CallerActs): Promise<void>;
}

/** A caller who has just asked, and asks on, ms: before any bot has answered. */
const ASKS_ON_AFTER_MS = 250;
/** Nobody says nothing for longer and stays, ms. */
const SILENT_MS = 12_000;

export const SITUATIONS: readonly Situation[] = [
  {
    name: 'question',
    about: 'asks, and hears the answer to its end',
    isShort: true,
    isWhole: true,
    async act(caller) {
      await caller.greeted();
      await caller.asks();
      await caller.hearsAnswer();
    },
  },
  {
    name: 'cough',
    about: 'coughs into the answer',
    needs: 'question',
    isShort: true,
    act: (caller) => soundsInto(caller, 'cough'),
  },
  {
    name: 'backchannel',
    about: 'says “mhm” into the answer',
    needs: 'question',
    act: (caller) => soundsInto(caller, 'backchannel'),
  },
  {
    name: 'noise',
    about: 'asks from a noisy street',
    isWhole: true,
    async act(caller) {
      await caller.greeted();
      await caller.says('noisyQuestion', 'speech');
      await caller.hearsAnswer();
    },
  },
  {
    name: 'interrupted greeting',
    about: 'speaks into the greeting',
    async act(caller) {
      await caller.isUnderWay();
      await caller.says('question', 'into');
      await caller.hearsAnswer();
    },
  },
  {
    name: 'interrupted answer',
    about: 'speaks into the answer',
    isShort: true,
    async act(caller) {
      await caller.greeted();
      await caller.asks();
      await caller.isUnderWay();
      await caller.says('interruption', 'into');
      await caller.hearsAnswer();
    },
  },
  {
    name: 'asks on',
    about: 'asks, and goes on before there is an answer',
    async act(caller) {
      await caller.greeted();
      // What is asked first is not answered: the bot is to hear both.
      await caller.says('question', 'opening');
      await caller.waits(ASKS_ON_AFTER_MS);
      await caller.says('interruption', 'speech');
      await caller.hearsAnswer();
    },
  },
  {
    name: 'dictation',
    about: 'dictates a number with a pause in it',
    async act(caller) {
      await caller.greeted();
      await caller.says('dictation', 'speech');
      await caller.hearsAnswer();
    },
  },
  {
    name: 'silence',
    about: 'says nothing for 12 s, then asks a bot that has not hung up',
    async act(caller) {
      await caller.greeted();
      if (!(await caller.waitsInSilence(SILENT_MS))) return;
      await caller.asks();
      await caller.hearsAnswer();
    },
  },
  {
    name: 'hang-up',
    about: 'hangs up in the middle of the answer; who calls next is greeted',
    isShort: true,
    async act(caller) {
      await caller.greeted();
      await caller.asks();
      await caller.begun();
      await caller.callsAgain();
      await caller.greeted();
    },
  },
];

async function soundsInto(caller: CallerActs, sound: 'cough' | 'backchannel'): Promise<void> {
  await caller.greeted();
  await caller.asks();
  await caller.isUnderWay();
  await caller.says(sound, 'sound');
  await caller.hearsAnswer();
}
