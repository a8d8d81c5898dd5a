import type { PixelEnvelope } from '@uet-capi/protocol';
import type { CapiIntake, Client, Intake, NoscriptPage, PixelIntake, Refusal } from '../../intake/intake.ts';

/** An intake in memory that writes down what it was asked and answers what the test says. */
export interface FakeIntake extends Intake {
  pixelCalls: { siteId: string; envelope: PixelEnvelope; client: Client }[];
  noscriptCalls: { siteId: string; page: NoscriptPage; client: Client }[];
  capiCalls: { tagId: string; body: unknown; receivedAt: number }[];
  answers: {
    pixel: () => PixelIntake | Refusal;
    noscript: () => void;
    capi: () => CapiIntake | Refusal;
  };
}

export function createFakeIntake(): FakeIntake {
  const intake: FakeIntake = {
    pixelCalls: [],
    noscriptCalls: [],
    capiCalls: [],
    answers: {
      pixel: () => ({ answer: { accepted: 1, rejected: [] }, identity: {} }),
      noscript: () => {},
      capi: () => ({ status: 200, body: { eventsReceived: 1, traceId: 'trace' } }),
    },
    conversions: async (_, inputs) => inputs.map((__, index) => ({ index, status: 'accepted' })),
    adjustments: async (_, inputs) => inputs.map((__, index) => ({ index, status: 'accepted' })),
    async pixel(siteId, envelope, client) {
      intake.pixelCalls.push({ siteId, envelope, client });
      return intake.answers.pixel();
    },
    async noscript(siteId, page, client) {
      intake.noscriptCalls.push({ siteId, page, client });
      intake.answers.noscript();
    },
    async capi(tagId, body, receivedAt) {
      intake.capiCalls.push({ tagId, body, receivedAt });
      return intake.answers.capi();
    },
  };
  return intake;
}
