/** An address without its click id; `names` are the patterns of the parameters that hold it. */
export function withoutClickId(url: string, names: readonly string[]): string {
  const parameter = new RegExp(`([?&#])(?:${names.join('|')})=[^&#]*`, 'gi');
  const cleaned = url.replace(parameter, '$1');
  return cleaned === url ? url : cleaned.replace(/([?&#])&+/g, '$1').replace(/[?&#](?=#|$)/g, '');
}
