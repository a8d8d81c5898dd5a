/** A name that leads to this machine alone. @param hostname as in a URL, IPv6 in brackets */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.[\d.]+$|^\[::1\]$/.test(hostname)
  );
}
