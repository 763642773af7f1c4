/** The text of a study file as it arrives, and what is drawn for it where it says nothing. */
import { randomBytes } from '@consilium/shared/crypto';
import { toHex } from '@consilium/shared/encoding';
import { ConsiliumError, LIMITS, type StudyId } from '@consilium/shared/vocabulary';
import { parse as parseYaml, YAMLParseError } from 'yaml';

const SEED_BYTES = 16;

/** @param yaml attacker-controlled; JSON is YAML too. @throws ConsiliumError 'bad-study-file' */
export function readStudyText(yaml: string): unknown {
  if (yaml.length > LIMITS.studyFileBytes) {
    throw new ConsiliumError(
      'bad-study-file',
      `a study file has at most ${LIMITS.studyFileBytes} characters`,
    );
  }
  try {
    // Plain values only, and aliases cannot unfold into gigabytes.
    return parseYaml(yaml, { schema: 'core', maxAliasCount: 100 });
  } catch (error) {
    const fault = error instanceof YAMLParseError ? error.message.split('\n')[0] : 'unreadable';
    throw new ConsiliumError('bad-study-file', `the study file is not YAML: ${fault}`, {
      cause: error,
    });
  }
}

/** Of a study whose file names none. */
export function drawSeed(): string {
  return toHex(randomBytes(SEED_BYTES));
}

export function takenName(studyId: StudyId): string {
  return `there is a study ${studyId} already: choose another name`;
}
