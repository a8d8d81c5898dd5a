/** The one site of the benchmark. */

export const SITE_ORIGIN = 'https://www.shop.example';
export const TAG_ID = '97000001';
export const SERVER_KEY = 'server-key-of-the-benchmark';
export const ADMIN_TOKEN = 'admin-token-of-the-benchmark';
export const TOKEN = 'token-of-the-benchmark';

/** Where each server has its routes. */
export const MOUNT = '/m';
