/** What deploy/ promises: Kubernetes manifests that its API takes as they stand, and that fit each other and Parley's settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { isSecret, settingNames } from '../../src/config/settings-table.ts';
import { addGauges, createMetrics } from '../../src/ops/metrics.ts';

const directory = join(projectRoot(), 'deploy/kubernetes');
const read = (name: string) => readFileSync(join(directory, name), 'utf8');

/** What is said of each kind, as the API describes it. */
const MODELS = {
  ConfigMap,
  HorizontalPodAutoscaler,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceMonitor,
  StatefulSet,
} as const;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: keyof typeof MODELS;
  readonly metadata: { readonly name: string };
}

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
}

const kustomization = parse(read('kustomization.yaml')) as Kustomization;
const manifests = kustomization.resources.flatMap((name) =>
  parseAllDocuments(read(name)).map((document): Manifest => document.toJS() as Manifest),
);

function one<Kind extends Manifest['kind']>(
  kind: Kind,
  name = 'parley',
): InstanceType<(typeof MODELS)[Kind]> {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found as unknown as InstanceType<(typeof MODELS)[Kind]>;
}

/** Throws where the API would refuse it. */
function validate(manifest: Manifest): void {
  const Model = MODELS[manifest.kind] as unknown as new (given: unknown) => { validate(): void };
  new Model(manifest).validate();
}

function isRefused(manifest: Manifest): boolean {
  try {
    validate(manifest);
    return false;
  } catch {
    return true;
  }
}

/** The way to every value that is neither an object nor a list. */
function* leaves(value: unknown, way: readonly string[] = []): Iterable<readonly string[]> {
  if (typeof value !== 'object' || value === null) yield way;
  else for (const [name, inner] of Object.entries(value)) yield* leaves(inner, [...way, name]);
}

/** The same manifest with something there that no field takes. */
function spoiled(manifest: Manifest, way: readonly string[]): Manifest {
  const copy = structuredClone(manifest) as unknown;
  let inner = copy as Record<string, unknown>;
  for (const name of way.slice(0, -1)) inner = inner[name] as Record<string, unknown>;
  inner[way.at(-1) ?? ''] = [[{}]];
  return copy as Manifest;
}

describe('the manifests for Kubernetes', () => {
  it('are all that lie there', () => {
    const files = readdirSync(directory).filter((name) => name !== 'kustomization.yaml');
    expect([...kustomization.resources].sort()).toEqual(files.sort());
  });

  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is what the API takes',
    (_name, manifest) => {
      expect(manifest.apiVersion).toBe(
        (MODELS[manifest.kind] as { readonly apiVersion?: string }).apiVersion,
      );
      validate(manifest);
      // The schemas let unknown fields pass. A field that is known takes no list of lists.
      const unknown = [...leaves(manifest)].filter((way) => !isRefused(spoiled(manifest, way)));
      expect(unknown.map((way) => way.join('.'))).toEqual([]);
    },
  );

  it('give Parley settings that are settings, and every secret as a file that is mounted', () => {
    const { data = {} } = one('ConfigMap');
    const known = settingNames().flatMap((name) => (isSecret(name) ? [`${name}_FILE`] : [name]));
    expect(Object.keys(data).filter((name) => !known.includes(name))).toEqual([]);
    const container = one('StatefulSet').spec?.template.spec?.containers[0];
    const secrets = container?.volumeMounts?.find(({ name }) => name === 'secrets');
    for (const [name, value] of Object.entries(data))
      if (name.endsWith('_FILE')) expect(value).toMatch(new RegExp(`^${secrets?.mountPath}/[a-z-]+$`));
    expect(container?.envFrom?.map(({ configMapRef }) => configMapRef?.name)).toEqual(['parley']);
  });

  it('leave a pod more time than preStop and the calls that go on may take', () => {
    const pod = one('StatefulSet').spec?.template.spec;
    const [, seconds] = pod?.containers[0]?.lifecycle?.preStop?.exec?.command ?? [];
    const drains = Number(one('ConfigMap').data?.['DRAIN_SECONDS']);
    expect(pod?.terminationGracePeriodSeconds ?? 0).toBeGreaterThan(Number(seconds) + drains);
  });

  it('choose the pods that there are, by ports that they have', () => {
    const { spec } = one('StatefulSet');
    const labels = spec?.template.metadata?.labels;
    const selectors = [
      spec?.selector.matchLabels,
      one('Service').spec?.selector,
      one('Service', 'parley-each').spec?.selector,
      one('PodDisruptionBudget').spec?.selector?.matchLabels,
      one('NetworkPolicy').spec?.podSelector?.matchLabels,
    ];
    for (const selector of selectors) expect(selector).toEqual(labels);
    const [container] = spec?.template.spec?.containers ?? [];
    const ports = container?.ports?.map(({ name }) => name) ?? [];
    const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];
    expect(probes.map((probe) => probe?.httpGet?.path)).toEqual(['/healthz', '/healthz', '/readyz']);
    for (const probe of probes) expect(ports).toContain(probe?.httpGet?.port);
    for (const { targetPort } of one('Service').spec?.ports ?? []) expect(ports).toContain(targetPort);
    expect(spec?.serviceName).toBe(one('Service', 'parley-each').metadata?.name);
  });

  it('scale by a figure that Parley has, and what there is', async () => {
    const { spec } = one('HorizontalPodAutoscaler');
    const target = one('StatefulSet');
    expect(spec?.scaleTargetRef).toEqual({
      ...{ apiVersion: target.apiVersion, kind: target.kind },
      name: target.metadata?.name,
    });
    expect(spec?.minReplicas).toBeGreaterThanOrEqual(2);
    // Each `kubectl apply` would have their number go back to it.
    expect(target.spec).not.toHaveProperty('replicas');
    const metrics = createMetrics();
    addGauges(metrics, { activeCalls: () => 0, ariConnected: () => true, lagMs: () => 0, results: () => 0 });
    const names = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names).toContain(spec?.metrics?.[0]?.pods?.metric.name);
  });

  it('run as nobody, write where a volume is, and take the image of this version', () => {
    const pod = one('StatefulSet').spec?.template.spec;
    expect(pod?.securityContext?.runAsNonRoot).toBe(true);
    const [container] = pod?.containers ?? [];
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(kustomization.images).toEqual([{ name: container?.image, newTag: version }]);
  });
});
