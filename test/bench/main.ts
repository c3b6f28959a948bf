/** `npm run bench [name…]`: measures and prints; without a name, everything. */
import { benchVoiceActivity } from './vad.ts';

const BENCHES: Readonly<Record<string, () => Promise<void> | void>> = {
  vad: benchVoiceActivity,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`No bench named ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(64);
}
for (const name of names) {
  console.log(`\n${name}`);
  await BENCHES[name]?.();
}
