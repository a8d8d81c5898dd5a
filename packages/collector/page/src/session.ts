import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Who is signed in, and what they look at. */
export interface Session {
  name: string;
  role: 'admin' | 'read';
  /** The sites that exist for them. */
  sites: readonly string[];
  /** The one that everything is shown of; undefined: all of them. */
  site: string | undefined;
}

export const SessionContext = createContext<Session>({ name: '', role: 'read', sites: [], site: undefined });

export const useSession = () => useContext(SessionContext);
