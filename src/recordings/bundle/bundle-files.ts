/** What the files of a bundle are called. */

export const CALL_FILE = 'call.json';
export const CALLER_FILE = 'caller.wav';
export const BOT_FILE = 'bot.wav';
export const MIX_FILE = 'mix.wav';
export const OUTCOME_FILE = 'outcome.json';
/** What the company was told of the call, made when it was over. */
export const RESULT_FILE = 'result.json';
/** What the call was like to the ear. */
export const EAR_FILE = 'ear.json';
/** Where the caller has paused, if that was wanted. */
export const STOPS_FILE = 'stops.json';
/** Of a bundle that is a test. */
export const EXPECT_FILE = 'expect.yaml';
