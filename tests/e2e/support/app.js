/** The real app, started and driven through WebDriver, with folders of its own. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Builder, By, Capabilities, Key, Select } from 'selenium-webdriver';
import {
  DESKTOP,
  dropFile,
  isShown,
  minimise,
  parkPointer,
  photograph,
  processOf,
  untilGone,
  untilInFront,
} from './desktop.js';
import { ownFolders, program } from './programs.js';
import { PATIENCE, until } from './until.js';

/** The window's title, as a pattern. */
const TITLE = '^Pagelift$';

const SCREENSHOTS = fileURLToPath(new URL('../../../target/screenshots/', import.meta.url));

const require = createRequire(import.meta.url);
const queries = await readFile(require.resolve('@testing-library/dom/dist/@testing-library/dom.umd.min.js'), 'utf8');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

let given = 0;

/** A free port below those that the system hands to whoever asks for any: nobody takes it before the driver does. */
export async function freePort() {
  for (;;) {
    const port = 30_000 + (process.pid % 1_000) + given++;
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** Starts the WebDriver server, which starts the app and hands it its environment. */
async function startDriver(environment) {
  const port = await freePort();
  const server = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, ...environment, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Not inherited: the app gets it too, and the test runner waits for whoever holds its own.
  const said = [];
  server.stderr.on('data', (chunk) => said.push(chunk) && process.stderr.write(chunk));
  const gone = new Promise((_, reject) => {
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`WebKitWebDriver ended with ${code}`)));
  });
  gone.catch(() => {});
  const address = `http://127.0.0.1:${port}/`;
  await Promise.race([gone, until(async () => (await fetch(`${address}status`)).ok, 'WebKitWebDriver to answer')]);
  return { server, address, said };
}

export class App {
  /**
   * Starts the app with its own folders below `folder`, which may be those of an earlier start. It may be given more variables
   * of the environment, and the arguments of its start.
   */
  static async start(folder, { environment = {}, args = [] } = {}) {
    const wanted = new Capabilities();
    wanted.setBrowserName('wry');
    wanted.set('webkitgtk:browserOptions', { binary: program('PAGELIFT_APP'), args });
    const { server, address, said } = await startDriver({ ...ownFolders(folder), ...DESKTOP, ...environment });
    try {
      const driver = await new Builder().withCapabilities(wanted).usingServer(address).build();
      await driver.manage().setTimeouts({ script: PATIENCE });
      await parkPointer();
      return new App(folder, server, driver, said);
    } catch (error) {
      server.kill();
      server.stderr.destroy();
      throw error;
    }
  }

  constructor(folder, server, driver, said) {
    this.folder = folder;
    this.server = server;
    this.driver = driver;
    this.said = said;
    this.faults = [];
  }

  /** Ends the app. Another one can be started afterwards. */
  async stop() {
    try {
      await untilGone(TITLE, () => this.driver.quit());
    } finally {
      this.server.kill();
      this.server.stderr.destroy();
    }
  }

  /** Makes a library known to the page, once. The page's content policy allows no other way, and no `eval`. */
  async inject(name, source) {
    const isThere = await this.driver.executeScript('return arguments[0] in window', name);
    if (!isThere) await this.driver.executeScript(source);
  }

  /** Every element of a role whose accessible name is or matches `name`, as a screen reader finds them. */
  async findAll(role, name, options = {}) {
    await this.inject('TestingLibraryDom', queries);
    const isPattern = name instanceof RegExp;
    return await this.driver.executeScript(
      `const [role, name, isPattern, options] = arguments;
       const wanted = isPattern ? new RegExp(name) : (name ?? undefined);
       return window.TestingLibraryDom.screen.queryAllByRole(role, { name: wanted, ...options });`,
      role,
      isPattern ? name.source : (name ?? null),
      isPattern,
      options,
    );
  }

  /** The one element of a role and name; waits for it. */
  async find(role, name, options) {
    return await until(() => this.one(role, name, options), `the ${role} ${name}`);
  }

  async one(role, name, options) {
    const found = await this.findAll(role, name, options);
    assert.ok(found.length < 2, `${found.length} elements are a ${role} called ${name}`);
    return found[0];
  }

  async click(role, name, options) {
    await until(async () => {
      const found = await this.one(role, name, options);
      await found?.click();
      return found;
    }, `the ${role} ${name} to take a click`);
  }

  /** Types into the field with this label, in place of what is there. */
  async type(name, text) {
    const field = await this.labelled(name, 'input');
    await field.clear();
    await field.sendKeys(text);
  }

  /** Chooses from the list with this label. */
  async choose(name, option) {
    const list = await this.labelled(name, 'select');
    // The driver brings no more than its edge into view.
    await this.driver.executeScript('arguments[0].scrollIntoView({ block: "center" })', list);
    await new Select(list).selectByVisibleText(option);
  }

  async labelled(name, selector) {
    await this.inject('TestingLibraryDom', queries);
    const isPattern = name instanceof RegExp;
    const find = `const [name, isPattern, selector] = arguments;
      const wanted = isPattern ? new RegExp(name) : name;
      return window.TestingLibraryDom.screen.queryByLabelText(wanted, { selector });`;
    const ask = () => this.driver.executeScript(find, isPattern ? name.source : name, isPattern, selector);
    return await until(ask, `the field ${name}`);
  }

