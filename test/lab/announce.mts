/** Says what the lab would install on this machine. */
import { missingPackages } from './engine';

const packages = await missingPackages();
if (packages.length > 0) console.log(`The lab will install Debian packages: ${packages.join(' ')}`);
