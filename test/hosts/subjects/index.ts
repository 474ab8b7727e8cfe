// Every host that the suites run over.
import type { HostSubject } from '../../../dist/testing/subject.js';
import { cookiesSubject } from './cookies.js';
import { express4Subject, express5Subject } from './express.js';
import { fastifyInjectSubject, fastifySubject } from './fastify.js';
import { fetchSubject } from './fetch.js';
import { h3NodeSubject, h3Subject } from './h3.js';
import { honoSubject } from './hono.js';
import { koa2Subject, koa3Subject } from './koa.js';
import { microdotNodeSubject, microdotSubject } from './microdot.js';
import { nodeSubject } from './node.js';

export const subjects: readonly HostSubject[] = [
  microdotSubject,
  microdotNodeSubject,
  nodeSubject,
  express4Subject,
  express5Subject,
  koa2Subject,
  koa3Subject,
  fastifySubject,
  fastifyInjectSubject,
  fetchSubject,
  honoSubject,
  h3Subject,
  h3NodeSubject,
  cookiesSubject,
];
