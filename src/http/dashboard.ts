/** The operator's pages at `/`: files as they are. They hold nothing private; what they show they ask /api for. */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Serves directories under their prefixes, those that are there. The dashboard wears the report's clothes. */
export async function serveDashboard(
  app: FastifyInstance,
  directories: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [prefix, root] of Object.entries(directories)) {
    if (existsSync(root))
      await app.register(fastifyStatic, { root, prefix, dotfiles: 'ignore', decorateReply: false });
  }
}
