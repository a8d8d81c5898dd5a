import { MOUNT } from '../data/call.ts';
import { Card } from '../parts/card.tsx';

/** Nothing has arrived yet: three ways to change that. */
export function Welcome() {
  return (
    <Card title="Nothing has arrived yet" lead="Three ways to change that. This page follows by itself.">
      <ol class="steps">
        <li>
          <h3>Put the pixel on your pages</h3>
          <p>In the head of every page. Your own UET tag stays where it is.</p>
          <pre>{`<script async src="${MOUNT}/c.js"></script>`}</pre>
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
