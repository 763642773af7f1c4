/** A study file as YAML: what it is above it and, for files that people go on with, above each field what the field is for. */
import { STUDY_FILE_FIELDS, type StudyFileText } from '@consilium/shared/protocol';
import { Document, isMap, isScalar } from 'yaml';

const WIDTH = 100;

/** Those that the console has beside its fields, and two that are said otherwise in a file. */
const COMMENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(STUDY_FILE_FIELDS).map(([path, { label, hint }]) => [path, `${label}. ${hint}`]),
  ),
  'task.classes': 'Classes. In the order of the answers; each hospital names its labels so.',
  backbone: `The hash that "consilium backbone list" shows. ${STUDY_FILE_FIELDS.backbone.hint}`,
};

/** Fields that hardly anybody changes: their defaults hold. */
const RARE = [
  ['training', 'algorithm'],
  ['training', 'optimizer', 'beta1'],
  ['training', 'optimizer', 'beta2'],
  ['training', 'optimizer', 'epsilon'],
];

/** To the last default. @param head lines that stand above it */
export function wholeYaml(file: StudyFileText, head: readonly string[]): string {
  return textOf(new Document(file), head);
}

/** To be changed: with comments, and without fields that are rare and have their defaults. */
export function commentedYaml(file: StudyFileText, head: readonly string[]): string {
  const document = new Document(file);
  for (const path of RARE) {
    document.deleteIn(path);
  }
  addComments(document.contents, []);
  return textOf(document, head);
}

function addComments(node: unknown, place: readonly string[]): void {
  if (!isMap(node)) {
    return;
  }
  for (const { key, value } of node.items) {
    if (isScalar(key)) {
      const path = [...place, String(key.value)];
      const comment = COMMENTS[path.join('.')];
      if (comment !== undefined) {
        key.commentBefore = ` ${comment}`;
      }
      addComments(value, path);
    }
  }
}

function textOf(document: Document, head: readonly string[]): string {
  document.commentBefore = head.map((line) => ` ${line}`).join('\n');
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: true });
}
