import type { Detail } from '@uet-capi/protocol';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { Tokens } from '../capi-route.ts';
import { failure } from '../failure.ts';
import type { State } from '../state.ts';
import { queryAccountProperties, setAccountProperties } from './account-properties.ts';
import { applyAdjustments } from './apply-adjustments.ts';
import { applyConversions } from './apply-conversions.ts';
import { applyOnlineAdjustments } from './apply-online-adjustments.ts';
import { accountSearch, accountsInfo, userQuery } from './customers.ts';
import { fault, type PartialError, success } from './errors.ts';
import { pass } from './gate.ts';
import { addGoals, updateGoals } from './goal-changes.ts';
import { goalsByIds, goalsByTagIds } from './goal-queries.ts';
import type { Operation } from './operation.ts';
import { reportByGoals } from './report-by-goals.ts';
import { REPORT_FILES, reportDaily, reportFile } from './report-daily.ts';
import { uetTagAuthKey, uetTags } from './tags.ts';
import { readBody, Unreadable } from './wire.ts';

const CAMPAIGN = '/CampaignManagement/v13';
const CUSTOMER = '/CustomerManagement/v13';

/** By path. */
const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  [`${CAMPAIGN}/OfflineConversions/Apply`]: [applyConversions],
  [`${CAMPAIGN}/OfflineConversionAdjustments/Apply`]: [applyAdjustments],
  [`${CAMPAIGN}/OnlineConversionAdjustments/Apply`]: [applyOnlineAdjustments],
  [`${CAMPAIGN}/ConversionGoals/QueryByIds`]: [goalsByIds],
  [`${CAMPAIGN}/ConversionGoals/QueryByTagIds`]: [goalsByTagIds],
  [`${CAMPAIGN}/ConversionGoals`]: [addGoals, updateGoals],
  [`${CAMPAIGN}/UetTags/QueryByIds`]: [uetTags],
  [`${CAMPAIGN}/UetTagAuthKey/Query`]: [uetTagAuthKey],
  [`${CAMPAIGN}/OfflineConversionReports/Query`]: [reportDaily],
  [`${CAMPAIGN}/OfflineConversionReport/QueryByGoalIds`]: [reportByGoals],
  [`${CAMPAIGN}/AccountProperties/Query`]: [queryAccountProperties],
  [`${CAMPAIGN}/AccountProperties/Set`]: [setAccountProperties],
  [`${CUSTOMER}/User/Query`]: [userQuery],
  [`${CUSTOMER}/Accounts/Search`]: [accountSearch],
  [`${CUSTOMER}/AccountsInfo/Query`]: [accountsInfo],
};

/** Campaign and Customer Management. Rules A1 to A9, in their order. */
export function answerAds(call: Call, state: State, tags: Tokens): Answer {
  const { pathname, query, record, secrets } = call;
  if (pathname.startsWith(REPORT_FILES)) return reportFile(pathname, query, state);
  const operations = Object.hasOwn(OPERATIONS, pathname) ? OPERATIONS[pathname]! : undefined;
  if (!operations) return failure(404, { code: 'NotFound', message: 'The resource does not exist.' });
  const operation = operations.find(({ method }) => method === record.method);
  if (!operation) {
    const error = { code: 'MethodNotAllowed', message: `${record.method} is not allowed.` };
    return failure(405, error, { allow: operations.map(({ method }) => method).join(', ') });
  }

  const { knobs } = state.world;
  const session = pass({ headers: record.headers, ...secrets, service: operation.service }, state);
  if ('kind' in session) return fault(session, knobs);
  const unknown = (path: string) => record.notes.push(`${path}: unknown property, ignored`);
  try {
    const request = readBody(call.body, operation.shape, { knobs, unknown });
    const outcome = operation.run(request, {
      state,
      user: session.user,
      account: session.account!,
      now: state.clock.now(),
      variant: record.number,
      tags,
      origin: `http://${record.headers.host}`,
    });
    if ('refusal' in outcome) return fault(outcome.refusal, knobs);
    record.details = itemErrors(outcome.body);
    return success(outcome.body);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    record.notes.push(`the request cannot be read: ${error.message}`);
    const { unreadableStatus: status, unreadableCode: code } = knobs;
    return fault({ kind: 'ApiFaultDetail', status, name: 'NullRequest', code }, knobs);
  }
}

/** At most so many errors of one request are kept beside it: a list of 1,000 has a lot to say. */
const MAX_DETAILS = 200;

/** The partial errors of an answer, for the log and the page. */
function itemErrors({ PartialErrors = [] }: { PartialErrors?: PartialError[] }): Detail[] {
  return PartialErrors.slice(0, MAX_DETAILS).map(({ Index, Code, ErrorCode, Message }) => ({
    index: Index,
    propertyName: `item ${Index}`,
    errorMessage: Message,
    errorCode: `${Code} ${ErrorCode}`,
    isWarning: false,
  }));
}
