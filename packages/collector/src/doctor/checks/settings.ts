import type { Config, Site } from '../../config/config.ts';
import type { Env } from '../../config/environment.ts';
import type { ConfigProblem } from '../../config/problems.ts';
import { MICROSOFT_ENDPOINT } from '../../config/schema.ts';
import { unusedVariables } from '../../config/unused-variables.ts';
import { isLoopbackHost } from '../../loopback-host.ts';
import type { Ignored } from '../../settings/take-up.ts';
import { about, type Finding, ok, problem, skipped, warning } from '../finding.ts';
import { checkOrigins } from './origins.ts';

/** Shorter ones are guessed, characters: 16 random letters and digits are 95 bits. */
const LEAST_KEY_CHARS = 16;

/** A config with which nothing starts, one finding for each thing that is wrong. */
export function checkProblems(problems: readonly ConfigProblem[]): Finding[] {
  return problems.map(({ path, message }) =>
    problem('config', {
      what: path ? `${path}: ${message}.` : `${message}.`,
      why: 'The collector does not start with it.',
      next: 'Mend this setting; docs/configuration.md shows all of them with unit and default.',
    }),
  );
}

/** What was changed at run time, and holds no longer. */
export function checkIgnored(ignored: readonly Ignored[] | 'all'): Finding[] {
  const why = 'The settings of the file hold in their place.';
  if (ignored === 'all') {
    return [
      problem('run-time-settings', {
        what: 'What was changed at run time was stored by another version of the collector, and cannot be read.',
        why,
        next: 'Run that version again, or write these settings into the config file.',
      }),
    ];
  }
  return ignored.flatMap(({ site, problems }) =>
    about(
      site,
      problems.map(({ path, message }) =>
        problem('run-time-settings', {
          what: `What was changed at run time cannot be used: ${path} ${message}.`,
          why,
          next: 'Change it again on the page, under sites and settings, or take it back there.',
        }),
      ),
    ),
  );
}

/** What is allowed, and perhaps not meant. */
export function checkSettings(config: Config, env: Env): Finding[] {
  return [
    ok('config', `The settings of ${countSites(config.sites.length)} can be used.`),
    ...checkVariables(env, config),
    ...checkKeys(config),
    ...config.sites.flatMap((site) =>
      about(site.id, [checkMode(site), ...checkEndpoint(site), ...checkOrigins(site)]),
    ),
  ];
}

function checkVariables(env: Env, config: Config): Finding[] {
  return unusedVariables(env, config).map(({ path }) =>
    warning('variables', {
      what: `The environment variable ${path} is set, and nothing reads it.`,
      why: 'A misspelt setting has no effect: the default holds in its place.',
      next: 'Correct its spelling or unset it; docs/configuration.md shows all variables.',
    }),
  );
}

function checkKeys({ adminToken, adminTokenEnv, readTokens, sites }: Config): Finding[] {
  const keys = new Map<string, Set<string>>();
  const add = (name: string, key: string | undefined) => {
    if (key !== undefined) keys.set(key, (keys.get(key) ?? new Set()).add(name));
  };
  add(adminTokenEnv, adminToken);
  for (const { tokenEnv, token } of readTokens) add(tokenEnv, token);
  for (const { serverKeyEnv, serverKey } of sites) add(serverKeyEnv, serverKey);

  const findings: Finding[] = [];
  for (const [key, names] of keys) {
    const which = [...names].join(' and ');
    if (key.length < LEAST_KEY_CHARS) {
      findings.push(
        warning('keys', {
          what: `${which} has ${key.length} characters.`,
          why: 'Short keys are guessed, and who has one writes conversions or reads what visitors did.',
          next: 'Make a random one, for example with openssl rand -hex 24.',
        }),
      );
    }
    if (names.size > 1) {
      findings.push(
        warning('keys', {
          what: `${which} hold the same key.`,
          why: 'Whoever may send events for one may then do everything that the other allows.',
          next: 'Give each its own random key.',
        }),
      );
    }
  }
  if (adminToken === undefined) {
    findings.push(
      skipped(
        'keys',
        `${adminTokenEnv} is not set: the event debugger and /metrics answer 401 to everyone.`,
        `Set ${adminTokenEnv} to a random key to open them.`,
      ),
    );
  }
  return findings.length > 0 ? findings : [ok('keys', 'Every key is long, and each its own.')];
}

function checkMode({ mode, testEndpoint }: Site): Finding {
  switch (mode) {
    case 'live':
      return ok('mode', 'Mode live: events are delivered.');
    case 'shadow':
      return warning('mode', {
        what: 'Mode shadow: events are stored, and none is delivered.',
        why: 'Microsoft counts only what the browser tag sends by itself. What is stored in this mode is never delivered later.',
        next: 'Look at `uet-capi report`, then set mode: live (UET_CAPI_MODE=live).',
      });
    case 'test':
      return warning('mode', {
        what: testEndpoint
          ? 'Mode test: events go to the sandbox, and none to Microsoft.'
          : 'Mode test without testEndpoint: events are stored, and none is delivered.',
        why: 'Microsoft counts only what the browser tag sends by itself.',
        next: 'Set mode: live when the tests are over; for single hosts there is testHosts.',
      });
  }
}

function checkEndpoint({ mode, endpoint }: Site): Finding[] {
  if (mode !== 'live' || endpoint === MICROSOFT_ENDPOINT) return [];
  const { protocol, hostname, host } = new URL(endpoint);
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    return [
      problem('endpoint', {
        what: `The Conversions API is addressed without TLS, at http://${host}.`,
        why: 'The token and what visitors did can be read by everyone on the way.',
        next: `Set endpoint (UET_CAPI_ENDPOINT) to an https:// address, or leave it out for ${MICROSOFT_ENDPOINT}.`,
      }),
    ];
  }
  return [
    warning('endpoint', {
      what: `Events are delivered to ${host}, which is not Microsoft's own address.`,
      why: 'A sandbox or a proxy: what it does not pass on is never counted.',
      next: `If this is not meant, leave endpoint (UET_CAPI_ENDPOINT) out: the default is ${MICROSOFT_ENDPOINT}.`,
    }),
  ];
}

function countSites(count: number): string {
  return count === 1 ? 'one site' : `${count} sites`;
}
