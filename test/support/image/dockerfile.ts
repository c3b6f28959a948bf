/** Reads a Dockerfile into stages: as much of its language as Parley's own uses, and a refusal of everything else. Pure. */

export interface Stage {
  readonly name: string;
  /** The image, or an earlier stage's name, with its arguments filled in. */
  readonly from: string;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | {
      readonly kind: 'copy';
      readonly fromStage: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'user'; readonly name: string }
  | {
      readonly kind: 'healthcheck' | 'entrypoint' | 'cmd';
      readonly command: readonly string[];
    };

/** Nothing that has to be done: they tell an engine something. */
const FOR_ENGINES = ['EXPOSE', 'STOPSIGNAL'];

export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; steps: Step[] }[] = [];
  const args = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'ARG') {
      const [name = '', value = ''] = rest.split('=');
      args.set(name, value);
    } else if (word === 'FROM') {
      const [from = '', , name = String(stages.length)] = rest.split(/\s+/);
      stages.push({
        name,
        from: from.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? ''),
        steps: [],
      });
    } else if (!FOR_ENGINES.includes(word)) {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`${word} stands before FROM.`);
      stage.steps.push(stepOf(word, rest));
    }
  }
  return stages;
}

function stepOf(word: string, rest: string): Step {
  switch (word) {
    case 'WORKDIR':
      return { kind: 'workdir', path: rest };
    case 'ENV':
      return { kind: 'env', variables: Object.fromEntries(rest.split(/\s+/).map(variableOf)) };
    case 'COPY':
      return copyOf(rest.split(/\s+/));
    case 'RUN':
      return { kind: 'run', command: rest };
    case 'USER':
      return { kind: 'user', name: rest };
    case 'HEALTHCHECK':
      return { kind: 'healthcheck', command: listOf(rest.slice(rest.indexOf('CMD ') + 'CMD '.length)) };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: listOf(rest) };
    case 'CMD':
      return { kind: 'cmd', command: listOf(rest) };
    default:
      throw new Error(`${word} cannot be done here.`);
  }
}

function variableOf(pair: string): [string, string] {
  const [name = '', value = ''] = pair.split('=');
  return [name, value];
}

function copyOf(words: readonly string[]): Step {
  const flags = words.filter((word) => word.startsWith('--'));
  const [unknown] = flags.filter((flag) => !flag.startsWith('--from='));
  if (unknown) throw new Error(`COPY ${unknown} cannot be done here.`);
  const paths = words.filter((word) => !word.startsWith('--'));
  return {
    kind: 'copy',
    fromStage: flags[0]?.slice('--from='.length),
    sources: paths.slice(0, -1),
    to: paths.at(-1) ?? '',
  };
}

function listOf(json: string): string[] {
  return JSON.parse(json) as string[];
}

function logicalLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Whether the builder gets to see a file or directory of the context, by the lines of `.dockerignore`: the last that matches decides. */
export function isInContext(path: string, dockerignore: string): boolean {
  const lines = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const above = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const deciding = lines
    .filter((line) => above.some((part) => patternOf(line.replace(/^!/, '')).test(part)))
    .at(-1);
  return deciding === undefined || deciding.startsWith('!');
}

function patternOf(glob: string): RegExp {
  const pattern = glob
    .replaceAll(/[.+^$()|[\]{}\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${pattern}$`);
}
