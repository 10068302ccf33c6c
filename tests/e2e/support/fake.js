/** A Confluence site on this computer: the generated one of `pagelift-fake`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { program } from './programs.js';

export const EMAIL = 'ada@example.com';
export const TOKEN = 'secret-token';

/** Serves a site and answers its address and how to end it. */
export async function serveSite(...options) {
  const server = spawn(program('PAGELIFT_FAKE'), options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  const [address] = await Promise.race([
    once(lines, 'line'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`pagelift-fake ended with ${code}`))),
  ]);
  return { address, end: () => server.kill() };
}
