import { expect, test } from 'vitest';
import { placesIn } from '../../../src/lab/adversaries/ground/written.ts';

test.each([
  ['headers["x-supervisor"] == "yes" || body.amount <= 1000', ['header.x-supervisor', 'body.amount']],
  ['headers.tenant == "t1"', ['header.tenant']],
  [`body['re-ason'] in ["x"] && params["id"] == "y"`, ['body.re-ason', 'id']],
  ['body.name.startsWith("a") && size(body.items) < 3', ['body.name', 'body.items']],
  ['body.a.b.exists(one, one == 1) && query.limit<3', ['body.a.b', 'query.limit']],
])('%s reads %j', (condition, places) => {
  expect(placesIn(condition)).toEqual(places);
});
