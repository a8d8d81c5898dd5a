/** Why a server was not reached, and what to do, by the code of the failure. */
export interface Unreachable {
  /** `… cannot be reached: its name is unknown`. */
  what: string;
  next: string;
}

const TRUST =
  'If a proxy of your company opens TLS, name its certificate with NODE_EXTRA_CA_CERTS; otherwise mend the certificate, with all that lie between it and the root.';

const CAUSES: Readonly<Record<string, readonly [cause: string, next: string]>> = {
  ENOTFOUND: ['there is no such name (DNS)', 'Correct the address, or the DNS server of this machine.'],
  EAI_AGAIN: ['no DNS server answers', 'Mend the DNS settings of this machine or container.'],
  ECONNREFUSED: ['nothing listens there', 'Correct the address, or start what should listen there.'],
  ECONNRESET: ['the connection was cut', 'Let the firewall and proxies of this network pass it.'],
  EHOSTUNREACH: ['there is no way to it', 'Mend the network of this machine or container.'],
  ENETUNREACH: ['there is no way to it', 'Mend the network of this machine or container.'],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    'Renew the certificate, or set the clock of this machine.',
  ],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Set the clock of this machine.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Get a certificate for this name, or correct the address.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['nobody vouches for its certificate', TRUST],
  SELF_SIGNED_CERT_IN_CHAIN: ['nobody vouches for its certificate', TRUST],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['its chain of certificates is not whole', TRUST],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its chain of certificates is not whole', TRUST],
  EPROTO: ['it does not speak TLS there', 'Write http:// where there is no TLS, or correct the port.'],
};

/** No answer in time, by whatever name. */
const TIMEOUTS = ['TimeoutError', 'AbortError', 'ABORT_ERR', 'ETIMEDOUT'];

const FIREWALL =
  'Let this machine out to it: look at the firewall and the DNS. A proxy in HTTPS_PROXY is not used; the way must be direct.';

/** @param host the server, as an operator knows it */
export function describeUnreached(host: string, code: string): Unreachable {
  const [cause, next] = TIMEOUTS.includes(code)
    ? ['it does not answer in time', FIREWALL]
    : (CAUSES[code] ?? [`the connection fails (${code})`, FIREWALL]);
  return { what: `${host} cannot be reached: ${cause}.`, next };
}
