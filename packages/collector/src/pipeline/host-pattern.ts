/** Host of an address, lower-case; empty where it is none. */
export function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).hostname : '';
}

/** `localhost`, or `*.staging.example` for every name below it. */
export function matchesHost(host: string, anyCase: string): boolean {
  const pattern = anyCase.toLowerCase();
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
