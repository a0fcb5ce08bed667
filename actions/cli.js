#!/usr/bin/env node
require('../dist/index.js').command(process.argv.slice(2), require('node:path').join(__dirname, '..'));
