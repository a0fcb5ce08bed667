/** The command with which a person removes every rule of ours, whichever run left it. */
import { quote } from '../../host/quote';
import { hostPortsScript, redirectScript, sweepScript } from './redirect';

/** Name of the command's file in `.runbook`. */
export const RESCUE = 'remove-redirects.sh';

/** Lines of a step's script that write the command to the host. */
export function rescueLines(stack: string): string[] {
  const script = [
    '# Takes every rule of this stack away: sh remove-redirects.sh',
    `PROJECT=${quote(stack)} RB_ROOT=$(cd "$(dirname "$0")" && pwd) RB_STEP=$(mktemp -d)`,
    'RB_COMMENT=remove-redirects',
    redirectScript(),
    hostPortsScript(),
    sweepScript(),
    'redirect_sweep && host_ports_remove && echo "no rule is left"',
    'rm -rf "$RB_STEP"',
    '',
  ].join('\n');
  return [
    `printf %s ${quote(script)} >"$RB_ROOT/.rescue.part" && mv -f "$RB_ROOT/.rescue.part" "$RB_ROOT/${RESCUE}" || exit 1`,
  ];
}
