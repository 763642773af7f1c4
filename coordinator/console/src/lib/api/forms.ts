/**
 * The forms of the answers that every page asks for. To build them takes longer than anything else that a page does at its start,
 * so it is done while the answers are on their way.
 */
export {
  activitySchema,
  meSchema,
  roundViewSchema,
  studyViewSchema,
} from '@consilium/shared/answers';
export { signedEvaluationSchema } from '@consilium/shared/protocol';
