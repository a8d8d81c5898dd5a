import { useState } from 'preact/hooks';
import { useAnswer } from '../data/use-answer.ts';
import { ActionButton } from '../parts/action.tsx';
import { Card, Fact, Facts, Table } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Pill } from '../parts/pill.tsx';
import { Snippet } from '../parts/snippet.tsx';
import { Text } from '../parts/text.tsx';
import { useSession } from '../session.ts';
import { FROM_WORDS, MODE_WORDS, type Site } from './sites/site.ts';
import { SiteForm } from './sites/site-form.tsx';

interface Sites {
  sites: Site[];
  removed: string[];
  ignored: { site: string; problems: { path: string; message: string }[] }[];
}

export function SitesView() {
  const { role, site: chosen } = useSession();
  const answer = useAnswer<Sites>('/sites');
  const [adding, setAdding] = useState(false);
  const done = () => {
    setAdding(false);
    answer.reload();
  };
  return (
    <>
      <div class="head">
        <h1>Sites</h1>
        {role === 'admin' && !adding && (
          <button type="button" onClick={() => setAdding(true)}>
            Add a site
          </button>
        )}
      </div>
      <p class="lead">
        What is changed here holds at once, in every process, and is laid over the config file.
      </p>
      {adding && (
        <Card title="Add a site">
          <SiteForm onDone={done} onCancel={() => setAdding(false)} />
        </Card>
      )}
      <Loading answer={answer}>
        {({ sites, removed, ignored }) => (
          <>
            {ignored.map(({ site, problems }) => (
              <div key={site} class="notice warn">
                <p>
                  Changes of <Text value={site} /> cannot be used with the config as it is now:{' '}
                  <Text value={problems.map(({ path, message }) => `${path}: ${message}`).join('; ')} />
                </p>
              </div>
            ))}
            {sites
              .filter(({ id }) => chosen === undefined || id === chosen)
              .map((site) => (
                <SiteCard key={site.id} site={site} onChange={answer.reload} />
              ))}
            {removed.length > 0 && (
              <p class="hint">
                Removed, though the config file has them: <Text value={removed.join(', ')} />. Adding one
                serves it again.
              </p>
            )}
          </>
        )}
      </Loading>
    </>
  );
}

function SiteCard({ site, onChange }: { site: Site; onChange: () => void }) {
  const { role } = useSession();
  const [editing, setEditing] = useState(false);
  const { id, tagId, mode, origin, paths, secrets } = site;
  const path = `/sites/${encodeURIComponent(id)}`;
  return (
    <Card
      title={id}
      lead={origin === 'file' ? 'from the config' : 'added here'}
      actions={
        role === 'admin' &&
        !editing && (
          <>
            <button type="button" onClick={() => setEditing(true)} aria-label={`Change ${id}`}>
              Change
            </button>
            <ActionButton
              label="Remove"
              about={id}
              method="DELETE"
              path={path}
              danger
              confirm="Serve it no more and deliver nothing of it? Its events are kept."
              onDone={onChange}
            />
          </>
        )
      }
    >
      {editing ? (
        <SiteForm
          site={site}
          onCancel={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            onChange();
          }}
        />
      ) : (
        <Facts>
          <Fact name="UET tag">
            <Text value={tagId} mono />
          </Fact>
          <Fact name="Mode">
            <Pill tone={mode === 'live' ? 'good' : 'warn'}>{mode}</Pill>{' '}
            <span class="none">{MODE_WORDS[mode]}</span>
          </Fact>
          <Fact name="Token">
            {secrets.token ? FROM_WORDS[secrets.token] : <Pill tone="bad">missing</Pill>}
          </Fact>
          <Fact name="Server key">
            {secrets.serverKey ? (
              FROM_WORDS[secrets.serverKey]
            ) : (
              <span class="none">none: server routes are closed</span>
            )}
          </Fact>
          <Fact name="Snippet">
            <Snippet script={paths.script} />
          </Fact>
        </Facts>
      )}
      <AllSettings site={site} onChange={onChange} />
    </Card>
  );
}

/** Every setting, those first that are not the default. */
function AllSettings({ site: { id, settings, origin }, onChange }: { site: Site; onChange: () => void }) {
  const entries = Object.entries(settings).sort(
    ([, a], [, b]) => Number(a.from === 'default') - Number(b.from === 'default'),
  );
  return (
    <details class="all-settings">
      <summary>All settings of {id}</summary>
      <Table label={`Settings of ${id}`} columns={['Setting', 'Value', 'From']}>
        {entries.map(([name, { value, from }]) => (
          <tr key={name} class={from === 'default' ? 'quiet' : undefined}>
            <th scope="row" class="mono">
              {name}
            </th>
            <td>
              {value === undefined ? (
                <span class="none">–</span>
              ) : (
                <Text value={JSON.stringify(value)} mono />
              )}
            </td>
            <td>
              {from === 'store' ? <Pill tone="busy">{FROM_WORDS[from]}</Pill> : FROM_WORDS[from]}{' '}
              {from === 'store' && origin === 'file' && (
                <ActionButton
                  label="Undo"
                  about={name}
                  method="PATCH"
                  path={`/sites/${encodeURIComponent(id)}`}
                  body={{ [name]: null }}
                  onDone={onChange}
                />
              )}
            </td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
