import type { Answer } from '../answer.ts';
import type { State } from '../state.ts';
import type { Grant } from './grants.ts';
import { splitScope } from './scope.ts';
import { errorPage, formPostPage, signInPage } from './sign-in-page.ts';

export interface AuthorizeCall {
  method: string;
  /** The path with its query, for the form to come back to. */
  address: string;
  query: URLSearchParams;
  /** The form of the sign-in page; undefined on a GET. */
  form: URLSearchParams | undefined;
  provider: Grant['provider'];
}

/** Prompts that ask for a person even when one is signed in. */
const ASKING_PROMPTS = ['login', 'consent', 'select_account'];

/** `…/authorize`: a page to sign in on, or at once back to the application with a code. Rules O1, O2. */
export function authorize({ method, address, query, form, provider }: AuthorizeCall, state: State): Answer {
  const { world } = state;
  const clientId = query.get('client_id') ?? '';
  const redirectUri = query.get('redirect_uri') ?? '';
  const app = world.apps.find((known) => known.clientId === clientId);
  if (!app) {
    return errorPage(`AADSTS700016: Application with identifier '${clientId}' was not found.`);
  }
  if (!URL.canParse(redirectUri) || (app.redirectUris && !app.redirectUris.includes(redirectUri))) {
    return errorPage(
      `AADSTS50011: The redirect URI '${redirectUri}' does not match the ones registered for the application '${clientId}'.`,
    );
  }

  const back = (values: Record<string, string>): Answer => {
    const given = query.get('state');
    return goBack(
      redirectUri,
      query.get('response_mode'),
      given === null ? values : { ...values, state: given },
    );
  };
  const refuse = (error: string, description: string) => back({ error, error_description: description });
  if (query.get('response_type') !== 'code') {
    return refuse('invalid_request', "AADSTS900144: The request must contain 'response_type=code'.");
  }
  const scope = splitScope(query.get('scope') ?? '');
  if (scope.length === 0) {
    return refuse('invalid_request', "AADSTS900144: The request must contain the parameter 'scope'.");
  }
  const challengeMethod = query.get('code_challenge_method') ?? 'plain';
  if (!['S256', 'plain'].includes(challengeMethod)) {
    return refuse('invalid_request', 'AADSTS501491: The code_challenge_method is not supported.');
  }

  const prompts = (query.get('prompt') ?? '').split(' ');
  const asks = world.knobs.signInPage || prompts.some((prompt) => ASKING_PROMPTS.includes(prompt));
  if (asks && prompts.includes('none')) {
    return refuse('interaction_required', 'AADSTS50058: Nobody is signed in and the prompt is none.');
  }
  if (asks && method === 'GET') return signInPage({ address, clientId, scope, users: world.users });
  if (form?.get('decision') === 'cancel') {
    return refuse('access_denied', 'AADSTS65004: The user declined to consent.');
  }
  const userName = form?.get('user') ?? world.users[0]?.userName;
  const user = world.users.find((known) => known.userName === userName);
  if (!user) return errorPage(`AADSTS50034: The user account '${userName ?? ''}' does not exist.`);

  const code = state.grants.addCode({
    grant: { clientId, userName: user.userName, scope, provider },
    redirectUri,
    challenge: query.get('code_challenge') ?? undefined,
    challengeMethod,
    issuedAt: state.clock.now(),
  });
  return back({ code });
}

/** Back to the application, in the way it asked for. */
function goBack(redirectUri: string, mode: string | null, values: Record<string, string>): Answer {
  if (mode === 'form_post') return formPostPage(redirectUri, values);
  const url = new URL(redirectUri);
  if (mode === 'fragment') url.hash = new URLSearchParams(values).toString();
  else for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}
