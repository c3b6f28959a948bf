/** What the bot of a recorded call can do beside talking: what came of it then, at its pace; or today's, where that is wanted. */
import type { BotAbilities } from '../../call/abilities.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { liveTools } from './live-tools.ts';
import { ReplayedContext } from './replayed-context.ts';
import { ReplayedJournal } from './replayed-journal.ts';
import { ReplayedTools } from './replayed-tools.ts';
import type { TapeTime } from './tape-time.ts';
import { noAnswer } from './unanswered.ts';
import type { Missing, Unanswered } from './unanswered.ts';

export interface LiveAbilities {
  readonly of: (profile: BotProfile) => BotAbilities;
  /** Also those that change something outside: what they do is done, once more. */
  readonly withEffects: boolean;
}

export interface ReplayedAbilitiesOptions {
  readonly call: RecordedCall;
  readonly profile: BotProfile;
  readonly time: TapeTime;
  readonly unanswered: Unanswered;
  /** Nobody needs an answer yet. */
  readonly isEarly: () => boolean;
}

/** Undefined for a bot that could only talk. */
export function replayedAbilities(
  { call, isEarly, profile, time, unanswered }: ReplayedAbilitiesOptions,
  live: LiveAbilities | undefined,
): BotAbilities | undefined {
  const { context, today, tools } = call;
  if (!tools && !context && today === undefined && !call.flow && !live) return undefined;
  const missing: Missing = (what, part = 'tools') =>
    isEarly() ? noAnswer(part, what) : unanswered.error(part, what);
  const recorded = tools && new ReplayedTools({ time, tools, profile, missing });
  const present = live?.of(profile);
  return {
    tools: live ? liveTools(present?.tools, recorded, { withEffects: live.withEffects, missing }) : recorded,
    journal: new ReplayedJournal(time, tools?.journal ?? []),
    contextOf: (facts, onReady) => {
      if (present) return present.contextOf(facts, onReady);
      return context && new ReplayedContext({ time, recorded: context, onReady, missing });
    },
    today: () => today ?? call.startedAt.slice(0, 'YYYY-MM-DD'.length),
  };
}
