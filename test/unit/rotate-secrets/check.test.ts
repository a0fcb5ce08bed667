import { expect, it } from 'vitest';
import { openSecrets } from '../../../actions/rotate-secrets/check';

it('a secret that stands in the file in clear text makes a check fail; another name does not', () => {
  expect(openSecrets(['STACK'], ['API_TOKEN'])).toEqual([]);
  expect(openSecrets(['STACK', 'API_TOKEN'], ['API_TOKEN', 'OTHER'])[0]).toMatch(/^API_TOKEN stands in it in clear/);
});
