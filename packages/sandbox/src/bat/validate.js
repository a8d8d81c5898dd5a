import { KNOWN_PARAMS, LEGACY_KEYS, PARAMS_FROM_SET } from './params.js';
import { sha256 } from './sha256.js';

/** Largest number the tag takes, and the decimals it keeps. */
const MAX_NUMBER = 999_999_999_999;
const DECIMALS = 3;
const MAX_NIGHTS = 30;
const CURRENCY = /^[a-zA-Z]{3}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Parameters of a `push('event', …)` as they go on the wire, percent-encoded. Throws on an invalid
 * value and changes the object it was given, both as Microsoft's tag does.
 *
 * @param fail reports and throws
 */
export function validateParams(params, pageLevel, fail) {
  if (params.ecomm_prodid != null && params.ecomm_prodid !== '') {
    params.ecomm_prodid = productIds(params.ecomm_prodid, fail);
  }
  const fromSet = Object.hasOwn(PARAMS_FROM_SET, params.event_action)
    ? PARAMS_FROM_SET[params.event_action]
    : [];
  for (const name of 'pid' in pageLevel ? [...fromSet, 'pid'] : fromSet) {
    if (Object.hasOwn(pageLevel, name) && !Object.hasOwn(params, name)) params[name] = pageLevel[name];
  }

  const sent = knownParams(params, '', fail);
  if ('prodid' in sent && !('pagetype' in sent)) {
    fail('The pagetype parameter is required when you include the prodid parameter.');
  }
  const isPurchase = sent.pagetype === 'purchase' && sent.ea === 'purchase';
  if (isPurchase && 'ecomm_totalvalue' in sent && !('gv' in sent)) sent.gv = sent.ecomm_totalvalue;
  checkHotel(sent, fail);
  return sent;
}

function checkHotel(sent, fail) {
  const details = Object.keys(sent).some((name) => name.startsWith('hct_') && name !== 'hct_total_price');
  if (details && !('hct_total_price' in sent && 'gc' in sent)) {
    fail(
      'The hotel total price (hct_total_price) and currency parameters are required when you include other hotel parameters.',
    );
  }
  if ('hct_total_price' in sent && 'gv' in sent) {
    fail(
      'The variable revenue parameter (revenue_value) cannot be sent when you include other hotel parameters.',
    );
  }
}

/** The known ones of an object's parameters, checked and encoded; `prefix` names the table's level. */
export function knownParams(source, prefix, fail) {
  const sent = {};
  for (const name in source) {
    const rule = KNOWN_PARAMS[prefix + name];
    if (!rule || source[name] == null) continue;
    const value = validateValue(source[name], name, rule, fail);
    if (value !== '')
      sent[rule.beacon ?? name] = typeof value === 'string' ? encodeURIComponent(value) : value;
  }
  return sent;
}

function validateValue(value, name, rule, fail) {
  switch (rule.type) {
    case 'number':
      return number(value, name, DECIMALS, MAX_NUMBER, fail);
    case 'integer':
      return number(value, name, 0, MAX_NUMBER, fail);
    case 'nights':
      return number(value, name, 0, MAX_NIGHTS, fail);
    case 'currency':
      return matching(value, CURRENCY, `${name} value must be ISO standard currency code`, fail);
    case 'date':
      return matching(value, DATE, `${name} value must be in YYYY-MM-DD date format`, fail);
    case 'enum': {
      const text = value.toString().toLowerCase();
      if (text !== '' && !rule.values.includes(text)) fail(`${name} value must be one of the allowed values`);
      return text;
    }
    case 'truthy':
      return truthy(value);
    case 'pid':
      return hashedIdentity(value.toString(), name);
    case 'array':
      if (!Array.isArray(value) || value.length === 0) fail(`${name} must be an array with 1+ elements`);
      // In place: the caller's array then holds strings.
      value.forEach((entry, i) => {
        if (typeof entry === 'object') value[i] = joined(knownParams(entry, `${name}.`, fail));
      });
      return value.join(',');
    case 'object':
      return typeof value === 'object' ? joined(knownParams(value, `${name}.`, fail)) : '';
    default:
      return value.toString();
  }
}

const joined = (params) =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

