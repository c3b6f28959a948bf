/** What docker-compose.yml promises of every service. Parsed here; test/e2e/operators-tools.test.ts shows it to Compose itself. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { isSecret, settingNames } from '../../src/config/settings-table.ts';

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly env_file?: string;
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly networks: Readonly<
    Record<string, { internal?: boolean; ipam?: { config: readonly { subnet: string }[] } } | null>
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const { version } = JSON.parse(read('package.json')) as { version: string };

/** The only ports that phones need; everything else is for this machine. */
const FOR_PHONES = ['5060:5060/udp', '10000-10199:10000-10199/udp'];

const isSecretName = (name: string) => /PASSWORD|SECRET|TOKEN|_KEY(_|$)/.test(name);

describe('docker compose', () => {
  it('runs these', () => {
    expect(services.map(([name]) => name)).toEqual([
      'asterisk',
      'parley',
      'parley-2',
      'parley-3',
      'balancer',
      'redis',
      'canary',
      'speech',
      'prometheus',
      'grafana',
    ]);
  });

  describe.each(services)('%s', (_name, service) => {
    it('says how to see that it is well', () => {
      expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    });

    it('is not root, has no powers of root, and gains none', () => {
      expect(service.user).toMatch(/^(?!root|0(:|$))\S+$/);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
    });

    it('writes only where a volume or a tmpfs is', () => {
      expect(service.read_only).toBe(true);
    });

    it('is reached from other machines as a telephone exchange only', () => {
      const outward = (service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'));
      expect(outward.filter((port) => !FOR_PHONES.includes(port))).toEqual([]);
    });

    it('is handed secrets as files', () => {
      const given = Object.entries(service.environment ?? {}).filter(([name]) => isSecretName(name));
      for (const [name, value] of given) {
        expect(name).toMatch(/_FILE$/);
        expect(service.secrets).toContain(String(value).replace(/^\/run\/secrets\//, ''));
      }
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]));
    });

    it('has an image of a version', () => {
      const [, tag = ''] = /:([^:/]+)$/.exec(service.image ?? '') ?? [];
      if (service.build === undefined) expect(tag).toMatch(/^v?\d+\.\d+\.\d+$/);
      else expect(tag).toBe(version);
    });

    it('is built from, and mounts, what is there', () => {
      const mounted = (service.volumes ?? []).map((volume) =>
        typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source,
      );
      const named = mounted.filter((source) => !source.startsWith('.'));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
      const files = mounted.filter((source) => source.startsWith('.'));
      if (service.build !== undefined) files.push(join(service.build, 'Dockerfile'));
      if (service.env_file !== undefined) files.push(`${service.env_file}.example`);
      expect(files.filter((file) => !existsSync(join(projectRoot(), file)))).toEqual([]);
      const configs = (service.configs ?? []).map(({ source }) => source);
      expect(Object.keys(compose.configs)).toEqual(expect.arrayContaining(configs));
    });
  });

  it('keeps every secret in a directory that git and the image never see', () => {
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/secrets\/[a-z0-9-]+$/);
    expect(read('.gitignore').split('\n')).toContain('/secrets/');
    expect(read('.dockerignore')).toMatch(/^\*$/m);
    expect(read('.dockerignore')).not.toMatch(/^!secrets/m);
    expect(text).not.toMatch(/\$\{[A-Z0-9_]*(PASSWORD|KEY|TOKEN|SECRET)/);
  });

  it('gives Parley settings that are settings', () => {
    const known = settingNames().flatMap((name) => (isSecret(name) ? [`${name}_FILE`] : [name]));
    const given = Object.keys(compose.services['parley']?.environment ?? {});
    expect(given.filter((name) => !known.includes(name as never))).toEqual([]);
  });

  it('gives Asterisk settings that its configuration knows', () => {
    const render = read('asterisk/render.sh');
    const given = Object.keys(compose.services['asterisk']?.environment ?? {});
    const known = (name: string) =>
      render.includes(`export ${name}=`) || render.includes(`secret ${name.replace(/_FILE$/, '')}\n`);
    expect(given.filter((name) => !known(name))).toEqual([]);
  });

  it('keeps ARI on a network without a way in or out', () => {
    expect(compose.networks['ari']).toEqual({ internal: true });
    const there = services.filter(([, { networks }]) => networks?.includes('ari')).map(([name]) => name);
    expect(there).toEqual(['asterisk', 'parley', 'parley-2', 'parley-3']);
    expect(compose.services['asterisk']?.ports?.join()).not.toContain('8088');
  });

  it.each(['pjsip.d', 'extensions.d'])(
    "reads the operator's own %s, which git and the image never see",
    (own) => {
      expect(compose.services['asterisk']?.volumes).toContain(`./asterisk/${own}:/etc/asterisk/${own}:ro`);
      expect(read('.gitignore').split('\n')).toContain(`/asterisk/${own}/*.conf`);
      const image = read('asterisk/.dockerignore');
      expect(image).toMatch(/^\*$/m);
      expect(image).not.toContain(`!${own}`);
    },
  );

  it('mounts nothing into what is mounted to be read only: Docker could make no place for it', () => {
    const { volumes = [], configs = [] } = compose.services['asterisk'] ?? {};
    const own = volumes.flatMap((volume) => (typeof volume === 'string' ? [volume.split(':')[1] ?? ''] : []));
    for (const { target } of configs)
      expect(own.filter((directory) => target.startsWith(`${directory}/`))).toEqual([]);
  });

  it('tells Asterisk where the canary is, so that it is not sent to the address for other machines', () => {
    const [{ subnet } = { subnet: 'none' }] = compose.networks['canary']?.ipam?.config ?? [];
    expect(compose.configs['docker-addresses']?.content).toContain(`local_net = ${subnet}\n`);
  });

  it('lets the canary say something that is in the image', () => {
    const { entrypoint = [], command = [] } = compose.services['canary'] ?? {};
    const script = entrypoint.find((part) => part.endsWith('.sh')) ?? '';
    expect(existsSync(join(projectRoot(), script.replace(/^\/app\//, '')))).toBe(true);
    const sound = command[command.indexOf('--say') + 1] ?? '';
    expect(existsSync(join(projectRoot(), sound))).toBe(true);
    const image = read('Dockerfile');
    for (const directory of [script.split('/')[2], sound.split('/')[0]])
      expect(image).toContain(`COPY ${directory} ${directory}\n`);
  });
});

describe.each(['Dockerfile', 'asterisk/Dockerfile'])('%s', (file) => {
  const lines = read(file).split('\n');

  it('builds on images of a version, does not end as root, and says how to see that it is well', () => {
    const stages = lines.filter((line) => line.startsWith('FROM '));
    for (const stage of stages) expect(stage).toMatch(/^FROM [a-z]+:(?!latest)\S+/);
    expect(lines.filter((line) => /^USER (?!root|0)/.test(line))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });
});
