/** Names of people by their ids. Apart from what needs the forms of answers: every card of the first page asks for it. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';

export const namesQuery = queryOptions({
  queryKey: ['people', 'names'],
  queryFn: ({ signal }) => getJson('/v1/operators', { parse: namesOf }, signal),
});

function namesOf(value: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(value)) {
    throw new TypeError('expected a list');
  }
  const people = value as readonly { readonly operatorId: string; readonly name: string }[];
  return Object.fromEntries(people.map(({ operatorId, name }) => [operatorId, name]));
}
