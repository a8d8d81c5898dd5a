import { describe, expect, test } from 'vitest';
import { scrubId, scrubText, scrubUrl } from './scrub.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const CUT: [text: string, scrubbed: string][] = [
  ['?token=abc123', '?token=removed'],
  ['https://s.example/?a=1&access_token=abc&b=2', 'https://s.example/?a=1&access_token=removed&b=2'],
  ['https://s.example/#id_token=abc&state=x', 'https://s.example/#id_token=removed&state=x'],
  ['https://s.example/p;jsessionid=0A1B?x=1', 'https://s.example/p;jsessionid=removed?x=1'],
  ['https://s.example/?PHPSESSID=0a1b', 'https://s.example/?PHPSESSID=removed'],
  ['https://s.example/?user%5Bpassword%5D=geheim', 'https://s.example/?user%5Bpassword%5D=removed'],
  ['https://s.example/?resetPasswordToken=x', 'https://s.example/?resetPasswordToken=removed'],
  ['https://s.example/?accesstoken=x', 'https://s.example/?accesstoken=removed'],
  ['https://s.example/?session_id=5&sid=7', 'https://s.example/?session_id=removed&sid=removed'],
  ['https://s.example/done/7/?key=wc_order_a1B2', 'https://s.example/done/7/?key=removed'],
  ['https://s.example/?api-key=x', 'https://s.example/?api-key=removed'],
  [
    'https://sso.example/?back=https%3A%2F%2Fs.example%2F%3Ftoken%3Dabc%26a%3D1&b=2',
    'https://sso.example/?back=https%3A%2F%2Fs.example%2F%3Ftoken%3Dremoved%26a%3D1&b=2',
  ],
  [`https://s.example/login/${JWT}`, 'https://s.example/login/removed'],
  [`JWT ${JWT}.`, 'JWT removed'],
  ['login password=geheim now', 'login password=removed now'],
];

const KEPT = [
  'https://s.example/?keyword=token+ring&sort_key=price&monkey=1',
  'https://s.example/?tokens=100&author=doe&passenger=2&sidebar=left',
  'https://s.example/?msclkid=292049a17e2413e3a4081719e839afe6&gclid=EAIaIQobChMI-9rSgqvL5A',
  'https://s.example/?utm_source=bing&utm_medium=cpc&code=SUMMER26&state=open',
  'https://s.example/reset-password?token=',
  'Password manager: how to choose',
  'eyJ',
  'eyJhbGciOiJIUzI1NiJ9',
  'v1.2.3',
];

describe('secrets', () => {
  test.each(CUT)('%j becomes %j', (text, scrubbed) => {
    expect(scrubUrl(text)).toBe(scrubbed);
    expect(scrubText(text)).toBe(scrubbed);
    expect(scrubId(text)).toBe(scrubbed);
  });

  test.each(KEPT)('%j stays', (text) => {
    expect(scrubUrl(text, 'US')).toBe(text);
    expect(scrubText(text, 'US')).toBe(text);
  });

  test("a user's password in front of the host", () => {
    expect(scrubUrl('https://john:geheim@shop.example/cart')).toBe('https://shop.example/cart');
  });
});
