/** The service that migrates the database's schema. */
import { keys } from './keys';
import { duration, serviceName } from './values';

export const migration = keys({
  service: serviceName
    .nullable()
    .default('migrate')
    .describe('The Compose service that migrates the schema and then ends; `null` when there is none.'),
  timeout: duration.default(600).describe('Until it must have ended.'),
})
  .prefault({})
  .describe("The service that migrates the database's schema.");
