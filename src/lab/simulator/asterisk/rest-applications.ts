/** `/applications`: which there are, and what one wants to hear of. */
import { z } from 'zod';
import { AriError } from './ari-error.ts';
import type { EventsHub } from './events-hub.ts';
import { json, operations, type Operation, type Parameters } from './rest-table.ts';

const filter = z.object({ applicationName: z.string(), allowed: z.array(z.object({ type: z.string() })) });

export function applicationOperations(events: EventsHub): readonly Operation[] {
  const operation = operations('applications');
  const want = (parameters: Parameters) => {
    const asked = filter.safeParse(parameters);
    if (!asked.success) throw new AriError(400, 'Bad request');
    const { applicationName: name, allowed } = asked.data;
    if (!events.has(name)) throw new AriError(404, 'Application not found');
    const types = allowed.map(({ type }) => type);
    events.want(name, types);
    return json({ name, events_allowed: allowed, events_disallowed: [] });
  };
  const list = () => json(events.apps.map((name) => ({ name })));
  return [
    operation('list', 'GET /applications', 'List[Application]', [], list),
    operation('filter', 'PUT /applications/{applicationName}/eventFilter', 'Application', [], want),
  ];
}
