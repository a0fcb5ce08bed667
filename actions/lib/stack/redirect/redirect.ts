/** Shell functions for the host that redirect connections, as one text for a longer script. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../host/quote';
import { emptyImageScript } from '../../steps/scripts';

/** Functions of `namespaces.sh`, `redirect.sh`, `host-callers.sh` and `withdraw.sh`; needs those of `containers.sh`. */
export function redirectScript(): string {
  const rules = readFileSync(join(__dirname, 'rules.awk'), 'utf8');
  const namespaces = readFileSync(join(__dirname, 'namespaces.sh'), 'utf8');
  const redirect = readFileSync(join(__dirname, 'redirect.sh'), 'utf8');
  const hostCallers = readFileSync(join(__dirname, 'host-callers.sh'), 'utf8');
  const withdraw = readFileSync(join(__dirname, 'withdraw.sh'), 'utf8');
  return `REDIRECT_RULES=${quote(rules)}\n${emptyImageScript()}\n${namespaces}\n${redirect}\n${hostCallers}\n${withdraw}`;
}

/** The function `redirect_probe`; needs {@link redirectScript}. */
export function redirectProbeScript(): string {
  return readFileSync(join(__dirname, 'redirect-probe.sh'), 'utf8');
}

/** Functions of `host-ports.sh` and `host-paths.sh`; needs {@link redirectScript}. */
export function hostPortsScript(): string {
  const ports = readFileSync(join(__dirname, 'host-ports.sh'), 'utf8');
  return `${ports}\n${readFileSync(join(__dirname, 'host-paths.sh'), 'utf8')}`;
}

/** The function `redirect_sweep`; needs {@link redirectScript}. */
export function sweepScript(): string {
  return readFileSync(join(__dirname, 'sweep.sh'), 'utf8');
}
