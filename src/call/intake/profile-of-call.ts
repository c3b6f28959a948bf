/**
 * The profile of one call: what its bot says at this hour, with the hour and the numbers of the call filled in. It is recorded with the
 * call, so that a replay knows no other hour.
 */
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Flow, FlowText } from '../../config/flow-shape.ts';
import { messageOf } from '../../config/profile-outbound.ts';
import { filledIn } from '../../config/placeholders.ts';
import type { PlaceholderValues } from '../../config/placeholders.ts';
import { isOpenAt } from '../../config/working-hours.ts';
import type { Party } from '../../telephony/line.ts';

export interface Moment {
  readonly id: string;
  readonly party: Pick<Party, 'number' | 'dialled'> & Partial<Pick<Party, 'direction'>>;
  /** What it was ordered with, if Parley has placed it. */
  readonly variables?: Readonly<Record<string, string>>;
  /** When the call arrived, milliseconds since 1970. */
  readonly epochMs: number;
}

export interface ProfileOfCall {
  readonly profile: BotProfile;
  /** It is outside the hours, and the profile wants such calls to go to the fallback. */
  readonly sendsAway: boolean;
}

export function profileOfCall(profile: BotProfile, moment: Moment): ProfileOfCall {
  const { id, party, epochMs, variables = {} } = moment;
  const { direction = 'inbound' } = party;
  const { hours, language } = profile;
  const timeZone = profile.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const outside = hours && !isOpenAt(hours, timeZone, epochMs) ? hours.outside : undefined;
  const isPlaced = direction === 'outbound';
  const outbound = isPlaced ? profile.outbound : undefined;
  const valuesIn = (spoken: string): PlaceholderValues => ({
    variables,
    direction,
    now: timeText(epochMs, spoken, timeZone),
    'caller.number': dialable(party.number) || unknownNumber(spoken),
    'call.dialled': dialable(party.dialled) || unknownNumber(spoken),
    'call.id': id,
  });
  const promptOf = (given: string) =>
    [given, outside?.prompt, outbound?.prompt].filter((text) => text !== undefined).join('\n\n');
  const further = Object.entries(profile.languages ?? {}).map(([tag, spoken]) => {
    const values = valuesIn(tag);
    const greeting = filledIn(spoken.greeting, values);
    return [
      tag,
      { ...spoken, greeting, prompt: filledIn(promptOf(spoken.prompt ?? profile.prompt), values) },
    ];
  });
  const values = valuesIn(language);
  const flow = profile.flow && flowAt(profile.flow, language, (tag) => timeText(epochMs, tag, timeZone));
  const message = messageOf(outbound);
  return {
    profile: {
      ...profile,
      // Whoever is called has not asked whether anybody is there: `outside` greets those who call.
      greeting: filledIn(
        outbound?.greeting ?? (isPlaced ? undefined : outside?.greeting) ?? profile.greeting,
        values,
      ),
      prompt: filledIn(promptOf(profile.prompt), values),
      ...(message !== undefined && {
        outbound: { ...outbound, whenMachine: { say: filledIn(message, values) } },
      }),
      ...(flow && { flow }),
      ...(profile.languages && {
        languages: Object.fromEntries(further) as NonNullable<BotProfile['languages']>,
      }),
    },
    sendsAway: outside?.fallback === true,
  };
}

/** The hour alone is filled in here, for a replay knows no other; the rest of what a script says is known as it goes. */
function flowAt(flow: Flow, language: string, nowIn: (tag: string) => string): Flow {
  const filled = (text: string, tag: string) => text.replaceAll(NOW, () => nowIn(tag));
  const inText = (text: FlowText | undefined) => {
    if (text === undefined || typeof text === 'string') return text && filled(text, language);
    return Object.fromEntries(Object.entries(text).map(([tag, said]) => [tag, filled(said, tag)]));
  };
  const steps = Object.entries(flow.steps).map(([id, step]) => {
    const [say, ask] = [inText(step.say), inText(step.ask)];
    const given = step.do?.arguments;
    // JSON in JSON: what the hour is made of needs no escaping.
    const done = given && (JSON.parse(filled(JSON.stringify(given), language)) as typeof given);
    const action = step.do && { ...step.do, ...(done && { arguments: done }) };
    return [
      id,
      {
        ...step,
        ...(say !== undefined && { say }),
        ...(ask !== undefined && { ask }),
        ...(action && { do: action }),
      },
    ];
  });
  return { ...flow, steps: Object.fromEntries(steps) as Flow['steps'] };
}

const NOW = /\{\{\s*now\s*\}\}/g;

/** `Saturday, November 28, 2026 at 21:05`, in the bot's language. */
function timeText(epochMs: number, language: string, timeZone: string): string {
  const format = { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(language, format).format(epochMs);
}

/** Longer is no number that anybody dials. */
const LONGEST_NUMBER = 32;

/** A caller chooses what stands as the number: of words to the model nothing is left. */
function dialable(number: string): string {
  return number.replaceAll(/[^\d+*#]/g, '').slice(0, LONGEST_NUMBER);
}

function unknownNumber(language: string): string {
  const words = { ru: 'неизвестен', he: 'לא ידוע' };
  const [part = ''] = language.split('-');
  return part in words ? words[part as keyof typeof words] : 'unknown';
}
