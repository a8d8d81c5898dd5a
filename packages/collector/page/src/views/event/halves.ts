import type { EventDetail } from '../../../../src/store/reading.ts';

/** Which copies of an event there are, and what Microsoft makes of them. `undefined`: not known. */
export interface Halves {
  browser: boolean | undefined;
  server: boolean | undefined;
  /** How often Microsoft counts it. */
  counted: number;
  /** In words, a sentence each. */
  because: string[];
}

export type Wire = Record<string, unknown> & {
  userData?: Record<string, unknown>;
  customData?: Record<string, unknown>;
};

export function halvesOf(detail: EventDetail, wire: Wire | undefined): Halves {
  const { event, tagSentPageLoadAt } = detail;
  const server = serverHalf(event.state);
  const fromBrowser = event.source === 'pixel' || event.source === 'noscript';
  const isPageLoad = wire?.eventType === 'pageLoad' || (wire === undefined && event.name === '');
  const serverWords = server.because;

  if (isPageLoad) {
    const browser = tagSentPageLoadAt !== undefined;
    const both = browser && server.arrived === true;
    return {
      browser,
      server: server.arrived,
      counted: both ? 2 : browser || server.arrived ? 1 : 0,
      because: [
        browser
          ? "The page's own UET tag was seen sending this page load."
          : "The page's own UET tag was not seen sending this page load: blocked, missing, or the page ended too soon.",
        both
          ? 'A page load has no event id that both copies could share, so Microsoft may count it twice.'
          : serverWords,
      ],
    };
  }

  const browser = fromBrowser ? tagSentPageLoadAt !== undefined || undefined : undefined;
  return {
    browser,
    server: server.arrived,
    counted: browser || server.arrived ? 1 : 0,
    because: [
      browser
        ? "The page's own UET tag was at work on this page, and was handed the same event under the same id."
        : fromBrowser
          ? "Nothing was seen of the page's own UET tag on this page. If it runs, it was handed the same event under the same id."
          : 'Your server reported it. A copy of the browser with the same name and id counts together with it.',
      serverWords,
      browser && server.arrived
        ? 'Same tag, same name, same id: Microsoft counts the two once.'
        : 'Whichever copies arrive: same tag, same name, same id, so Microsoft counts it once.',
    ],
  };
}

function serverHalf(state: EventDetail['event']['state']): { arrived: boolean | undefined; because: string } {
  switch (state) {
    case 'accepted':
      return { arrived: true, because: "The server's copy was accepted by Microsoft." };
    case 'skipped':
      return { arrived: false, because: "The server's copy was not sent: a rule decided so." };
    case 'rejected':
    case 'expired':
    case 'dead':
      return { arrived: false, because: "The server's copy did not arrive; the time line says why." };
    default:
      return { arrived: undefined, because: "The server's copy waits on disk and will be sent." };
  }
}
