// The key in a file.
import { loadSecret } from 'microdot/session/secret';
import { type Equal, expectType } from './assert.js';

const secretKey = loadSecret('session.key');
expectType<Equal<typeof secretKey, string>>();
if (loadSecret('session.key') !== secretKey) throw new Error('another key');
