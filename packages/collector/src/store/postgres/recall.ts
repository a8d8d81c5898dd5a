import type { Memory } from '../port.ts';
import { type Run, statement } from './database.ts';
import { gather } from './gather.ts';
import { withoutNulls } from './people.ts';

const RECALL = statement(`
  SELECT q.index, m.key, m.consent, m.msclkid, m.clicked_at AS "clickedAt"
  FROM unnest($1::integer[], $2::text[], $3::text[]) WITH ORDINALITY AS q (index, site, key, number)
  JOIN uet_capi.memory m ON m.key = q.key AND m.site = q.site ORDER BY q.number`);

/** What is remembered of people, in order of the keys; what is asked for at the same time is one question. */
export function createRecall(run: Run): (site: string, keys: readonly string[]) => Promise<Memory[]> {
  const recall = gather<{ site: string; keys: readonly string[] }, Memory[]>(async (questions) => {
    const asked = questions.flatMap(({ site, keys }, index) => keys.map((key) => ({ index, site, key })));
    const rows = await run<{ index: number } & Memory>(RECALL, [
      asked.map(({ index }) => index),
      asked.map(({ site }) => site),
      asked.map(({ key }) => key),
    ]);
    const answers: Memory[][] = questions.map(() => []);
    for (const { index, ...memory } of rows) answers[index]!.push(withoutNulls(memory) as unknown as Memory);
    return answers;
  });
  return async (site, keys) => (keys.length === 0 ? [] : recall({ site, keys }));
}
