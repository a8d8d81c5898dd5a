import { useState } from 'preact/hooks';
import { type CallProblem, call } from '../../data/call.ts';
import { MODE_WORDS, type Site } from './site.ts';

export interface SiteFormProps {
  /** Undefined: a new one. */
  site?: Site;
  onDone: () => void;
  onCancel: () => void;
}

/** What most sites differ in; everything else is for the API or the config file. */
export function SiteForm({ site, onDone, onCancel }: SiteFormProps) {
  const [problem, setProblem] = useState<CallProblem>();
  const [busy, setBusy] = useState(false);

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      const body = bodyOf(form, site);
      if (site) await call('PATCH', `/sites/${encodeURIComponent(site.id)}`, { body });
      else await call('POST', '/sites', { body });
      onDone();
    } catch (error) {
      setProblem(error as CallProblem);
      setBusy(false);
    }
  }

  return (
    <form
      class="form"
      onSubmit={(event) => void save(event)}
      aria-label={site ? `Change ${site.id}` : 'Add a site'}
    >
      {!site && (
        <label>
          <span>Id, a part of its addresses</span>
          <input name="id" required pattern="[\w.\-]+" spellcheck={false} />
        </label>
      )}
      <label>
        <span>UET tag id</span>
        <input name="tagId" required inputMode="numeric" pattern="\d+" defaultValue={site?.tagId} />
      </label>
      <label>
        <span>Mode</span>
        <select name="mode">
          {Object.entries(MODE_WORDS).map(([mode, words]) => (
            // Not by `defaultValue`, which Preact sets of inputs alone: a site in shadow would go live.
            <option key={mode} value={mode} selected={mode === (site?.mode ?? 'live')}>
              {mode}: {words}
            </option>
          ))}
        </select>
      </label>
      <label class="wide">
        <span>Further origins that may post, separated by spaces</span>
        <input
          name="origins"
          defaultValue={originsOf(site)}
          placeholder="https://shop.example"
          spellcheck={false}
        />
      </label>
      <label class="wide">
        <span>
          Conversions API token{site && ', if it shall be another one'}; kept encrypted and never shown
        </span>
        <input name="token" type="password" autocomplete="off" />
      </label>
      {problem && (
        <p class="notice bad wide" role="alert">
          {problem.path && `${problem.path.replace(/^body\./, '')}: `}
          {problem.message}
        </p>
      )}
      <div class="actions wide">
        <button type="submit" class="primary" disabled={busy}>
          {site ? 'Save' : 'Add'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function originsOf(site: Site | undefined): string {
  const value = site?.settings.origins?.value;
  return Array.isArray(value) ? value.join(' ') : '';
}

/** Only what is another than before: what is named here is kept as changed here. */
function bodyOf(form: FormData, site: Site | undefined): Record<string, unknown> {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const body: Record<string, unknown> = {};
  if (!site) body.id = text('id');
  if (text('tagId') !== site?.tagId) body.tagId = text('tagId');
  if (text('mode') !== site?.mode) body.mode = text('mode');
  if (text('origins') !== originsOf(site))
    body.origins = text('origins')
      .split(/[\s,]+/)
      .filter(Boolean);
  if (text('token')) body.token = text('token');
  return body;
}
