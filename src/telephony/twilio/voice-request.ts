/** Fields of a webhook, as far as they are used here. */
export interface VoiceRequest {
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  readonly callerName: string;
  readonly bot: string | undefined;
  /** The id of the order, of a call that Parley makes. */
  readonly ordered?: string | undefined;
}
