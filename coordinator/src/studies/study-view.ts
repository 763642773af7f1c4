/** What operators are shown of a study. The operator's program reads the form too, so no service stands here. */
export { studyViewSchema, type StudyView } from '@consilium/shared/answers';
