/** Variables of a service as its container gets them. Compose's output has each dollar twice. Pure. */
export function environmentOf(environment: unknown): Record<string, string> {
  const entries = Object.entries((environment ?? {}) as Record<string, string | null>);
  return Object.fromEntries(entries.map(([name, value]) => [name, (value ?? '').replaceAll('$$', '$')]));
}
