/** What a new study asks of the coordinator. */
import { studyCheckSchema, type StudyCheck } from '@consilium/shared/answers';
import { backboneDescriptionSchema } from '@consilium/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { getJson, send } from '../../lib/api/client.js';
import { listOf } from '../../lib/api/list-of.js';

export const backbonesQuery = queryOptions({
  queryKey: ['backbones'],
  queryFn: ({ signal }) => getJson('/v1/backbones', listOf(backboneDescriptionSchema), signal),
});

/** @param text of a study file. @throws ApiProblem */
export async function checkStudy(text: string): Promise<StudyCheck> {
  const checked = await send('POST', '/v1/studies/check', text, studyCheckSchema);
  return checked ?? { faults: [] };
}

export const checkQuery = (text: string) =>
  queryOptions({
    queryKey: ['study-check', text],
    queryFn: () => checkStudy(text),
    // The same text comes to the same, but for what was registered or created since.
    staleTime: 0,
  });
