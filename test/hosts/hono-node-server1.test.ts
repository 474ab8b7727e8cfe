// The suite of hono-node-server.ts on version 1, whose own Response cannot be copied as a whole before it is real.
import { createAdaptorServer } from 'hono-node-server1';
import { type CreateServer, honoNodeServerSuite } from './support/hono-node-server.js';

honoNodeServerSuite('1', createAdaptorServer as CreateServer);
