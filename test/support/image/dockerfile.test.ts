import { describe, expect, it } from 'vitest';
import { isInContext, parseDockerfile } from './dockerfile.ts';

describe('a Dockerfile', () => {
  it('is read into stages, with arguments filled in and lines joined', () => {
    const text = [
      'ARG VERSION=24',
      '# A comment.',
      'FROM node:${VERSION}-bookworm-slim AS build',
      'COPY package.json .npmrc ./',
      'RUN npm ci \\',
      '  && true',
      'FROM debian',
      'ENV A=1 \\',
      '    B=2',
      'COPY --from=build /app/dist dist',
      'EXPOSE 8080',
      'HEALTHCHECK --interval=10s CMD ["node", "-e", "1"]',
    ].join('\n');
    expect(parseDockerfile(text)).toEqual([
      {
        name: 'build',
        from: 'node:24-bookworm-slim',
        steps: [
          { kind: 'copy', fromStage: undefined, sources: ['package.json', '.npmrc'], to: './' },
          { kind: 'run', command: 'npm ci && true' },
        ],
      },
      {
        name: '1',
        from: 'debian',
        steps: [
          { kind: 'env', variables: { A: '1', B: '2' } },
          { kind: 'copy', fromStage: 'build', sources: ['/app/dist'], to: 'dist' },
          { kind: 'healthcheck', command: ['node', '-e', '1'] },
        ],
      },
    ]);
  });

  it.each(['FROM a\nADD x y', 'FROM a\nCOPY --chown=1 x y', 'RUN true'])('with «%s» is refused', (text) => {
    expect(() => parseDockerfile(text)).toThrow();
  });
});

it.each([
  ['src/main.ts', true],
  ['src/main.test.ts', false],
  ['sounds/make.ts', false],
  ['sounds/a/b.wav', true],
  ['.env', false],
  ['secrets/ari-password', false],
])('%s goes to the builder: %s', (path, expected) => {
  expect(isInContext(path, '*\n!src\n!sounds\n**/*.test.ts\nsounds/make.ts\n')).toBe(expected);
});
