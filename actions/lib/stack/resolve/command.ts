/** The command line that equals a release, for people. */
import { quote } from '../../host/quote';

export function composeCommand(stack: string, directory: string, release: string): string {
  const file = `${directory}/.runbook/releases/${release}/compose.json`;
  return `docker compose -p ${quote(stack)} --project-directory ${quote(directory)} -f ${quote(file)} up -d`;
}