  /** Opens what lies folded under these words. */
  async unfold(summary) {
    await this.driver.findElement(By.xpath(`//summary[normalize-space()="${summary}"]`)).click();
  }

  async press(...keys) {
    await this.driver.actions().sendKeys(...keys.map((key) => Key[key] ?? key)).perform();
  }

  async openSample() {
    await this.click('button', /^Look around with the sample/);
  }

  /** Ticks a space in the sidebar. */
  async tick(space) {
    const row = await this.find('treeitem', new RegExp(`^${space}, (not|partly) ticked`));
    await row.findElement(By.css('[data-part="tick"]')).click();
    await this.find('treeitem', new RegExp(`^${space}, ticked`));
  }

  /** Finds a page of the open space by its title and shows it. */
  async showPage(title) {
    await this.type('Filter pages by title, or paste an address', title);
    await this.click('treeitem', new RegExp(`^${title}`));
    await this.click('button', 'Show all pages');
  }

  /** Waits until the preview shows a page with this text in it. */
  async seesInPreview(title, text) {
    await until(async () => {
      const frame = await this.driver.findElement(By.css(`iframe[title="Content of ${title}"]`));
      await this.driver.switchTo().frame(frame);
      try {
        return text.test(await this.driver.findElement(By.css('body')).getText());
      } finally {
        await this.driver.switchTo().defaultContent();
      }
    }, `the preview of ${title}`);
  }

  /** Waits until the window shows `text` somewhere. */
  async sees(text) {
    await until(async () => {
      const all = await this.text();
      return text instanceof RegExp ? text.test(all) : all.includes(text);
    }, `the text ${text}`);
  }

  /** All text of the window. */
  async text() {
    return await this.driver.executeScript('return document.body.innerText');
  }

  /**
   * From now on notes every message between the page and the engine, as each of them has it. It also listens for the links that
   * Tauri would hand to any page that asks.
   */
  async record() {
    await this.driver.executeScript(
      `const { callbacks, invoke, transformCallback } = window.__TAURI_INTERNALS__;
       const [sent, got] = [[], []];
       window.messages = { sent, got };
       const note = (list, message) => list.push(typeof message === 'string' ? message : JSON.stringify(message) ?? '');
       callbacks.get = (id) => {
         const callback = Map.prototype.get.call(callbacks, id);
         return callback && ((message) => (note(got, message), callback(message)));
       };
       const ask = window.fetch;
       window.fetch = (address, options) => {
         note(sent, [String(address), [...new Headers(options?.headers)], String(options?.body)]);
         return ask(address, options);
       };
       const target = { kind: 'Any' };
       return invoke('plugin:event|listen', { event: 'deep-link://new-url', target, handler: transformCallback(() => {}) });`,
    );
  }

  /** The messages so far: those that the page `sent` to the engine, and those that it `got`. */
  async messages() {
    return await this.driver.executeScript('return window.messages');
  }

  /** Drops a file on the window, as a file manager does. */
  async drop(path) {
    await dropFile(TITLE, path);
  }

  /** Puts the window away, as a person who turns to the browser may do. */
  async putAway() {
    await minimise(TITLE);
  }

  /** Whether the window is put away. */
  async isAway() {
    return !(await isShown(TITLE));
  }

  /** Waits until the window is in front of all others. */
  async isInFront() {
    await untilInFront(TITLE);
  }

  /** The number of the app's process. */
  async pid() {
    return await processOf(TITLE);
  }

  /** Gives the window a theme for the next picture, without leaving the screen for the settings. */
  async wear(theme) {
    await this.driver.executeScript('document.documentElement.dataset.theme = arguments[0]', theme);
  }

  /** Waits until everything is drawn and nothing moves any more. */
  async untilStill() {
    await this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       const still = () => document.getAnimations().every((one) => one.playState !== 'running');
       const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => (still() ? done() : drawn())));
       drawn();`,
    );
  }

  /** Saves what the window shows, for people to look at. The driver's own way waits forever where nothing moves. */
  async screenshot(name) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await photograph(TITLE, join(SCREENSHOTS, `${name}.png`));
  }

  /** Looks at a screen with the eyes of axe and of a camera. */
  async look(screen, theme) {
    await this.untilStill();
    await this.audit(`${screen}, ${theme}`);
    await this.screenshot(`${screen}-${theme}`);
  }

  /** Notes where the screen breaks a rule of accessibility; `assertAccessible` tells all of it at the end. */
  async audit(screen) {
    await this.inject('axe', axe);
    const violations = await this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       const told = (result) => done(result.violations);
       window.axe.run(document, { iframes: false }).then(told, (error) => done([{ id: String(error) }]));`,
    );
    for (const { id, help, nodes } of violations) {
      this.faults.push(`${screen}: ${id}: ${help}`, ...(nodes ?? []).map((node) => `  ${node.html}`));
    }
  }

  assertAccessible() {
    assert.equal(this.faults.join('\n'), '', 'what the audits of this test found');
  }
}
