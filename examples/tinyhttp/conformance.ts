// Proves the host: node --test .examples/tinyhttp/conformance.js
import { it } from 'node:test';
import { hostConformance } from 'microdot/session/testing';
import { tinyhttpSubject } from './subject.js';

for (const { name, skip, run } of hostConformance(tinyhttpSubject)) it(name, { skip }, run);
