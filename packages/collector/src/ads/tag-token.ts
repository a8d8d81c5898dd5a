import { isRecord } from '@uet-capi/protocol';
import type { AdsAccount, AdsAnswer, AdsClient } from './client.ts';
import { describeFailure } from './describe-failure.ts';

export type TagToken = { token: string } | { problem: string };

/** Two pages of Microsoft's document two shapes of this operation; the newer one first. */
const SHAPES = [
  { request: (id: string) => ({ UetTagId: id }), read: (body: Body) => body.UetTagAuthKey },
  {
    request: (id: string) => ({ TagId: id }),
    read: ({ TagAuthKey: key }: Body) => (isRecord(key) ? key.AuthKey : undefined),
  },
];

type Body = Extract<AdsAnswer, { kind: 'answered' }>['body'];

/** The token of a UET tag for the Conversions API. It is a secret: for the operator's eyes alone. */
export async function fetchTagToken(
  client: AdsClient,
  account: AdsAccount,
  tagId: string,
  signal: AbortSignal,
): Promise<TagToken> {
  let problem = '';
  for (const { request, read } of SHAPES) {
    const body = JSON.stringify(request(tagId));
    const call = { service: 'campaign', operation: 'UetTagAuthKey/Query', body, account, signal } as const;
    const answer = await client.call(call);
    const token = answer.kind === 'answered' ? read(answer.body) : undefined;
    if (typeof token === 'string' && token !== '') return { token };
    problem ||=
      answer.kind === 'answered'
        ? `Microsoft gives no token for the tag ${tagId}: does it belong to account ${account.accountId}?`
        : describeFailure(answer);
  }
  return { problem };
}
