import type { Config, Site } from '../../config/config.ts';
import { liveDestination } from '../../destination-id.ts';
import type { ProbeAnswer } from '../../destinations/destination.ts';
import { createUetCapiDestination } from '../../destinations/uet-capi/destination.ts';
import { about, type Finding, ok, problem, skipped } from '../finding.ts';
import { type Answered, type Reached, reach } from '../reach.ts';
import { describeUnreached } from '../unreached.ts';
import { checkClock } from './clock.ts';

const KEPT = 'Events are taken and wait; after seven days Microsoft takes them no more.';

/** The way to Microsoft: name, connection and TLS, the clock, and each tag's token. Sends no event. */
export async function checkDelivery(
  { sites }: Pick<Config, 'sites'>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const live = sites.filter(({ mode }) => mode === 'live');
  const endpoints = [...new Set(live.map(({ endpoint }) => endpoint))];
  if (endpoints.length === 0) {
    return [skipped('microsoft', 'No site is in mode live: nothing is asked of Microsoft.')];
  }
  const findings = await Promise.all(
    endpoints.map(async (endpoint) => {
      const url = new URL(endpoint);
      const reached = await reach(url, { signal });
      const way = checkWay(url.host, reached);
      if (reached.kind === 'unreached') return [way];
      const served = live.filter((site) => site.endpoint === endpoint);
      return [
        way,
        checkClock(reached),
        ...(await Promise.all(served.map((site) => checkToken(site, signal)))),
      ];
    }),
  );
  return findings.flat(2);
}

function checkWay(host: string, reached: Reached): Finding {
  if (reached.kind === 'answered') return ok('microsoft', `${host} answers${tlsOf(reached)}.`);
  const { what, next } = describeUnreached(host, reached.code);
  return problem('microsoft', { what, why: KEPT, next });
}

function tlsOf({ certificateEndsAt }: Answered): string {
  return certificateEndsAt === undefined ? '' : ', with a certificate that is in order';
}

async function checkToken({ id, tagId, token = '', tokenEnv, endpoint }: Site, signal: AbortSignal) {
  const queue = liveDestination(tagId);
  const destination = createUetCapiDestination({ id: queue, tagId, token, endpoint, maxInFlight: 1 });
  try {
    return about(id, [judgeProbe(await destination.probe(signal), tagId, tokenEnv)]);
  } finally {
    await destination.close();
  }
}

/** @param tokenEnv the variable that holds the token */
function judgeProbe(probe: ProbeAnswer, tagId: string, tokenEnv: string): Finding {
  switch (probe.kind) {
    case 'good':
      return ok('token', `The token is valid for UET tag ${tagId}.`);
    case 'bad':
      return problem('token', {
        what: `Microsoft refuses the token of UET tag ${tagId} (${probe.message}).`,
        why: `Events of this tag wait. ${KEPT}`,
        next: `Copy the token of this very tag (Microsoft Advertising: Conversions > UET tag > Use Conversions API > Copy token) into ${tokenEnv}, and restart the collector.`,
      });
    case 'unknown':
      return problem('token', {
        what: `Microsoft does not say whether the token of UET tag ${tagId} is valid: ${probe.message}`,
        why: KEPT,
        next: 'Try again in some minutes; if it stays so, look at what stands between this machine and Microsoft.',
      });
  }
}
