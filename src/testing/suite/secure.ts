// S7, with secure: 'auto': what the host says of the client's connection, and what a proxy says of it.

import type { SessionOptions } from '../../session/options.js';
import type { HostSubject } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { onSite, type RequestHeaders, reader, saving } from './site.js';

async function isSecure(
  subject: HostSubject,
  options: SessionOptions = {},
  headers: RequestHeaders = {},
  path = '/',
): Promise<boolean> {
  const all: SessionOptions = { cookieOptions: { secure: 'auto' }, ...options };
  const { lines } = await onSite(subject, { '/': saving }, (site) => site.visit(path, headers), { options: all });
  const start = `session=${reader.encode({ n: 1 })}; Path=/; `;
  equal(
    'a line with Secure, or without',
    [`${start}HttpOnly`, `${start}Secure; HttpOnly`].includes(lines[0] ?? ''),
    true,
  );
  return lines[0] === `${start}Secure; HttpOnly`;
}

/** Nobody knows: then it is Secure. */
const isSecureBySelf = ({ scheme = 'http' }: HostSubject): boolean => scheme !== 'http';

export const secureCases: readonly CaseDefinition[] = [
  {
    clauses: ['S7'],
    title: "secure: 'auto' is Secure where the connection is, or nobody knows",
    async run(subject) {
      equal('Secure', await isSecure(subject), isSecureBySelf(subject));
    },
  },
  {
    clauses: ['S7'],
    title: "secure: 'auto' is Secure over https",
    needs: ['https'],
    async run(subject) {
      equal('Secure', await isSecure(subject, {}, {}, 'https://127.0.0.1/'), true);
    },
  },
  {
    clauses: ['S7'],
    title: "secure: 'auto' believes a proxy that one said to trust",
    needs: ['head'],
    async run(subject) {
      equal('Secure', await isSecure(subject, { trustProxy: true }, { 'X-Forwarded-Proto': 'https, http' }), true);
    },
  },
  {
    clauses: ['S7'],
    title: "secure: 'auto' believes no proxy unasked",
    async run(subject) {
      equal('Secure', await isSecure(subject, {}, { 'X-Forwarded-Proto': 'https' }), isSecureBySelf(subject));
    },
  },
];
