// Stub: all actions share one bundle.
require('../../dist/index.js').post('run');
