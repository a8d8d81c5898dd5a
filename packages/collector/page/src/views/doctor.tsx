import { useState } from 'preact/hooks';
import type { Finding } from '../../../src/doctor/finding.ts';
import { MOUNT } from '../data/call.ts';
import { plural } from '../data/format.ts';
import { useAnswer } from '../data/use-answer.ts';
import type { Tone } from '../data/words.ts';
import { Loading } from '../parts/loading.tsx';
import { Pill } from '../parts/pill.tsx';
import { Text } from '../parts/text.tsx';
import { useSession } from '../session.ts';

const STATUS: Record<Finding['status'], { label: string; tone: Tone }> = {
  problem: { label: 'Problem', tone: 'bad' },
  warning: { label: 'Warning', tone: 'warn' },
  ok: { label: 'Fine', tone: 'good' },
  skipped: { label: 'Not checked', tone: 'soft' },
};

/** What needs somebody comes first. */
const ORDER = Object.keys(STATUS);

/** The page may be open by a tunnel or on the machine itself; what visitors use is https. */
const LIKELY_ADDRESS = MOUNT.startsWith('https:') ? MOUNT : '';

export function DoctorView() {
  const { role } = useSession();
  const [url, setUrl] = useState(role === 'admin' ? LIKELY_ADDRESS : '');
  const answer = useAnswer<{ findings: Finding[] }>('/doctor', { query: { url: url || undefined } });
  return (
    <>
      <div class="head">
        <h1>Doctor</h1>
        <div class="actions">
          <button type="button" onClick={answer.reload}>
            Check again
          </button>
        </div>
      </div>
      <p class="lead">
        Settings, network, clock, token, store: what is wrong, why it matters, and the next step.
      </p>
      {role === 'admin' && <AddressForm url={url} onChoose={setUrl} />}
      <Loading answer={answer}>{({ findings }) => <Findings findings={findings} />}</Loading>
    </>
  );
}

/** Proxy, cookies and pixel can be looked at only where visitors come in. */
function AddressForm({ url, onChoose }: { url: string; onChoose: (url: string) => void }) {
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(String(new FormData(event.currentTarget).get('url')));
      }}
    >
      <label class="wide">
        <span>Where visitors reach the collector</span>
        <input name="url" type="url" placeholder="https://shop.example/m" defaultValue={url} />
      </label>
      <button type="submit">Look from there</button>
    </form>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  const problems = findings.filter(({ status }) => status === 'problem').length;
  const warnings = findings.filter(({ status }) => status === 'warning').length;
  const tone = problems > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good';
  const title = [problems > 0 && plural(problems, 'problem'), warnings > 0 && plural(warnings, 'warning')]
    .filter(Boolean)
    .join(' and ');
  return (
    <>
      <section class={`verdict ${tone}`} aria-label="Result" role="status">
        <div>
          <p class="verdict-title">{title || 'Everything is as it should be'}</p>
          <p class="verdict-why">{plural(findings.length, 'check')} made.</p>
        </div>
      </section>
      <ul class="findings card">
        {sorted.map(({ id, status, site, what, why, next }) => (
          <li key={`${site} ${id} ${what}`} class={STATUS[status].tone}>
            <Pill tone={STATUS[status].tone}>{STATUS[status].label}</Pill>
            <div>
              <p class="finding-what">
                {site && <span class="none">{site}: </span>}
                <Text value={what} />
              </p>
              {why && (
                <p class="none">
                  <Text value={why} />
                </p>
              )}
              {next && (
                <p class="finding-next">
                  <strong>Next:</strong> <Text value={next} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
