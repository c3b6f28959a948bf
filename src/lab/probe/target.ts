/** Whom to call: a SIP URI (RFC 3261, 19.1.1), as far as a phone that speaks SIP over UDP and IPv4 can. */
import { ParleyError } from '../../base/errors.ts';

export interface Target {
  /** The extension or number. */
  readonly user: string;
  readonly host: string;
  /** 5060 where the URI has none. */
  readonly port: number;
}

const SIP_PORT = 5060;
const LAST_PORT = 65_535;

/** Throws DIAL_TARGET_INVALID, with what is wrong. */
export function parseTarget(text: string): Target {
  const refuse = (why: string): never => {
    throw new ParleyError('DIAL_TARGET_INVALID', `“${text}” cannot be dialled: ${why}.`);
  };
  if (/^sips:|;transport=(?!udp\b)/i.test(text)) return refuse('only SIP over UDP is spoken here');
  if (/@\[/.test(text)) return refuse('only IPv4 is spoken here');
  const found = /^sip:([^\s@:;?<>"]+)@([\w.-]+)(?::(\d+))?(?:;transport=udp)?$/i.exec(text);
  if (!found?.[1] || !found[2]) return refuse('it is not like sip:100@192.0.2.1 or sip:100@pbx:5070');
  const port = Number(found[3] ?? SIP_PORT);
  if (port < 1 || port > LAST_PORT) return refuse(`there is no port ${port}`);
  return { user: found[1], host: found[2], port };
}
