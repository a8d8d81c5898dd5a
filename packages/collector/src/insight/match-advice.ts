import { PAGE_LOAD } from './count-days.ts';
import type { MatchField, MatchQuality } from './match-quality.ts';

/** One gap and what closes it. */
export interface Advice {
  field: MatchField | 'consent' | 'browserCopy';
  message: string;
}

/** With fewer events a share says nothing. */
const MIN_EVENTS = 20;

/** Shares below which something can be done, 0 to 1. What the request itself brings should always be there. */
const ALWAYS = 0.95;
const MOSTLY = 0.5;
const SELDOM = 0.05;

/** From this share of unseen copies on the server's copy earns its keep, and it is worth saying, 0 to 1. */
const LOST_SHARE = 0.05;

type Facts = Pick<MatchQuality, 'events' | 'sources' | 'consent' | 'shares' | 'browserCopies'>;

interface Rule {
  field: Advice['field'];
  applies(facts: Facts, isPageLoad: boolean): boolean;
  message: string;
}

/** Whether most of the events were reported by the site's own server. */
function isServers({ sources: { server = 0, code = 0 }, events }: Facts): boolean {
  return server + code > events / 2;
}

/** The most rewarding first. Settings and calls are those of docs/configuration.md and docs/pixel.md. */
const RULES: readonly Rule[] = [
  {
    field: 'consent',
    applies: ({ consent }) => consent < MOSTLY,
    message:
      'Most of these events come without consent, and cannot be matched. Check with capi.debug(true) what the pixel ' +
      'reads from the consent platform, and whether consent.default suits your visitors.',
  },
  {
    field: 'msclkid',
    applies: ({ shares }) => shares.msclkid < SELDOM,
    message:
      'Nearly no event carries a click id. Visitors who do not come from ads have none; where many do, turn on ' +
      'auto-tagging in Microsoft Advertising, and look whether a redirect of yours drops or renames msclkid ' +
      '(setting clickIdParams).',
  },
  {
    field: 'em',
    applies: ({ shares }, isPageLoad) => !isPageLoad && shares.em < MOSTLY,
    message:
      'Fewer than half carry an e-mail hash, the key that survives a change of device. Call capi.identify({ email }) ' +
      'where the visitor is known, turn on identifyForms, or send userData.email from your server.',
  },
  {
    field: 'ph',
    applies: ({ shares }, isPageLoad) => !isPageLoad && shares.ph < MOSTLY,
    message:
      'Fewer than half carry a phone hash. Where you ask for a number, pass it as phone in capi.identify() or as ' +
      'userData.phone from your server; set phoneCountry for numbers without a country code.',
  },
  {
    field: 'externalId',
    applies: ({ shares }, isPageLoad) => !isPageLoad && shares.externalId < SELDOM,
    message:
      'No customer id. Pass your own as externalId: it joins the same customer’s visits, and finds the click for ' +
      'what happens later.',
  },
  {
    field: 'anonymousId',
    applies: (facts) => isServers(facts) && facts.shares.anonymousId < ALWAYS,
    message:
      'Events of your server lack the visitor id. Hand capi.context() to the server with the order and send it as ' +
      '`context`: it brings visitor id, click id, page load and consent.',
  },
  {
    field: 'clientIpAddress',
    applies: (facts) => isServers(facts) && facts.shares.clientIpAddress < ALWAYS,
    message:
      'Events of your server lack the visitor’s address. Send it as userData.clientIpAddress; nothing is taken from ' +
      'the server’s own request.',
  },
  {
    field: 'clientUserAgent',
    applies: (facts) => isServers(facts) && facts.shares.clientUserAgent < ALWAYS,
    message: 'Events of your server lack the visitor’s browser. Send it as userData.clientUserAgent.',
  },
  {
    field: 'clientIpAddress',
    applies: (facts) => !isServers(facts) && facts.shares.clientIpAddress < ALWAYS,
    message: 'Some events lack the visitor’s address: check clientAddress against the proxies in front.',
  },
  {
    field: 'browserCopy',
    applies: ({ browserCopies: { estimatedLostShare = 0 } }) => estimatedLostShare >= LOST_SHARE,
    message:
      'On a part of these pages the browser’s own tag was never seen to send anything (an estimate): there the ' +
      'server’s copy is the only one. Nothing to do, unless the share jumps: then look at the tag and the consent platform.',
  },
];

/** @param name `pageLoad` for page loads, at which hardly anybody is known by name */
export function adviseOn(name: string, facts: Facts): Advice[] {
  if (facts.events < MIN_EVENTS) return [];
  // Who refused cannot be matched: then the other gaps are none.
  const rules = facts.consent > 0 ? RULES : RULES.filter(({ field }) => field === 'consent');
  return rules
    .filter(({ applies }) => applies(facts, name === PAGE_LOAD))
    .map(({ field, message }) => ({ field, message }));
}
