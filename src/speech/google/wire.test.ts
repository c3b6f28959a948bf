/** The proto files against the official packages' own: the same names, numbers and types, so the same bytes mean the same to both. */
import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';

interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly label: string;
  readonly typeName: string;
}

interface Described {
  readonly field?: readonly Field[];
  readonly value?: readonly { readonly name: string; readonly number: number }[];
  readonly nestedType?: readonly (Described & { readonly name: string })[];
  readonly enumType?: readonly (Described & { readonly name: string })[];
}

/** What a name means on the wire; the package a type lies in says nothing there. */
type Meanings = ReadonlyMap<string, string>;

const protosOf = (name: string) => join(projectRoot(), 'node_modules', name, 'build/protos');

function meanings(path: string, includeDirs: readonly string[], packageName: string): Meanings {
  const found = new Map<string, string>();
  const note = (name: string, { field = [], value = [], nestedType = [], enumType = [] }: Described) => {
    for (const one of field) {
      const type = one.typeName.slice(one.typeName.lastIndexOf('.') + 1);
      found.set(`${name}.${one.name}`, [one.number, one.label, one.type, type].join(' '));
    }
    for (const one of value) found.set(`${name}.${one.name}`, String(one.number));
    for (const nested of [...nestedType, ...enumType]) note(`${name}.${nested.name}`, nested);
  };
  const loaded = loadSync(path, { keepCase: true, includeDirs: [...includeDirs] });
  for (const [name, definition] of Object.entries(loaded)) {
    const isMine = name.startsWith(`${packageName}.`) || name === 'google.protobuf.Duration';
    if (isMine && 'type' in definition)
      note(name.slice(name.lastIndexOf('.') + 1), definition.type as Described);
  }
  return found;
}

const files = [
  {
    ours: 'google/tts.proto',
    theirs: 'google/cloud/texttospeech/v1/cloud_tts.proto',
    packageName: 'google.cloud.texttospeech.v1',
    of: '@google-cloud/text-to-speech',
    service: 'TextToSpeech',
  },
  {
    ours: 'google/stt.proto',
    theirs: 'google/cloud/speech/v2/cloud_speech.proto',
    packageName: 'google.cloud.speech.v2',
    of: '@google-cloud/speech',
    service: 'Speech',
  },
];

describe.each(files)('$ours', ({ ours, theirs, packageName, of, service }) => {
  const mine = meanings(ours, ['proto'], packageName);
  const official = meanings(theirs, [protosOf(of), protosOf('google-gax')], packageName);

  it.each([...mine])('%s is what the official package says', (name, meaning) => {
    expect(official.get(name)).toBe(meaning);
  });

  it('names fields, and services by their official paths', () => {
    expect(mine.size).toBeGreaterThan(15);
    const pathsOf = (path: string, includeDirs: string[]) => {
      const definition = loadSync(path, { keepCase: true, includeDirs })[`${packageName}.${service}`];
      return new Map(
        Object.entries(definition ?? {}).map(([name, { path, requestStream, responseStream }]) => [
          name,
          [path, requestStream, responseStream],
        ]),
      );
    };
    const theirPaths = pathsOf(theirs, [protosOf(of), protosOf('google-gax')]);
    for (const [method, path] of pathsOf(ours, ['proto'])) expect(theirPaths.get(method)).toEqual(path);
  });
});
