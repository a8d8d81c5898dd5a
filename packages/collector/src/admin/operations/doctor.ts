import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { examine } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/port.ts';
import { mayKnow, type Operation, operation } from '../operation.ts';

const findingSchema = z.object({
  id: z.string().describe('What was looked at: a word that stays the same.'),
  status: z.enum(['ok', 'warning', 'problem', 'skipped']),
  site: z.string().optional().describe('The site that it is about; missing: the installation.'),
  what: z.string().describe('What was found.'),
  why: z.string().optional().describe('What comes of it; with every warning and problem.'),
  next: z.string().optional().describe('What to do; with every warning and problem.'),
});

/** Somebody who reloads the page does not ask Microsoft each time, ms. */
const FRESH_MS = 5_000;

/** What is wrong with the installation, as `uet-capi doctor` tells it. */
export function createDoctorOperations({
  config,
  store,
  settings,
}: {
  config: Config;
  store: Store;
  settings: Pick<Settings, 'current' | 'changes'>;
}): Operation[] {
  const looks = new Map<string | undefined, { at: number; findings: Promise<Finding[]> }>();

  function look(url: string | undefined, now: number): Promise<Finding[]> {
    const last = looks.get(url);
    if (last && now - last.at < FRESH_MS) return last.findings;
    // Variables without effect are told in the log, at the start.
    const findings = examine({
      config,
      ignored: settings.changes() ? settings.current().ignored : 'all',
      env: {},
      store,
      publicUrl: url === undefined ? undefined : new URL(url),
    });
    looks.clear();
    looks.set(url, { at: now, findings });
    return findings;
  }

  return [
    operation({
      id: 'getDoctor',
      method: 'GET',
      path: '/doctor',
      summary: 'What is wrong with the installation: settings, network, clock, tokens, store, disk, proxy.',
      tag: 'Doctor',
      needs: 'read',
      query: z.object({
        url: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe(
            'Where browsers reach the collector, `https://shop.example/m`: it is asked as a browser asks. With the admin token only.',
          ),
      }),
      answer: z.object({ findings: z.array(findingSchema) }),
      async handle({ query: { url }, principal, now }) {
        if (url !== undefined && principal.role !== 'admin') {
          const message = 'with a read-only token no address can be asked';
          return { status: 403, code: 'read_only', message, path: 'query.url' };
        }
        const findings = await look(url, now);
        const isTold = ({ site }: Finding) =>
          site === undefined ? principal.sites === undefined : mayKnow(principal, site);
        return { value: { findings: findings.filter(isTold) } };
      },
    }),
  ];
}
