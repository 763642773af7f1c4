/** Rounds as operators see them. */
export {
  roundViewSchema,
  type AttemptView,
  type ParticipantView,
  type RoundView,
} from '@consilium/shared/answers';
