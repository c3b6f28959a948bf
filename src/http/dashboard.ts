/** The operator's pages at `/`: files as they are. They hold nothing private; what they show they ask /api for. */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Serves a directory, if it is there. */
export async function serveDashboard(app: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  await app.register(fastifyStatic, {
    root: directory,
    prefix: '/',
    dotfiles: 'ignore',
    decorateReply: false,
  });
}
