import type { Ads } from '../../config/config.ts';

/** The app registration that asks for tokens. */
export interface OAuthApp {
  /** Base URL of the sign-in. */
  url: string;
  clientId: string;
  /** Undefined for a public app, which must not send one. */
  clientSecret: string | undefined;
}

/**
 * The one scope that the API takes, and the one that brings a refresh token. The older `ads.manage`
 * and `bingads.manage` give tokens that are refused (Microsoft Advertising: "Upgrade to msads.manage").
 */
export const API_SCOPE = 'https://ads.microsoft.com/msads.manage';
export const SCOPE = `${API_SCOPE} offline_access`;

/** Work and personal accounts alike. */
export const PATH = '/common/oauth2/v2.0';

/** Undefined where no app is configured. */
export function appOf({ oauthUrl, clientId, clientSecret }: Ads): OAuthApp | undefined {
  return clientId === undefined ? undefined : { url: oauthUrl.replace(/\/+$/, ''), clientId, clientSecret };
}
