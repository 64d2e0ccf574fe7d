/** Owns knowing which answers are still under way, so that a server that ends does not cut them off. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';

/**
 * Watches a server from now on.
 *
 * GET streams do not count: they stay open until the client leaves, and it resumes them elsewhere.
 *
 * @returns A function that resolves when no other answer is under way.
 */
export function watchAnswers(server: Server): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  server.on('request', (request, response) => {
    if (request.method === 'GET') return;
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return async () => {
    while (underWay.size > 0) await Promise.all([...underWay].map((response) => once(response, 'close')));
  };
}
