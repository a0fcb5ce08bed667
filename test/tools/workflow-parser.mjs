/** Every workflow by the parser that GitHub's own editor uses; run by tsx, for it imports JSON. Says what is wrong, and where. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = process.argv.slice(2);
for (const folder of files.length > 0 ? [] : ['.github/workflows', '.github/approvals'])
  for (const name of readdirSync(join(root, folder))) files.push(join(folder, name));

for (const name of files) {
  const content = readFileSync(resolve(root, name), 'utf8');
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  for (const { message } of context.errors.getErrors()) {
    console.error(message);
    process.exitCode = 1;
  }
}
console.log(`${files.length} workflows`);
