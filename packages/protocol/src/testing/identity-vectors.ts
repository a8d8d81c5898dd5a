/**
 * E-mails and phones as people write them, and the form that is hashed; undefined where there is
 * none to hash. Pixel, server routes and offline conversions must make the same of them: a hash that
 * only one of them makes meets no other.
 */
export type IdentityVector = [raw: string, normalised: string | undefined];

export const EMAIL_VECTORS: readonly IdentityVector[] = [
  ['john@contoso.com', 'john@contoso.com'],
  ['  John@Contoso.com\n', 'john@contoso.com'],
  ['Jane.Doe+Shopping@contoso.com', 'janedoe@contoso.com'],
  ['user.name+tag+more@Sub.Example.co.uk', 'username@sub.example.co.uk'],
  ['josé.garcía@contoso.com', 'josegarcia@contoso.com'],
  ['jose\u0301@contoso.com', 'jose@contoso.com'],
  ['İsmail@contoso.com', 'ismail@contoso.com'],
  ['Søren.Weiß@contoso.com', 'sørenweiß@contoso.com'],
  ['info@Müller.de', 'info@muller.de'],
  ['邮箱@例子.中国', '邮箱@例子.中国'],
  ['john smith@ contoso.com', 'johnsmith@contoso.com'],
  ['\u00a0john\ufeff@contoso.com', 'john@contoso.com'],
  ['\u200bjohn\u200d@\u00adcontoso.com\u200e', 'john@contoso.com'],
  ["o'brien@contoso.com", "o'brien@contoso.com"],
  ['+tag@contoso.com', undefined],
  ['john@contoso', undefined],
  ['john@@contoso.com', undefined],
  ['john@contoso.com.', undefined],
  ['John <john@contoso.com>', undefined],
  ['john@contoso.com; jane@contoso.com', undefined],
  ['john', undefined],
];

export const PHONE_VECTORS: readonly IdentityVector[] = [
  ['+14255551234', '+14255551234'],
  [' +1 (425) 555-1234\n', '+14255551234'],
  ['14255551234', '+14255551234'],
  ['001 425.555.1234', '+14255551234'],
  ['+49\t151\u00a02345678', '+491512345678'],
  ['\u202a+49 30\u20601234567\u202c', '+49301234567'],
  ['\u2066001 425 555 1234\u2069', '+14255551234'],
  ['+49 30/1234567', '+49301234567'],
  ['+47 21 23 45 67', '+4721234567'],
  ['4255551234', undefined],
  ['0171 1234567', undefined],
  ['+44 (0) 20 7183 8750', undefined],
  ['+1 425 555 1234 x5', undefined],
  ['+1 425 555 1234#5', undefined],
  ['+14255551234,,5', undefined],
  ['++14255551234', undefined],
  ['٠١٢٣٤٥٦٧٨٩٠', undefined],
  ['call me', undefined],
];
