import { expect, it } from 'vitest';
import { readCampaign } from './campaign-file.ts';
import { aCampaign } from './testing/a-campaign.ts';

it('knows what nobody has written: three in a hundred may hear nobody, and nobody is called twice', () => {
  expect(aCampaign()).toMatchObject({
    concurrency: 5,
    callsPerSecond: 1,
    abandonment: { limit: 0.03 },
    retries: { maxTries: 1, busy: 'never', unknown: 'never' },
  });
});

it('tells every fault of a campaign with its line', () => {
  const text = `name: December 1
bot: reminder
country: XX
timeZone: Europe/Moskow
hours:
  week: { monday: 09:00-25:00 }
concurency: 5
retries: { busy: soon, reached: 1 h }
abandonment: { limit: 300% }
from: 2026-12-05
to: 2026-12-01
`;
  let told = '';
  try {
    readCampaign(text, 'c.yaml');
  } catch (error) {
    told = String(error);
  }
  for (const fault of [
    'c.yaml:1: name: expected small letters',
    'c.yaml:3: country: expected two letters',
    'c.yaml:4: timeZone: "Europe/Moskow" is no time zone; did you mean Europe/Moscow?',
    'c.yaml:6: hours.week.monday: expected hours',
    'c.yaml:7: concurency: is no key of a campaign; did you mean concurrency?',
    'c.yaml:8: retries.busy: expected a time',
    'c.yaml:8: retries.reached: is no key of a campaign',
    'c.yaml:9: abandonment.limit: expected a share',
    '[CAMPAIGN_INVALID]',
  ])
    expect(told).toContain(fault);
  const days = (from: string, to: string) => () => aCampaign({ from, to });
  expect(days('2026-12-05', '2026-12-01')).toThrow('not before `from`');
  expect(days('2026-12-05', '2026-12-05')).not.toThrow();
});
