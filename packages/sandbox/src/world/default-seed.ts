import type { Seed } from './seed.ts';

/** What is there before anything is seeded, and again after a reset: enough for a first upload. */
export const DEFAULT_SEED = {
  users: [{ id: '100001', userName: 'sam@example.com', customerId: '200001' }],
  accounts: [
    { id: '300001', number: 'F100SBX1', name: 'Example shop', customerId: '200001', currency: 'EUR' },
  ],
  goals: [
    {
      id: '400001',
      name: 'Qualified lead',
      accountId: '300001',
      enhancedConversions: true,
      category: 'SubmitLeadForm',
      revenue: { type: 'VariableValue', value: 0, currency: 'EUR' },
    },
    {
      id: '400002',
      name: 'Phone sale',
      accountId: '300001',
      category: 'Purchase',
      revenue: { type: 'FixedValue', value: 50, currency: 'EUR' },
    },
    {
      id: '400003',
      name: 'Shop purchase',
      accountId: '300001',
      type: 'Event',
      category: 'Purchase',
      revenue: { type: 'VariableValue', value: 0, currency: 'EUR' },
      tagId: '123456',
      action: { expression: 'purchase' },
    },
  ],
  clicks: [],
  apps: [{ clientId: 'sandbox-app' }, { clientId: 'sandbox-web-app', secret: 'sandbox-secret' }],
  developerTokens: [
    { token: 'sandbox-developer-token' },
    // The public one of Microsoft's own sandbox.
    { token: 'BBD37VB98', environment: 'sandbox' },
  ],
  grants: [
    {
      userName: 'sam@example.com',
      clientId: 'sandbox-app',
      accessToken: 'sandbox-access-token',
      refreshToken: 'sandbox-refresh-token',
    },
  ],
} satisfies Seed;