function number(value, name, decimals, max, fail) {
  const text = value.toString().replaceAll(',', '');
  const parsed = Number.parseFloat(text);
  if (Number.isNaN(Number(text)) || Number.isNaN(parsed) || (decimals === 0 && !Number.isInteger(parsed))) {
    fail(`${name} should be ${decimals === 0 ? 'an integer' : 'a number'}`);
  }
  if (parsed > max) fail(`${name} cannot be greater than ${max}`);
  if (parsed < 0) fail(`${name} cannot be less than 0`);
  return Number.parseFloat(parsed.toFixed(decimals));
}

function matching(value, pattern, message, fail) {
  const text = value == null ? '' : value.toString();
  if (!pattern.test(text)) fail(message);
  return text;
}

function truthy(value) {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (text === true || text === 'true' || text === '1' || (typeof text === 'number' && text !== 0))
    return '1';
  return text === false || text === 'false' || text === '0' || text === 0 ? '0' : '';
}

/** One id or a list, each 1 to 50 characters, encoded and joined by commas. */
function productIds(value, fail) {
  const one = (id) => {
    const text = id.toString();
    if (Array.isArray(id) || text.length < 1 || text.length > 50) {
      fail('The prodid value must be within 1 to 50 characters.');
    }
    return encodeURIComponent(text);
  };
  if (!Array.isArray(value)) return one(value);
  const ids = value.filter((id) => id != null).map(one);
  if (ids.length === 0) fail('The prodid value must be within 1 to 50 characters.');
  return ids.join(',');
}

/** SHA-256 of a normalised e-mail or phone; a hash passes; what is neither becomes ''. */
function hashedIdentity(value, name) {
  const text = value.trim().toLowerCase();
  if (text === '' || /^[a-z0-9]{64}$/.test(text)) return text;
  if (name === 'em' || name === 'email') {
    const parts = text.split('@');
    if (parts.length !== 2) return '';
    const local = parts[0].trim().replace(/\+.*/, '').replaceAll('.', '');
    return sha256(`${local}@${parts[1].trim()}`);
  }
  const digits = text.replace(/[-() \t]/g, '');
  const phone = digits.startsWith('+') ? digits : `+${digits}`;
  return /^\+\d{11,15}$/.test(phone) ? sha256(phone) : '';
}

const LEGACY_CUSTOM = [...LEGACY_KEYS, 'ecomm_prodid', 'ecomm_pagetype', 'rep', 'pid'];
const LEGACY_PAGE_LOAD = ['rep', 'pid'];

/** Checks and encodes an old single-object event in place; an unknown key throws. */
export function validateLegacy(params, isPageLoad, fail) {
  const allowed = isPageLoad ? LEGACY_PAGE_LOAD : LEGACY_CUSTOM;
  for (const name in params) if (!allowed.includes(name)) fail(`Invalid data: Key Name: ${name}`);

  if ('pid' in params) {
    const { pid } = knownParams({ pid: params.pid }, '', fail);
    if (pid) params.pid = pid;
    else delete params.pid;
  }
  for (const name of ['ev', 'gv']) {
    if (name in params) params[name] = number(params[name] ?? '', name, DECIMALS, MAX_NUMBER, fail);
  }
  if ('gc' in params) {
    params.gc = matching(params.gc, CURRENCY, 'gc value must be ISO standard currency code', fail);
  }
  for (const name of ['ec', 'ea', 'el']) encodeLegacyText(params, name);

  rename(params, 'ecomm_prodid', 'prodid');
  rename(params, 'ecomm_pagetype', 'pagetype');
  for (const name of ['pagetype', 'prodid']) {
    if (params[name] == null || params[name] === '') delete params[name];
  }
  if ('pagetype' in params) {
    const pageType = params.pagetype.toString().toLowerCase();
    if (!KNOWN_PARAMS.ecomm_pagetype.values.includes(pageType)) fail(`Invalid pagetype value: ${pageType}`);
    params.pagetype = pageType;
    if ('prodid' in params) params.prodid = productIds(params.prodid, fail);
  } else if ('prodid' in params) {
    fail('The pagetype parameter is required when you include the prodid parameter.');
  }
}

/** Old texts go out half-encoded; where that differs, the full encoding goes along as `ea2` etc. */
function encodeLegacyText(params, name) {
  if (params[name] == null) return;
  const text = params[name].toString();
  params[name] = text.replaceAll('&', '%26').replaceAll('#', '%23');
  const encoded = encodeURIComponent(text);
  if (encoded !== params[name]) params[`${name}2`] = encoded;
}

function rename(params, from, to) {
  if (!(from in params)) return;
  params[to] = params[from];
  delete params[from];
}
