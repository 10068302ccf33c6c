import { describe, expect, test, vi } from 'vitest';

import type { ExportRequest } from '../src/lib/backend/types/ExportRequest';
import type { Destination } from '../src/lib/backend/types/Destination';
import type { RunEvent } from '../src/lib/backend/types/RunEvent';
import type { Totals } from '../src/lib/backend/types/Totals';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { ExportRun } from '../src/lib/export/exportRun.svelte';
import { stateLine } from '../src/lib/export/lines';
import { NO_ANSWERS } from '../src/lib/export/review.svelte';
import { frameDocument } from '../src/lib/preview/frame';
import { USUAL } from '../src/lib/output/choices';
import { Report } from '../src/lib/report/report.svelte';
import { SPACE } from '../src/lib/tree/pageTree';
import { sample } from './session';

const vault: Destination = {
  id: '1',
  name: 'Vault',
  path: '/home/mara/Vault',
  exists: true,
  output: USUAL,
};
const request: ExportRequest = {
  answers: NO_ANSWERS,
  site: 'sample',
  destination: '1',
  selection: { spaces: [] },
  output: USUAL,
};

describe('a run', () => {
  function begun(): { run: ExportRun; tell: (event: RunEvent) => void; wait: (seconds: number) => void } {
    let now = 0;
    let tell: (event: RunEvent) => void = () => {};
    const backend = new FakeBackend({ pause: '0' });
    backend.startExport = (_, onEvent) => {
      tell = onEvent;
      return Promise.resolve('run-1');
    };
    const run = new ExportRun(backend, vault, 200, () => now);
    void run.start(request);
    return { run, tell: (event) => tell(event), wait: (seconds) => void (now += seconds * 1000) };
  }
  const progress = (phase: 'reading' | 'writing', done: number, total: number | null): RunEvent => {
    return { event: 'progress', phase, done, total, title: null };
  };

  test('says what it does, measures reading by the pages that are ticked, and never goes back', () => {
    const { run, tell } = begun();
    expect(stateLine(run)).toBe('Getting ready');
    tell(progress('reading', 100, null));
    expect(stateLine(run)).toBe('Reading page 100 of 200');
    expect(run.fraction).toBeCloseTo(0.2);
    tell(progress('writing', 10, 200));
    const then = run.fraction;
    tell(progress('reading', 1, null));
    expect(run.fraction).toBe(then);
  });

  test('tells what is left only when it can be told', () => {
    const { run, tell, wait } = begun();
    wait(2);
    tell(progress('reading', 100, null));
    expect(run.secondsLeft).toBeUndefined();
    wait(8);
    tell(progress('reading', 125, null));
    expect(run.secondsLeft).toBeCloseTo(30);
  });

  test('names the cause of waiting, and goes on', () => {
    const { run, tell } = begun();
    tell({ event: 'waiting', until: '2026-07-04T14:32:00Z' });
    expect(stateLine(run)).toMatch(/^Confluence asked us to slow down\. Continuing at /);
    tell(progress('reading', 3, null));
    expect(stateLine(run)).toBe('Reading page 3 of 200');
  });

  test('says why it stands still, and goes on', () => {
    const { run, tell } = begun();
    tell(progress('reading', 3, null));
    tell({ event: 'held-up', why: 'no-network' });
    expect(stateLine(run)).toBe('No network. Continues by itself.');
    tell({ event: 'held-up', why: 'sign-in-ended' });
    expect(stateLine(run)).toBe('Sign in again to continue.');
    tell({ event: 'goes-on' });
    expect(stateLine(run)).toBe('Reading page 3 of 200');
  });

  test('that pauses does nothing more until it is resumed', async () => {
    const backend = new FakeBackend({ pause: '0', steps: '4' });
    const run = new ExportRun(backend, vault, 1);
    await run.start({ ...request, selection: { spaces: [{ space: 'HB', rules: [] }] } });
    await run.pause();
    expect(stateLine(run)).toBe('Paused. Nothing is lost.');
    await new Promise((done) => setTimeout(done, 50));
    expect(run.isOver).toBe(false);
    await run.resume();
    await vi.waitFor(() => expect(run.state).toBe('finished'));
  });

  test('that cannot go on says why', () => {
    const { run, tell } = begun();
    tell({ event: 'failed', error: { code: 'disk-full', message: 'no space left' } });
    expect(run.isOver).toBe(true);
    expect(stateLine(run)).toBe('The disk is full');
  });

  test('stopped before it has an id stops all the same', async () => {
    const backend = new FakeBackend({ pause: '0' });
    const run = new ExportRun(backend, vault, 1);
    const start = run.start({ ...request, selection: { spaces: [{ space: 'HB', rules: [] }] } });
    await run.stop();
    await start;
    expect(backend.calls).toContainEqual(['stopExport', 'run-1']);
  });
});

