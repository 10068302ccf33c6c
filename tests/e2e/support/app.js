/** The real app, started and driven through WebDriver, with folders of its own. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Builder, By, Capabilities, Key } from 'selenium-webdriver';

/** How long anything may take to appear, in milliseconds. Generous: nothing waits longer than it has to. */
const PATIENCE = 30_000;

const SCREENSHOTS = fileURLToPath(new URL('../../../target/screenshots/', import.meta.url));

const require = createRequire(import.meta.url);
const queries = await readFile(require.resolve('@testing-library/dom/dist/@testing-library/dom.umd.min.js'), 'utf8');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The path of a program under test, from the environment. */
export function program(variable) {
  const path = process.env[variable];
  assert.ok(path, `${variable} must name the program; \`cargo xtask test\` sets it`);
  return path;
}

/** Variables that give a program folders of its own below `folder`. */
export function ownFolders(folder) {
  return {
    PAGELIFT_CONFIG_DIR: join(folder, 'config'),
    PAGELIFT_DATA_DIR: join(folder, 'data'),
    PAGELIFT_CACHE_DIR: join(folder, 'cache'),
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the WebDriver server, which starts the app and hands it its environment. */
async function startDriver(environment) {
  const port = await freePort();
  const server = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, ...environment, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((_, reject) => {
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`WebKitWebDriver ended with ${code}`)));
  });
  gone.catch(() => {});
  const address = `http://127.0.0.1:${port}/`;
  await Promise.race([gone, until(async () => (await fetch(`${address}status`)).ok, 'WebKitWebDriver to answer')]);
  return { server, address };
}

/** Asks again and again until `condition` answers something, and answers that. Errors count as "not yet". */
export async function until(condition, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      const found = await condition();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class App {
  /** Starts the app as on a computer where it never ran, or in the folders of an earlier one. */
  static async start(folder) {
    folder ??= await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
    const { server, address } = await startDriver(ownFolders(folder));
    const wanted = new Capabilities();
    wanted.setBrowserName('wry');
    wanted.set('webkitgtk:browserOptions', { binary: program('PAGELIFT_APP'), args: [] });
    try {
      const driver = await new Builder().withCapabilities(wanted).usingServer(address).build();
      await driver.manage().setTimeouts({ script: PATIENCE });
      return new App(folder, server, driver);
    } catch (error) {
      server.kill();
      throw error;
    }
  }

  constructor(folder, server, driver) {
    this.folder = folder;
    this.server = server;
    this.driver = driver;
  }

  /** Ends the app; its folders stay. */
  async stop() {
    await this.driver.quit();
    this.server.kill();
  }

  /** Ends the app and removes its folders. */
  async close() {
    try {
      await this.stop();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
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
    return await until(async () => {
      const found = await this.findAll(role, name, options);
      assert.ok(found.length < 2, `${found.length} elements are a ${role} called ${name}`);
      return found[0];
    }, `the ${role} ${name ?? ''}`);
  }

  async click(role, name, options) {
    await until(async () => {
      await (await this.find(role, name, options)).click();
      return true;
    }, `the ${role} ${name} to take a click`);
  }

  async type(name, text) {
    const field = await until(
      async () => (await this.findAll('textbox', name))[0] ?? (await this.findAll('searchbox', name))[0],
      `the field ${name}`,
    );
    await field.clear();
    await field.sendKeys(text);
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
    await this.type(/^Filter pages/, title);
    await this.click('treeitem', new RegExp(`^${title}`));
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
      const all = await this.driver.executeScript('return document.body.innerText');
      return text instanceof RegExp ? text.test(all) : all.includes(text);
    }, `the text ${text}`);
  }

  /** Saves what the window shows, for people to look at. */
  async screenshot(name) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await writeFile(join(SCREENSHOTS, `${name}.png`), await this.driver.takeScreenshot(), 'base64');
  }

  /** Fails when the screen breaks a rule of accessibility. */
  async audit(screen) {
    await this.inject('axe', axe);
    const violations = await this.driver.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       const told = (result) => done(result.violations);
       window.axe.run(document, { iframes: false }).then(told, (error) => done([{ id: String(error) }]));`,
    );
    const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes?.map((node) => node.html).join('\n  ')}`);
    assert.equal(told.join('\n'), '', `accessibility of ${screen}`);
  }
}
