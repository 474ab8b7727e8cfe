// Many visitors at once over one app: each has their own session.

import type { Visit } from '../subject.js';
import type { CaseDefinition } from './case.js';
import { equal } from './expect.js';
import { cookie, lineOf, onSite } from './site.js';
import { Signal } from './together.js';

const VISITORS = 25;

export const crowdCases: readonly CaseDefinition[] = [
  {
    clauses: ['S3', 'S13'],
    title: `${VISITORS} visitors who are all there at the same time: each has their own session`,
    async run(subject) {
      const everybody = new Signal<number>();
      let present = 0;
      const handler = async ({ session }: Visit) => {
        present++;
        if (present === VISITORS) everybody.give(present);
        session.met = await everybody.wait;
        session.save();
        return { body: JSON.stringify(session) };
      };
      const visitors = Array.from({ length: VISITORS }, (_, id) => id);
      const pages = await onSite(subject, { '/': handler }, (site) =>
        Promise.all(visitors.map((id) => site.visit('/', cookie({ id })))),
      ).finally(() => everybody.give(null));
      for (const [id, { body, lines }] of pages.entries()) {
        const data = { id, met: VISITORS };
        equal(`visitor ${id}`, [body, lines], [JSON.stringify(data), [lineOf(data)]]);
      }
    },
  },
  {
    clauses: ['S3', 'S13'],
    title: 'one visitor after the other over one app: nobody gets what is not theirs',
    run: (subject) =>
      onSite(
        subject,
        {
          '/': ({ session }) => {
            session.visits = (Number(session.visits) || 0) + 1;
            if (session.visits % 2 === 1) session.save();
            return { body: JSON.stringify(session) };
          },
        },
        async (site) => {
          for (let visits = 0; visits < 6; visits++) {
            const { body, lines } = await site.visit('/', cookie({ visits }));
            const data = { visits: visits + 1 };
            equal(`visit ${visits}`, [body, lines], [JSON.stringify(data), visits % 2 === 0 ? [lineOf(data)] : []]);
          }
        },
      ),
  },
];
