import { type Outcome, operation } from './operation.ts';

/** The one property that matters to uploads: without auto-tagging no address has a click id. */
const AUTO_TAGGING = 'MSCLKIDAutoTaggingEnabled';

/** `AccountProperties/Query`. */
export const queryAccountProperties = operation({
  method: 'POST',
  service: 'campaign',
  shape: { AccountPropertyNames: { list: 'string' } },
  run({ AccountPropertyNames: names }, { state, account }): Outcome {
    const value = String(state.world.autoTagged.has(account.id));
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
      if (property.Value?.toLowerCase() === 'true') state.world.autoTagged.add(account.id);
      else state.world.autoTagged.delete(account.id);
    }
    return { body: { PartialErrors: [] } };
  },
});
