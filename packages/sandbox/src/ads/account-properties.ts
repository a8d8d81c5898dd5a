import { type Outcome, operation } from './operation.ts';

/** The one property that matters to uploads: without auto-tagging no address has a click id. */
const AUTO_TAGGING = 'MSCLKIDAutoTaggingEnabled';

/** `AccountProperties/Query`. */
export const queryAccountProperties = operation({
  method: 'POST',
  service: 'campaign',
  shape: { AccountPropertyNames: { list: 'string' } },
  run({ AccountPropertyNames: names }, { state, account }): Outcome {
    const { autoTagged, goals } = state.world;
    // Adding a goal turns it on, and whoever made those of the seed has added them.
    const value = String(
      autoTagged.get(account.id) ?? goals.some(({ accountId }) => accountId === account.id),
    );
    return {
      body: {
        AccountProperties: (names ?? [])
          .filter((name) => name === AUTO_TAGGING)
          .map((Name) => ({ Name, Value: value })),
      },
    };
  },
});

/** `AccountProperties/Set`. */
export const setAccountProperties = operation({
  method: 'POST',
  service: 'campaign',
  shape: { AccountProperties: { list: { object: { Name: 'string', Value: 'string' } } } },
  run({ AccountProperties: properties }, { state, account }): Outcome {
    for (const property of properties ?? []) {
      if (property?.Name !== AUTO_TAGGING) continue;
      state.world.autoTagged.set(account.id, property.Value?.toLowerCase() === 'true');
    }
    return { body: { PartialErrors: [] } };
  },
});
