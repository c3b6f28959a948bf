/** How a service that listens at this host is reached from its own machine, as it stands in a URL: one that listens everywhere listens here. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
