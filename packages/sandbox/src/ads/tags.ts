import { tokenOf } from '../capi-route.ts';
import { type ItemError, partialErrors } from './errors.ts';
import { type Outcome, operation } from './operation.ts';

const MAX_IDS = 100;

/** `UetTags/QueryByIds`: without ids those that the sandbox was started with, or that goals name. */
export const uetTags = operation({
  method: 'POST',
  service: 'campaign',
  shape: { TagIds: { list: 'id' }, ReturnAdditionalFields: 'string' },
  run({ TagIds: ids }, { state, account, variant, tags }): Outcome {
    if (ids && ids.length > MAX_IDS) {
      return { refusal: { kind: 'ApiFaultDetail', status: 400, name: 'UetTagIdsExceedsLimit' } };
    }
    const goals = state.world.goalsOf(account);
    const known = [...(tags?.keys() ?? []), ...goals.flatMap(({ tagId }) => tagId ?? [])];
    const exists = (id: string | null) => id !== null && tokenOf(id, tags) !== undefined;
    const wanted = ids && ids.length > 0 ? ids : [...new Set(known)];
    const errors = wanted.flatMap((id, index): ItemError[] =>
      exists(id) ? [] : [{ index, name: 'InvalidUetTagId' }],
    );
    return {
      body: {
        UetTags: wanted.map((id) => (exists(id) ? tagJson(id!) : null)),
        PartialErrors: partialErrors(errors, variant),
      },
    };
  },
});

/** `UetTagAuthKey/Query`: the token of a tag for the Conversions API. Microsoft documents two shapes. Rule G7. */
export const uetTagAuthKey = operation({
  method: 'POST',
  service: 'campaign',
  shape: { UetTagId: 'id', TagId: 'id' },
  run({ UetTagId, TagId }, { state, variant, tags }): Outcome {
    const isFirst = state.world.knobs.tagKeyShape === 'UetTagId';
    const id = isFirst ? UetTagId : TagId;
    const token = id === null ? undefined : tokenOf(id, tags);
    const errors: ItemError[] = token === undefined ? [{ index: 0, name: 'InvalidUetTagId' }] : [];
    const PartialErrors = partialErrors(errors, variant);
    if (isFirst) return { body: { UetTagAuthKey: token ?? null, PartialErrors } };
    return { body: { TagAuthKey: token === undefined ? null : { AuthKey: token }, PartialErrors } };
  },
});

function tagJson(id: string): object {
  return {
    CustomerShare: null,
    Description: null,
    Id: id,
    Industry: null,
    Name: `Tag ${id}`,
    TrackingNoScript: null,
    TrackingScript: null,
    TrackingStatus: 'Active',
  };
}
