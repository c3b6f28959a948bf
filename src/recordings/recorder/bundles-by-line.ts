/** Which bundle is of which line: names of bundles end with the line's id. The directory is looked at once, however many ask. */
import { readdir } from 'node:fs/promises';

/** An ISO time without colons and dots, and a dash. */
const TIME_LENGTH = '2020-01-01T00-00-00-000Z-'.length;
/** Of a name; file systems take 255 bytes. */
const MOST_LENGTH = 200;

export function bundleName(startedAt: Date, lineId: string): string {
  return `${startedAt.toISOString().replaceAll(/[:.]/g, '-')}-${lineId}`.slice(0, MOST_LENGTH);
}

export class BundlesByLine {
  readonly #names: () => Promise<readonly string[]>;
  /** The latest of each line; undefined until somebody asks. */
  #known: Map<string, string> | undefined;

  /** `names` are those of all bundles, in any order. */
  constructor(dir: string, names = () => readdir(dir).catch(() => [])) {
    this.#names = names;
  }

  async of(lineId: string): Promise<string | undefined> {
    this.#known ??= new Map((await this.#names()).toSorted().map((name) => [lineOf(name), name]));
    return this.#known.get(lineId.slice(0, MOST_LENGTH - TIME_LENGTH));
  }

  add(name: string): void {
    this.#known?.set(lineOf(name), name);
  }

  /** To be looked at again: some may be gone. */
  forget(): void {
    this.#known = undefined;
  }
}

function lineOf(name: string): string {
  return name.slice(TIME_LENGTH);
}
