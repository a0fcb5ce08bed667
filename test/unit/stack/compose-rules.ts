/** What Compose refuses in a service, whatever else is right. */
import type { ComposeService } from '../../../actions/lib/stack/compose-model';

/** Two places that Compose does not take with values that differ. Source: compose-go, `checkConsistency` */
export function distinct({ scale, mem_limit, cpus, pids_limit, deploy = {} }: ComposeService): string[] {
  const { replicas, resources = {} } = deploy as {
    replicas?: number;
    resources?: { limits?: Record<string, unknown> };
  };
  const { limits } = resources;
  const own = { memory: mem_limit, cpus, pids: pids_limit };
  return [
    ...(scale === undefined || replicas === undefined || scale === replicas ? [] : ['scale']),
    ...Object.entries(own).flatMap(([key, value]) =>
      value === undefined || limits === undefined || String(limits[key]) === String(value) ? [] : [key],
    ),
  ];
}
