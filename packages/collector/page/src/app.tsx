import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAnswer } from './data/use-answer.ts';
import { Frame } from './frame.tsx';
import { Loading } from './parts/loading.tsx';
import { type Place, usePlace } from './router.ts';
import { type Session, SessionContext } from './session.ts';
import { AlertsView } from './views/alerts.tsx';
import { DoctorView } from './views/doctor.tsx';
import { EventView } from './views/event.tsx';
import { EventsView } from './views/events.tsx';
import { OfflineView } from './views/offline.tsx';
import { OverviewView } from './views/overview.tsx';
import { QualityView } from './views/quality.tsx';
import { ReportView } from './views/report.tsx';
import { SitesView } from './views/sites.tsx';
import { TestEventsView } from './views/test-events.tsx';

export interface ViewProps {
  place: Place;
}

export interface ViewEntry {
  view: string;
  label: string;
  /** What the way there is grouped under. */
  group: string;
  Component: ComponentType<ViewProps>;
}

/** In the order of the menu. */
const VIEWS: readonly ViewEntry[] = [
  { view: 'overview', label: 'Overview', group: 'Events', Component: OverviewView },
  { view: 'events', label: 'Events', group: 'Events', Component: EventsView },
  { view: 'quality', label: 'Match quality', group: 'Events', Component: QualityView },
  { view: 'report', label: 'Report', group: 'Events', Component: ReportView },
  { view: 'offline', label: 'Offline', group: 'Events', Component: OfflineView },
  { view: 'test-events', label: 'Test events', group: 'Operate', Component: TestEventsView },
  { view: 'sites', label: 'Sites', group: 'Operate', Component: SitesView },
  { view: 'doctor', label: 'Doctor', group: 'Operate', Component: DoctorView },
  { view: 'alerts', label: 'Alerts', group: 'Operate', Component: AlertsView },
];

export function App() {
  const place = usePlace();
  const answer = useAnswer<Omit<Session, 'site'>>('/session');
  const [site, setSite] = useState<string>();
  const entry = VIEWS.find(({ view }) => view === place.view) ?? VIEWS[0]!;
  const Component = place.view === 'events' && place.id !== undefined ? EventView : entry.Component;
  const main = useRef<HTMLElement>(null);

  // A new view begins at its top, for eyes and for screen readers.
  const shown = useRef(false);
  useEffect(() => {
    document.title = `${entry.label} · uet-capi`;
    if (shown.current) main.current?.focus();
    shown.current = true;
    scrollTo(0, 0);
  }, [place.view, place.id]);

  return (
    <Loading answer={answer}>
      {(session) => (
        <SessionContext.Provider value={{ ...session, site }}>
          <Frame view={entry.view} views={VIEWS} onSite={setSite}>
            <main id="main" ref={main} tabIndex={-1}>
              <Component place={place} key={`${place.view}/${place.id}`} />
            </main>
          </Frame>
        </SessionContext.Provider>
      )}
    </Loading>
  );
}
