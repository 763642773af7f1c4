/** The figures of adapter checkpoints, as the commands read them too. */
export {
  bestOf,
  FIGURES,
  figureSeries,
  joinFigures,
  roundFigures,
  withReported,
  type FigureName,
  type FigureSeries,
  type Measured,
  type Reported,
  type RoundFigures,
  type SiteSeries,
} from '@consilium/shared/answers';
