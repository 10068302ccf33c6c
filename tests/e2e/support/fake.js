/** A Confluence site on this computer: the generated one of `pagelift-fake`. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { program } from './programs.js';

export const EMAIL = 'ada@example.com';
export const TOKEN = 'secret-token';

/** The client that is registered with `--oauth`, and the password of everybody there: user names are `ada` and `bo`. */
export const CLIENT = { id: 'fake-client-id', secret: 'fake-client-secret' };
export const PASSWORD = 'open sesame';

/**
 * Serves a site. The answer: its address, that of a second site where there is one, and how to end it; with `--oauth` also what was
 * asked for the sign-in (`log`), every code and token so far (`issued`), and how to `make` things happen, such as
 * `clock?advance=3600`, `end-access`, `revoke?account=0`, `consent?answer=cancel` or `token-faults?kinds=lost,html`.
 */
export async function serveSite(...options) {
  const server = spawn(program('PAGELIFT_FAKE'), options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const ended = once(server, 'exit').then(([code]) => Promise.reject(new Error(`pagelift-fake ended with ${code}`)));
  // It ends sooner or later; only an end before the first lines is a failure.
  ended.catch(() => {});
  const line = async () => {
    const { value, done } = await Promise.race([lines.next(), ended]);
    return done ? await ended : value;
  };
  const address = await line();
  const second = options.includes('--second-site') ? await line() : undefined;
  const wish = async (name, method) => {
    const answer = await fetch(new URL(`/__fake/${name}`, address), { method });
    assert.ok(answer.ok, `${name}: ${answer.status}`);
    return answer;
  };
  return {
    address,
    second,
    log: async () => await (await wish('log', 'GET')).json(),
    issued: async () => await (await wish('issued', 'GET')).json(),
    make: async (name) => void (await wish(name, 'POST')),
    end: () => server.kill(),
  };
}