describe('an export of the sample', () => {
  test('takes what is ticked, and its report adds up', async () => {
    const { session, library } = await sample();
    const tree = library.open;
    if (tree === undefined) throw new Error('no tree');
    library.tick(tree, SPACE);
    expect(library.pages).toBe(41);
    await session.shelf.add();
    const [destination] = session.shelf.list;
    const run = session.export(library, destination ?? vault);
    await vi.waitFor(() => expect(run.state).toBe('finished'));
    await session.showReport(run);
    const totals = session.report?.totals as Totals;
    expect(totals.selected).toBe(41);
    expect(totals.selected).toBe(totals.written + totals.unchanged + totals.skipped + totals.failed);
    await session.report?.show('failed');
    expect(session.report?.items.get(0)).toMatchObject({
      title: 'Salary bands',
      outcome: 'failed',
      code: 'page-hidden',
    });
  });

  test('a space can be ticked before its tree is read; its pages are counted then', async () => {
    const { library } = await sample();
    const docs = library.spaces.withKey('DOCS');
    if (docs === undefined) throw new Error('no space');
    library.toggleSpace(docs);
    expect(library.tickOf(docs)).toBe('all');
    expect(library.isCounting).toBe(true);
    await vi.waitFor(() => expect(library.isCounting).toBe(false));
    expect(library.pages).toBe(326);
    library.toggleSpace(docs);
    expect(library.selection.isEmpty).toBe(true);
  });

  test('ticks outlive reading the site anew', async () => {
    const { library } = await sample();
    const tree = library.open;
    if (tree === undefined) throw new Error('no tree');
    tree.open(2);
    const rows = tree.rows.length;
    library.tick(tree, SPACE);
    await library.reload();
    expect(library.pages).toBe(41);
    expect(tree.rows).toHaveLength(rows);
  });

  test('a tree that cannot be read says why, and is read on a second try', async () => {
    const { library, backend } = await sample();
    const tree = library.open;
    backend.fail.loadTree = 'site-unreachable';
    await tree?.load();
    expect(tree?.error?.code).toBe('site-unreachable');
    delete backend.fail.loadTree;
    await tree?.load();
    expect(tree?.state).toBe('ready');
  });
});

describe('the preview', () => {
  test('shows the page that was asked for last', async () => {
    const { library } = await sample();
    const tree = library.open;
    if (tree === undefined) throw new Error('no tree');
    library.show(tree, 3);
    library.show(tree, 4);
    await vi.waitFor(() => expect(library.preview.page?.title).toBe(tree.tree.items[4]?.title));
  });

  test('its document runs nothing, loads nothing and leads nowhere', () => {
    const html = frameDocument(
      '<h2 id="page-top">A</h2><a href="#top">up</a><a href="https://example.com/">out</a><a href="Other.md">other</a><a href="#gone">gone</a>',
      'dark',
    );
    expect(html).toContain("default-src 'none'");
    const document = new DOMParser().parseFromString(html, 'text/html');
    const [up, out, other, gone] = document.querySelectorAll('a');
    expect(up?.getAttribute('href')).toBe('about:srcdoc#page-top');
    for (const link of [out, other, gone]) expect(link?.hasAttribute('href')).toBe(false);
    expect(out?.title).toBe('https://example.com/');
    expect(document.documentElement.dataset.theme).toBe('dark');
  });
});

test('a long report is read in parts, and a filter starts anew', async () => {
  const backend = new FakeBackend({ pause: '0' });
  const offsets: number[] = [];
  backend.runReport = (_, filter, offset, limit) => {
    offsets.push(offset);
    const items = Array.from({ length: limit }, (__, at) => {
      return {
        id: `${offset + at}`,
        title: filter,
        path: null,
        warnings: 0,
        size: 1,
        outcome: 'unchanged',
      } as const;
    });
    return Promise.resolve({ totals: {} as Totals, items, count: 10_000, gone: [], attachments_failed: [] });
  };
  const report = new Report(backend, 'run-1');
  await report.show('all');
  await report.ensure(0, 150);
  await report.ensure(5190, 5230);
  expect(offsets).toEqual([0, 5000, 5200]);
  expect(report.items.get(5201)?.id).toBe('5201');
  await report.show('written');
  expect(report.items.get(5201)).toBeUndefined();
  expect(report.items.get(0)?.title).toBe('written');
});
