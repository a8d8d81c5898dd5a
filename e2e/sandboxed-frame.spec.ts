import { expect, test } from './fixtures.ts';

test('a sandboxed frame, whose origin is null, hears a final refusal and does not come back', async ({
  page,
  world: { collectorUrl },
}) => {
  const statuses: number[] = [];
  page.on('response', (answer) => {
    const isFrames = answer.frame() !== page.mainFrame() && answer.request().method() === 'POST';
    if (isFrames) statuses.push(answer.status());
  });
  await page.goto('/');
  await page.setContent(
    `<iframe sandbox="allow-scripts" srcdoc='<script src="${collectorUrl}/c.js"></script>'></iframe>`,
  );
  const frame = page.frames()[1]!;
  await frame.waitForFunction(() => 'capi' in window);
  await frame.evaluate(() => {
    const { capi } = window as unknown as { capi: { track(name: string): string; flush(): Promise<void> } };
    capi.track('lead');
    // Would not end while the event waits in memory for another try: a sandboxed frame has no storage.
    return capi.flush();
  });
  expect(new Set(statuses)).toEqual(new Set([403]));
});
