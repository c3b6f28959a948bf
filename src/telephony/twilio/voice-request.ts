/** Fields of a webhook, as far as they are used here. */
export interface VoiceRequest {
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  readonly callerName: string;
  readonly bot: string | undefined;
}
