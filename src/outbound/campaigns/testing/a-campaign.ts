/** A campaign for tests, and a list for it. */
import { readCampaign } from '../campaign-file.ts';
import type { Campaign } from '../campaign-file.ts';

/** A Tuesday, 10:00 in Moscow. */
export const EPOCH_MS = Date.parse('2026-12-01T07:00:00Z');

const EVERY_DAY = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** As a file has it: `more` is added. */
export function campaignText(more: Readonly<Record<string, unknown>> = {}): string {
  const week = Object.fromEntries(EVERY_DAY.map((day) => [day, '09:00-20:00']));
  return JSON.stringify({
    ...{ name: 'december', bot: 'reminder', country: 'RU', timeZone: 'Europe/Moscow', hours: { week } },
    ...more,
  });
}

export function aCampaign(more: Readonly<Record<string, unknown>> = {}): Campaign {
  return readCampaign(campaignText(more));
}

/** Mobile numbers of Russia, each another one. */
export function numberOf(nth: number): string {
  return `+7916${String(1_000_000 + nth)}`;
}

export function listOf(count: number): string {
  return ['number', ...Array.from({ length: count }, (_, at) => numberOf(at + 1)), ''].join('\n');
}
