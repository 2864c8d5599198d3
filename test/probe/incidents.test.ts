import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { holes, sound } from '../../probe/catalogue.ts';
import { incidents } from '../../probe/incidents.ts';
import { studyField, studyPolicy } from '../../probe/policies.ts';
import { neverOracles } from '../../src/lab/oracles/never.ts';
import { runCourse } from '../../src/lab/probe/run-course.ts';

const filesIn = (kind: string): readonly string[] =>
  readdirSync(path.join(import.meta.dirname, '../../probe', kind)).map((name) => name.replace(/\.yaml$/, ''));

test('every policy of the study is expected of, and every incident is one of its policies', () => {
  expect(holes.map(({ name }) => name).sort()).toEqual(filesIn('holes').toSorted());
  expect(Object.keys(incidents).sort()).toEqual(filesIn('holes').toSorted());
  expect([...sound].sort()).toEqual(filesIn('sound').toSorted());
});

test.each(holes)('$name: the incident as a person writes it has $steps steps and does the harm', async (hole) => {
  const field = studyField(await studyPolicy('holes', hole.name));
  const course = incidents[hole.name]!(field);
  expect(course.steps).toHaveLength(hole.steps);
  expect(runCourse(field, neverOracles(field.loaded.never), course)?.oracle).toBe(hole.oracle);
});
