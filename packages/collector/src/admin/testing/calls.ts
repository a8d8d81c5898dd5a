import { type CallOptions, type RunningCollector, storeEvent, VISITOR } from './running-collector.ts';

/** What a call of an operation needs besides its path. */
export interface SampleCall extends CallOptions {
  params?: Record<string, string | number>;
}

/**
 * One call of every operation, by its id, each of which must succeed, in this order. A new operation
 * without one here fails `every-operation.test.ts`.
 */
export const CALLS: Record<string, (running: RunningCollector) => SampleCall | Promise<SampleCall>> = {
  getDescription: () => ({}),
  getSession: () => ({}),
  listEvents: () => ({ query: { state: 'accepted', limit: '10' } }),
  followEvents: () => ({}),
  getEvent: async (running) => ({ params: { seq: await storeEvent(running, 'to be seen') } }),
  replayEvent: async (running) => ({ params: { seq: await storeEvent(running, 'to be sent again') } }),
  replayEvents: () => ({ body: { states: ['dead', 'rejected'] } }),
  exportPerson: () => ({ body: { visitor: VISITOR } }),
  erasePerson: () => ({ body: { email: 'jane@contoso.com' } }),
  sendTestEvent: () => ({ body: { site: 'shop', name: 'lead' } }),
  eraseEvent: async (running) => ({ params: { seq: await storeEvent(running, 'to be erased') } }),
  getOverview: () => ({ query: { site: 'shop' } }),
  pauseDestination: () => ({ params: { destination: 'uet-capi:22' } }),
  resumeDestination: () => ({ params: { destination: 'uet-capi:22' } }),
  getReport: () => ({ query: { days: '30' } }),
  getMatchQuality: () => ({ query: { site: 'shop' } }),
  getDoctor: () => ({}),
  listSites: () => ({}),
  getSite: () => ({ params: { site: 'shop' } }),
  addSite: () => ({ body: { id: 'shoes', tagId: '33', mode: 'shadow' } }),
  changeSite: () => ({ params: { site: 'shoes' }, body: { tagId: '44' } }),
  removeSite: () => ({ params: { site: 'shoes' } }),
  listGoals: () => ({ query: { site: 'shop' } }),
  switchGoal: () => ({ body: { site: 'shop', event: 'qualified lead', goal: 'Leads', enabled: false } }),
  getOffline: () => ({ query: { site: 'shop' } }),
  getAccountGoals: () => ({}),
  reconcile: () => ({ body: { site: 'shop', csv: 'order id,value\n1001,10' } }),
  getAlerts: () => ({}),
  sendTestAlert: () => ({}),
};
