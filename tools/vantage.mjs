#!/usr/bin/env node
// The command line: `npx vantage`. The work is in run/vantage.mjs, loaded once Node is known to be new enough.
import { enter } from './enter.mjs';

// 3 is "usage or configuration"; 1 would say that a row differs.
enter('vantage', 3);
