/** Where the bot of a profile may put callers through to, by the names that its profile gives them. */
import type { BotProfile } from '../../config/bot-profile.ts';
import type { TransferTarget } from '../../telephony/transfer-target.ts';

export function placeNamed({ tools }: Pick<BotProfile, 'tools'>, name: string): TransferTarget | undefined {
  const [place] = tools.list.flatMap((tool) => ('transfer' in tool ? (tool.transfer.to[name] ?? []) : []));
  if (!place) return undefined;
  if ('endpoint' in place) return { kind: 'endpoint', endpoint: place.endpoint };
  if ('refer' in place) return { kind: 'refer', uri: place.refer };
  if ('number' in place) return { kind: 'number', number: place.number };
  const [context = '', extension = '', priority = '1'] = place.dialplan.split(',');
  return { kind: 'dialplan', context, extension, priority: Number(priority) };
}
