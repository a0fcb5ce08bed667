/** `npm run bench -- NAME`: measures what the README promises; the last line is one JSON object. */
import { teardown } from '../lab/engine';

const name = process.argv[2] ?? '';
const benches: Record<string, () => Promise<{ run: () => Promise<object> }>> = {
  backup: () => import('./backup'),
  comeback: () => import('./comeback'),
  deploy: () => import('./deploy'),
  field: () => import('./field'),
  'stand-in': () => import('./stand-in'),
  latency: () => import('./latency'),
  start: () => import('./start'),
  renew: () => import('./renew'),
  restore: () => import('./restore'),
  rotate: () => import('./rotate'),
  scale: () => import('./scale'),
  services: () => import('./services'),
};
const load = benches[name];
if (load === undefined) {
  console.error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exit(2);
}
try {
  const bench = await load();
  const result = await bench.run();
  console.log(JSON.stringify(result));
} finally {
  await teardown();
}
