/** Where probes reach a stack without a proxy of its own. Pure. */
import type { Port, Service } from './compose';

export interface Door {
  readonly service: string;
  /** On the host itself. */
  readonly url: string;
}

/** @param services those without data @returns `null`: no port tells it */
export function doorOf(services: readonly Service[]): Door | null {
  const open = services.flatMap(({ name, ports }) => ports.flatMap((port) => doorAt(name, port)));
  const known = ['https://localhost', 'http://localhost'];
  const [found = null] = known.flatMap((url) => open.find((one) => one.url === url) ?? []);
  return found ?? (open.length === 1 ? (open[0] ?? null) : null);
}

function doorAt(service: string, { published, udp }: Port): Door[] {
  const port = /^\$\{\w+:?-(\d+)\}$/.exec(published ?? '')?.[1] ?? published ?? '';
  if (udp || !/^\d+$/.test(port)) return [];
  const url = port === '443' ? 'https://localhost' : `http://localhost${port === '80' ? '' : `:${port}`}`;
  return [{ service, url }];
}
