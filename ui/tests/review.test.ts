/** What a look ahead says, and how it is answered. */
import { describe, expect, test, vi } from 'vitest';

import type { ExportRequest } from '../src/lib/backend/types/ExportRequest';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { NO_ANSWERS, Review } from '../src/lib/export/review.svelte';
import { USUAL } from '../src/lib/output/choices';

const request: ExportRequest = {
  answers: NO_ANSWERS,
  site: 'sample',
  destination: '1',
  selection: { spaces: [] },
  output: USUAL,
};

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
