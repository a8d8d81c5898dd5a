import { json } from '../../ingest/answers.ts';
import type { Route } from '../../ingest/exchange.ts';
import type { Access } from '../access/access.ts';
import { denialAnswer } from './denial.ts';

/** `GET /admin/api/openapi.json`: what scripts and their generators read. */
export function createDescriptionRoute(access: Access, description: object): Route {
  return {
    name: 'admin_api',
    methods: ['GET'],
    handle(request) {
      const admitted = access.admit(request);
      return 'principal' in admitted ? json(200, description) : denialAnswer(admitted);
    },
  };
}
