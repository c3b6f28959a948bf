/**
 * What is known of tools with effects beyond this process. Before one goes out a line is written, and another when it has ended: what was
 * begun and has no end may have been done.
 */
import { z } from 'zod';

const begun = z.object({
  event: z.literal('begun'),
  call: z.string(),
  tool: z.string(),
  /** The idempotency key that the other side was given. */
  key: z.string(),
  /** By the wall clock, ISO. */
  at: z.string(),
});

const HOW = ['done', 'failed', 'notSent', 'unknown'] as const;

const ended = begun.extend({ event: z.literal('ended'), how: z.enum(HOW) });

export const journalLine = z.discriminatedUnion('event', [begun, ended]);
export type JournalLine = Readonly<z.output<typeof journalLine>>;

/**
 * done: the other side says so. failed: it says that it was not. notSent: nothing went out. unknown: nobody can say, and it must not be
 * repeated without asking.
 */
export type HowEnded = (typeof HOW)[number];

export interface JournalledUse {
  readonly call: string;
  readonly tool: string;
  readonly key: string;
}

export interface EarlierUse extends JournalledUse {
  readonly how: HowEnded;
}

export interface ToolJournal {
  /** Resolves when the line is safe. Rejects if it cannot be: then nothing may be done. */
  begun(use: JournalledUse): Promise<void>;
  /** Never rejects: a line that is lost makes the next start ask, no more. */
  ended(use: JournalledUse, how: HowEnded): Promise<void>;
}

/** Each use that the lines tell of, as it ended at last; one without an end is unknown. A line that cannot be read is passed over. */
export function usesIn(lines: Iterable<string>): readonly (EarlierUse & { readonly hasEnd: boolean })[] {
  const uses = new Map<string, EarlierUse & { readonly hasEnd: boolean }>();
  for (const line of lines) {
    const read = parsed(line);
    if (!read) continue;
    const { call, tool, key } = read;
    if (read.event === 'begun') uses.set(key, { call, tool, key, how: 'unknown', hasEnd: false });
    else uses.set(key, { call, tool, key, how: read.how, hasEnd: true });
  }
  return [...uses.values()];
}

/** For the model of a call that is gone on with; undefined if there is nothing to tell. */
export function toldOfEarlier(uses: readonly EarlierUse[]): string | undefined {
  const names = [...new Set(uses.filter(({ how }) => how === 'unknown').map(({ tool }) => tool))];
  if (names.length === 0) return undefined;
  return (
    `The connection broke while this was being done: ${names.join(', ')}. It may have been done, nobody knows. ` +
    'Tell the caller so if it matters, and do not do it again unless the caller asks for it.'
  );
}

function parsed(line: string): JournalLine | undefined {
  try {
    return journalLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
