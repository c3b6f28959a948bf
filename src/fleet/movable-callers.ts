/** What a fleet asks of a telephone whose callers stay where they are when the process that serves them dies. */
export interface MovableCallers {
  /** Which telephone system it is: daemons at the same one can take each other's callers. Empty while there is none. */
  readonly identity: string;
  /** How it reaches this daemon. */
  readonly app: string;
  /** Legs of the callers whom it keeps for another daemon. Throws if it cannot be asked. */
  callersOf(app: string): Promise<readonly string[]>;
  /**
   * Has a caller of another daemon come to this one, as any caller comes; whatever was made for the call there is deleted. `call`: its id
   * there, if known. False if the caller is gone. Throws if the telephone does not do it.
   */
  take(app: string, leg: string, call: string | undefined): Promise<boolean>;
  /** Has a caller whose line was let go of come to another daemon. False and throws as above. */
  give(leg: string, app: string): Promise<boolean>;
}
