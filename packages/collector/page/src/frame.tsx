import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ViewEntry } from './app.tsx';
import { signOut } from './data/call.ts';
import { hrefOf } from './router.ts';
import { useSession } from './session.ts';

export interface FrameProps {
  view: string;
  views: readonly ViewEntry[];
  onSite: (site: string | undefined) => void;
  children: ComponentChildren;
}

/** What stands around every view: the way to the others, the site, who is signed in. */
export function Frame({ view, views, onSite, children }: FrameProps) {
  const { name, role, sites, site } = useSession();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [view]);
  const groups = [...new Set(views.map(({ group }) => group))];

  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class={open ? 'side open' : 'side'}>
        <div class="brand">
          <a class="brand-link" href={hrefOf('overview')}>
            uet-capi
          </a>
          <button
            type="button"
            class="menu"
            aria-expanded={open}
            aria-controls="menu"
            onClick={() => setOpen(!open)}
          >
            Menu
          </button>
        </div>
        <div class="side-body" id="menu">
          {sites.length > 1 && (
            <label class="site-choice">
              <span>Site</span>
              <select
                value={site ?? ''}
                onChange={({ currentTarget }) => onSite(currentTarget.value || undefined)}
              >
                <option value="">All {sites.length} sites</option>
                {sites.map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            </label>
          )}
          <nav aria-label="Views">
            {groups.map((group) => (
              <ul key={group}>
                {views
                  .filter((entry) => entry.group === group)
                  .map((entry) => (
                    <li key={entry.view}>
                      <a href={hrefOf(entry.view)} aria-current={entry.view === view ? 'page' : undefined}>
                        {entry.label}
                      </a>
                    </li>
                  ))}
              </ul>
            ))}
          </nav>
          <p class="who">
            <span>
              {name}
              {role === 'read' && ', read only'}
            </span>
            <button type="button" class="plain" onClick={() => void signOut()}>
              Sign out
            </button>
          </p>
        </div>
      </header>
      {children}
    </div>
  );
}
