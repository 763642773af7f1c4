/** The figures of adapter checkpoints, as the commands read them too. */
export {
  bestOf,
  FIGURES,
  figureSeries,
  type FigureName,
  type FigureSeries,
  type Measured,
  type Reported,
  type SiteSeries,
} from '@consilium/shared/answers';
