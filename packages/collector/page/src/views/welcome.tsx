import { useAnswer } from '../data/use-answer.ts';
import { Card } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Snippet } from '../parts/snippet.tsx';
import { useSession } from '../session.ts';
import type { Site } from './sites/site.ts';

/** Nothing has arrived yet: three ways to change that. */
export function Welcome() {
  const { site: chosen } = useSession();
  const answer = useAnswer<{ sites: Site[] }>('/sites');
  return (
    <Card title="Nothing has arrived yet" lead="Three ways to change that. This page follows by itself.">
      <ol class="steps">
        <li>
          <h3>Put the pixel on your pages</h3>
          <p>In the head of every page. Your own UET tag stays where it is.</p>
          <Loading answer={answer}>
            {({ sites }) => <SiteSnippet sites={sites.filter(({ id }) => !chosen || id === chosen)} />}
          </Loading>
        </li>
        <li>
          <h3>Send one event all the way</h3>
          <p>It is named uet_capi_test, has no value, and is followed until Microsoft has accepted it.</p>
          <pre>npx uet-capi send-test</pre>
        </li>
        <li>
          <h3>Not sure whether everything is set up?</h3>
          <p>
            <a href="#/doctor">The doctor</a> checks settings, token, network and clock, and names what to do.
          </p>
        </li>
      </ol>
    </Card>
  );
}

function SiteSnippet({ sites }: { sites: readonly Site[] }) {
  const [site, ...others] = sites;
  if (site && others.length === 0) return <Snippet script={site.paths.script} />;
  return (
    <p>
      Each site has a snippet of its own: <a href="#/sites">Sites</a> shows them.
    </p>
  );
}
