/** When somebody of a time zone may be called. */
import { dateAt, isOpenAt } from '../../config/working-hours.ts';
import type { Campaign } from './campaign-file.ts';

/** Of every zone on earth the day has ended so long after it has in the first one, ms. */
const LAST_ZONE_BEHIND_MS = 26 * 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** By the clocks there, as they stand at that moment. */
export function mayCall(campaign: Campaign, timeZone: string, epochMs: number): boolean {
  const { from = '', to = '9999-12-31', hours } = campaign;
  const today = dateAt(epochMs, timeZone);
  return today >= from && today <= to && isOpenAt(hours, timeZone, epochMs);
}

/** Its last day is over everywhere. */
export function isPast({ to }: Campaign, epochMs: number): boolean {
  return to !== undefined && epochMs >= Date.parse(to) + DAY_MS + LAST_ZONE_BEHIND_MS;
}

const MINUTE_MS = 60_000;

/** The zones of a campaign, looked at once a minute: clocks everywhere change on whole ones. */
export class ZoneHours {
  readonly #campaign: Campaign;
  readonly #timeZones: readonly string[];
  #minute: number | undefined;
  #open: readonly string[] = [];

  constructor(campaign: Campaign, timeZones: readonly string[]) {
    this.#campaign = campaign;
    this.#timeZones = timeZones;
  }

  openAt(epochMs: number): readonly string[] {
    const minute = Math.floor(epochMs / MINUTE_MS);
    if (minute !== this.#minute)
      this.#open = this.#timeZones.filter((timeZone) => mayCall(this.#campaign, timeZone, epochMs));
    this.#minute = minute;
    return this.#open;
  }
}
