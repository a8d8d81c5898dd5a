import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ALERT_KINDS, type OpenAlert } from '../../alerts/alert.ts';
import { testMessage } from '../../alerts/alert-message.ts';
import { readAlertState } from '../../alerts/alert-record.ts';
import { postAlert } from '../../alerts/post-alert.ts';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/port.ts';
import { mayKnow, type Operation, operation, type Principal } from '../operation.ts';

const alertSchema = z.object({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  site: z.string().optional().describe('Missing: not about one site.'),
  destination: z.string().optional(),
  title: z.string(),
  detail: z.string(),
  since: z.int(),
});

export interface AlertParts {
  config: Pick<Config, 'alerts'>;
  store: Pick<Store, 'readRecord'>;
}

/** What is wrong now, what was, and whether anybody is told. */
export function createAlertOperations({ config: { alerts }, store }: AlertParts): Operation[] {
  return [
    operation({
      id: 'getAlerts',
      method: 'GET',
      path: '/alerts',
      summary: 'What is wrong now, what was, and whether a webhook is told.',
      tag: 'Alerts',
      needs: 'read',
      answer: z.object({
        webhook: z.boolean().describe('Whether there is an address to post alerts to.'),
        signed: z.boolean(),
        lookedAt: z.int().optional().describe('When somebody looked last.'),
        open: z.array(alertSchema),
        ended: z.array(alertSchema.extend({ until: z.int() })).describe('The newest first.'),
        undelivered: z
          .object({ count: z.int(), attempts: z.int() })
          .describe('Messages that still wait for the receiver, and how often the first was tried.'),
      }),
      async handle({ principal }) {
        const { state } = await readAlertState(store);
        const isShown = (alert: OpenAlert) => isFor(principal, alert);
        return {
          value: {
            webhook: alerts.webhook !== undefined,
            signed: alerts.secret !== undefined,
            ...(state.lookedAt > 0 && { lookedAt: state.lookedAt }),
            open: state.open.filter(isShown),
            ended: state.ended.filter(isShown),
            undelivered: { count: state.outbox.length, attempts: state.outbox[0]?.attempts ?? 0 },
          },
        };
      },
    }),
    operation({
      id: 'sendTestAlert',
      method: 'POST',
      path: '/alerts/test',
      summary: 'Post a test message to the webhook, once, and say what came of it.',
      tag: 'Alerts',
      needs: 'write',
      answer: z.object({ fault: z.string().optional().describe('Missing: the receiver took it.') }),
      async handle({ now }) {
        const never = new AbortController().signal;
        const fault = await postAlert(alerts, randomUUID(), testMessage(now), never);
        return { value: fault === undefined ? {} : { fault } };
      },
    }),
  ];
}

/** What is about no site is for who may know of every one. */
function isFor(principal: Principal, { site }: OpenAlert): boolean {
  return site === undefined ? principal.sites === undefined : mayKnow(principal, site);
}
