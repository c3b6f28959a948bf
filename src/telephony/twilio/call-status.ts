/** How a call at Twilio stands (twilio.com/docs/voice/api/call-resource, Status). */
import type { Unconnected } from '../telephone.ts';

/** Nothing follows one of these. */
const TERMINAL: readonly string[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

export function isTerminal(status: string): boolean {
  return TERMINAL.includes(status);
}

/** What a call that has ended without an answer came to. `sipCode`: what the far end's network said. */
export function unconnectedOf(status: string, sipCode: string | undefined): Unconnected {
  if (status === 'busy') return sipCode === '603' || sipCode === '403' ? 'refused' : 'busy';
  if (status === 'no-answer') return 'noAnswer';
  if (status === 'failed' && ['404', '410', '480', '484', '604'].includes(sipCode ?? ''))
    return 'unreachable';
  if (status === 'failed' && ['403', '603', '607', '608'].includes(sipCode ?? '')) return 'refused';
  return 'failed';
}
