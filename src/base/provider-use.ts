/** Of what providers grant, requests a second. */
export interface ProviderUse {
  readonly synthesis: number;
  readonly recognition: number;
}

/** How much of so many requests a second is this daemon's among those that use the same quota. */
export type ShareOf = (kind: keyof ProviderUse, wholePerSecond: number) => number;
