/** A real browser as the browser of the desktop: Chromium without a window. Whoever opens an address starts it. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { isRunning } from './desktop.js';
import { installed } from './programs.js';
import { until } from './until.js';

const run = promisify(execFile);

const ENTRY = 'browser-of-the-tests.desktop';

/** Names under which Chromium and its children are installed. */
const PROGRAMS = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

export class Browser {
  /**
   * Makes it the system's browser, closed, and with a profile that knows nobody. Links of the schemes that `links` names for the
   * origin of a page go to the system without a question; a person would allow it in a dialog of the browser.
   */
  static async install(links = {}) {
    const session = process.env.PAGELIFT_SESSION;
    assert.ok(session, 'this is to run in tests/desktop-session');
    const profile = await mkdtemp(join(session, 'browser-'));
    await mkdir(join(profile, 'Default'));
    const allowed = Object.entries(links).map(([origin, schemes]) => [
      origin,
      Object.fromEntries(schemes.map((scheme) => [scheme, true])),
    ]);
    const preferences = { protocol_handler: { allowed_origin_protocol_pairs: Object.fromEntries(allowed) } };
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));

    const starter = join(session, 'start-browser');
    const options = [
      '--headless=new',
      // Its sandbox refuses to start for root.
      ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      '--password-store=basic',
      '--no-first-run',
      '--no-proxy-server',
      '--disable-background-networking',
      '--disable-component-update',
    ];
    const command = `exec '${await installed(...PROGRAMS)}' ${options.join(' ')} "$@"`;
    await writeFile(starter, `#!/bin/sh\n${command} </dev/null >>'${session}/browser.log' 2>&1\n`);
    await chmod(starter, 0o700);
    const entry = ['[Desktop Entry]', 'Type=Application', 'Name=Browser', `Exec=${starter} %u`, ''].join('\n');
    await writeFile(join(process.env.XDG_DATA_HOME, 'applications', ENTRY), entry);
    await run('xdg-mime', ['default', ENTRY, 'x-scheme-handler/http', 'x-scheme-handler/https']);
    return new Browser(profile);
  }

  constructor(profile) {
    this.profile = profile;
  }

  /** The page that somebody opened in it, whose address begins like this. */
  async page(address) {
    this.connection ??= await until(async () => {
      const [port] = (await readFile(join(this.profile, 'DevToolsActivePort'), 'utf8')).split('\n');
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    }, 'the browser to be opened');
    const pages = () => this.connection.contexts().flatMap((context) => context.pages());
    return await until(() => pages().find((page) => page.url().startsWith(address)), `a page at ${address}`);
  }

  /** The address below `address` to which a page is sent next, as a person would copy it. Nothing need be there. */
  sentTo(page, address) {
    return new Promise((resolve) => {
      page.on('response', (response) => {
        const { location } = response.headers();
        if (location?.startsWith(address)) resolve(location);
      });
    });
  }

  /** Ends it, when it was opened. */
  async close() {
    // A link to `host-pid`, for as long as it runs.
    const lock = await readlink(join(this.profile, 'SingletonLock')).catch(() => '');
    const pid = Number(lock.split('-').at(-1));
    if (!pid) return;
    await this.connection?.close();
    this.connection = undefined;
    // Its profile is of no more use, so it need not be asked nicely.
    if (await isRunning(pid)) process.kill(pid, 'SIGKILL');
    await until(async () => !(await isRunning(pid)), `the browser, process ${pid}, to end`);
  }
}
