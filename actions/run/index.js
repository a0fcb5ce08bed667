// Stub: all actions share one bundle.
require('../../dist/index.js').run('run');
