/** What a coordinator makes of a study file before there is a study: `POST /v1/studies/check`. */
import { z } from 'zod';

const studyFileFaultSchema = z.object({
  /** Of the field, from the top of the file; empty when the file as a whole is wrong. */
  path: z.array(z.string()),
  message: z.string(),
});

export const studyCheckSchema = z.object({
  /** Why no study can be created from it; none otherwise. */
  faults: z.array(studyFileFaultSchema),
  /** The file as it was read: JSON; absent where it could not be read. */
  file: z.record(z.string(), z.json()).optional(),
  /** The same as YAML. */
  yaml: z.string().optional(),
  /** What the sites would approve; absent while there are faults. */
  protocol: z
    .object({
      /** The study protocol as canonical JSON (RFC 8785): the bytes that are hashed. */
      canonical: z.string(),
      hash: z.string(),
    })
    .optional(),
});
export type StudyCheck = z.infer<typeof studyCheckSchema>;
