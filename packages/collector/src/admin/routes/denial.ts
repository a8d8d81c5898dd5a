import { retryAfter } from '../../ingest/answers.ts';
import type { Answer } from '../../ingest/exchange.ts';
import type { Denied } from '../access/access.ts';
import { problemAnswer } from './problem-answer.ts';

/** What somebody is told who gets no further, in words for people and programs. */
export function denialAnswer(denied: Denied): Answer {
  switch (denied.denied) {
    case 'unknown':
      return problemAnswer(
        {
          status: 401,
          code: 'unauthorized',
          message: 'a token is needed: Authorization: Bearer … (UET_CAPI_ADMIN_TOKEN)',
        },
        { 'WWW-Authenticate': 'Bearer' },
      );
    case 'limited':
      return problemAnswer(
        { status: 429, code: 'too_many_attempts', message: LIMITED_MESSAGE },
        retryAfter(denied),
      );
    case 'foreign':
      return problemAnswer({
        status: 403,
        code: 'foreign_origin',
        message: 'with a session, changes come from the page itself, with the header X-Capi-Admin: 1',
      });
  }
}

export const LIMITED_MESSAGE = 'too many wrong tokens came from this address: wait a little';
