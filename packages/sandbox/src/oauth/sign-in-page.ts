import { type Answer, asset } from '../answer.ts';
import type { User } from '../world/seed.ts';

/** No `form-action`: browsers apply it to the redirect that follows too, which leads to the application. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export interface SignIn {
  /** Where the form goes: the address of this page. */
  address: string;
  clientId: string;
  scope: readonly string[];
  users: readonly User[];
}

/** Where a person, or a test with a form post of `user` and `decision`, signs in. */
export function signInPage({ address, clientId, scope, users }: SignIn): Answer {
  const choices = users.map(
    ({ userName }, index) =>
      `<p><label><input type="radio" name="user" value="${escaped(userName)}"${index === 0 ? ' checked' : ''}> ${escaped(userName)}</label></p>`,
  );
  return page(
    200,
    'Sign in',
    `<p>The application <b>${escaped(clientId)}</b> asks for <code>${escaped(scope.join(' '))}</code>.</p>
    <form method="post" action="${escaped(address)}">
      ${choices.join('\n      ')}
      <p><button name="decision" value="accept">Sign in and accept</button>
      <button name="decision" value="cancel">Cancel</button></p>
    </form>`,
  );
}

/** What cannot be told to the application, because it is not known to be the right one. */
export function errorPage(text: string): Answer {
  return page(400, 'Sorry, but there is a problem with signing you in', `<p>${escaped(text)}</p>`);
}

/** `response_mode=form_post`. Without scripts: a person presses the button, a test posts the form. */
export function formPostPage(redirectUri: string, values: Record<string, string>): Answer {
  const fields = Object.entries(values).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(
    200,
    'Signed in',
    `<form method="post" action="${escaped(redirectUri)}">${fields.join('')}<button>Go on</button></form>`,
  );
}

function page(status: number, title: string, content: string): Answer {
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="stylesheet" href="/_sandbox/page.css">
  </head>
  <body>
    <header><div><h1>${title}</h1><p>uet-capi sandbox, in the place of Microsoft's sign-in.</p></div></header>
    <main><section class="card">${content}</section></main>
  </body>
</html>
`;
  return { ...asset('text/html', body, HEADERS), status };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
