import { describe, expect, test, vi } from 'vitest';

import { Session } from '../src/lib/app/session.svelte';
import type { ExportRequest } from '../src/lib/backend/types/ExportRequest';
import type { Destination } from '../src/lib/backend/types/Destination';
import type { RunEvent } from '../src/lib/backend/types/RunEvent';
import type { Totals } from '../src/lib/backend/types/Totals';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { ExportRun } from '../src/lib/export/exportRun.svelte';
import { stateLine } from '../src/lib/export/lines';
import type { Library } from '../src/lib/library/library.svelte';
import { NO_ANSWERS, Review } from '../src/lib/export/review.svelte';
import { frameDocument } from '../src/lib/preview/frame';
import { USUAL } from '../src/lib/output/choices';
import { Report } from '../src/lib/report/report.svelte';
import { SPACE } from '../src/lib/tree/pageTree';

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

async function sample(
  backend = new FakeBackend({ pause: '0' }),
): Promise<{ session: Session; library: Library; backend: FakeBackend }> {
  const session = new Session(backend);
  await session.start();
  await session.openSample();
  const library = session.sites.library;
  if (library === undefined) throw new Error('no library');
  await vi.waitFor(() => expect(library.open?.state).toBe('ready'));
  return { session, library, backend };
}

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

describe('addresses', () => {
  test('one that the app was started with is shown', async () => {
    const { library, session } = await sample();
    expect(await session.follow('https://sample.pagelift.app/wiki/spaces/DOCS/pages/DOCS-12')).toBe(true);
    expect(library.open?.space.key).toBe('DOCS');
    expect(library.preview.target?.page).toBe('DOCS-12');
    expect(library.open?.tree.items[library.open.focus]?.id).toBe('DOCS-12');
    expect(library.open?.rows).toContain(library.open?.focus);
  });

  test('one that arrives later is shown too, and one of nowhere is not', async () => {
    const { backend, library, session } = await sample();
    backend.arrive('https://sample.pagelift.app/wiki/spaces/HB/pages/1005');
    await vi.waitFor(() => expect(library.preview.target?.page).toBe('1005'));
    expect(await session.follow('https://elsewhere.example/wiki')).toBe(false);
    expect(session.announcer.polite).toMatch(/not one of an open site/);
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

describe('a review', () => {
  async function looked(backend: FakeBackend): Promise<Review> {
    const review = new Review(backend);
    await backend.openSample();
    const whole = [{ target: 'space', reach: 'subtree', effect: 'include' } as const];
    void review.start({ ...request, selection: { spaces: [{ space: 'HB', rules: whole }] } });
    await vi.waitFor(() => expect(review.state).toBe('ready'));
    return review;
  }

  test('counts what would be written, as it is answered', async () => {
    const review = await looked(new FakeBackend({ pause: '0' }));
    expect(review.totals).toMatchObject({ created: 39, edited: 1, failed: 1 });
    expect(review.needsDecision).toBe(true);
    expect(review.writes).toBe(39);
    review.answerAll('replace');
    expect(review.writes).toBe(40);
    review.answer('1', 'keep');
    expect(review.writes).toBe(39);
    expect(review.answers).toEqual({ edited: 'replace', edited_pages: { '1': 'keep' }, gone: 'keep' });
    review.answerAll('beside');
    expect(review.answers).toEqual({ edited: 'beside', edited_pages: {}, gone: 'keep' });
  });

  test('says why it could not be made, and hears nothing once it is closed', async () => {
    const failing = new Review(new FakeBackend({ 'fail.startReview': 'site-unreachable' }));
    await failing.start(request);
    expect(failing.error?.code).toBe('site-unreachable');
    const backend = new FakeBackend({ pause: '0' });
    await backend.openSample();
    const closed = new Review(backend);
    await closed.start(request);
    closed.close();
    expect(backend.calls.map(([method]) => method)).toContain('stopExport');
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(closed.state).toBe('looking');
  });
});
