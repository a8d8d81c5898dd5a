/** A site as `/sites` describes it. */
export interface Site {
  id: string;
  tagId: string;
  mode: 'live' | 'shadow' | 'test';
  /** In what the collector was started with, or added at run time. */
  origin: 'file' | 'store';
  paths: { script: string; events: string };
  settings: Record<string, { value?: unknown; from: From }>;
  /** Missing: there is none. */
  secrets: { token?: SecretFrom; serverKey?: SecretFrom };
}

export type From = 'default' | 'file' | 'store' | 'environment';
type SecretFrom = 'store' | 'environment';

export const FROM_WORDS: Record<From, string> = {
  default: 'default',
  file: 'config',
  store: 'changed here',
  environment: 'environment',
};

export const MODE_WORDS: Record<Site['mode'], string> = {
  live: 'delivers to Microsoft',
  shadow: 'captures everything, delivers nothing',
  test: 'marks everything as a test',
};
