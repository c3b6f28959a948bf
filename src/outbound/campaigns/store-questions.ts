/** What the store is asked over the distance of a thread. */
import { createHash } from 'node:crypto';
import { ParleyError } from '../../base/errors.ts';
import { Thread } from '../../base/thread.ts';
import { readCampaign } from './campaign-file.ts';
import { readLeads } from './read-leads.ts';
import type { EndedTry, Settled } from './kept-campaign.ts';
import type { CampaignStore } from './store.ts';

/** A campaign as it comes from outside: texts. */
export interface CampaignTexts {
  /** YAML or JSON. */
  readonly campaign: string;
  /** CSV or JSON. */
  readonly leads: string;
  readonly doNotCall?: string | undefined;
}

export interface NewTexts extends CampaignTexts {
  /** Those that there are. */
  readonly bots: readonly string[];
  readonly epochMs: number;
}

const ASKED = [
  'all',
  'progress',
  'faults',
  'order',
  'claim',
  'giveBack',
  'finish',
  'recover',
  'untold',
  'told',
  'timeZones',
  'waitingZones',
  'answers',
  'results',
  'lines',
  'restore',
  'share',
  'isShared',
  'remove',
  'close',
] as const satisfies readonly (keyof CampaignStore)[];
type Asked = (typeof ASKED)[number];

export type StoreQuestion =
  | { readonly kind: 'create'; readonly texts: NewTexts }
  | { readonly kind: Asked; readonly given: readonly unknown[] };

/** The store as everybody but its thread sees it. Rejects as the store throws. */
export type StorePort = {
  readonly [Name in Exclude<Asked, 'finish'>]: (
    ...given: Parameters<CampaignStore[Name]>
  ) => Promise<ReturnType<CampaignStore[Name]>>;
} & {
  /** Undefined: another process has the campaign by now, and tells what came of the lead. */
  finish(ended: EndedTry): Promise<Settled | undefined>;
  /** Throws also CAMPAIGN_INVALID and LEADS_INVALID. */
  create(texts: NewTexts): Promise<ReturnType<CampaignStore['create']>>;
  /** Writes what is asked already, and ends. */
  end(): Promise<void>;
};

export function answerFrom(store: CampaignStore, question: StoreQuestion): unknown {
  if (question.kind === 'create') return createFrom(store, question.texts);
  const { kind, given } = question;
  return (store as unknown as Record<Asked, (...given: readonly unknown[]) => unknown>)[kind](...given);
}

function createFrom(store: CampaignStore, texts: NewTexts) {
  const campaign = readCampaign(texts.campaign);
  const { country, timeZone } = campaign;
  const bots = new Set(texts.bots);
  if (!bots.has(campaign.bot))
    throw new ParleyError('CAMPAIGN_INVALID', `There is no bot "${campaign.bot}".`);
  const isBot = (name: string) => bots.has(name);
  const read = readLeads(texts.leads, { country, timeZone, isBot, doNotCall: texts.doNotCall });
  const digest = createHash('sha256')
    .update(JSON.stringify([texts.campaign, texts.leads, texts.doNotCall ?? '']))
    .digest('hex');
  return store.create({ campaign, ...read, digest, epochMs: texts.epochMs });
}

/** In a thread of its own, begun when something is asked and again when it has ended. */
export function storeInThread(file: string): StorePort {
  let thread: Thread | undefined;
  const ask = (question: StoreQuestion) => {
    if (!thread || thread.isOver)
      thread = new Thread({
        module: new URL('./store-thread', import.meta.url),
        data: { file },
        goneCode: 'CAMPAIGNS_UNAVAILABLE',
      });
    return thread.ask(question);
  };
  return portOver(ask, async () => {
    if (thread && !thread.isOver) await ask({ kind: 'close', given: [] });
    await thread?.close();
  });
}

/** In this thread: for rehearsals, where nobody is on the line. */
export function storeAtHand(store: CampaignStore): StorePort {
  return portOver(
    async (question) => answerFrom(store, question),
    async () => store.close(),
  );
}

function portOver(ask: (question: StoreQuestion) => Promise<unknown>, end: () => Promise<void>): StorePort {
  const asked = ASKED.map((kind) => [kind, (...given: readonly unknown[]) => ask({ kind, given })] as const);
  return {
    ...(Object.fromEntries(asked) as unknown as Omit<StorePort, 'create' | 'end'>),
    create: (texts) => ask({ kind: 'create', texts }) as ReturnType<StorePort['create']>,
    end,
  };
}
