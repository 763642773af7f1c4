/** Colours and measures. Text colours keep a contrast of 4.5 to 1 on their ground (WCAG 2.2, 1.4.3) in both schemes. */
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  components: {
    Table: { defaultProps: { verticalSpacing: 'xs' } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b64',
    '--mantine-color-placeholder': '#5c636b',
    '--mantine-color-anchor': '#364fc7',
    '--mantine-color-body': '#f7f8fa',
    '--console-surface': '#ffffff',
    '--console-line': '#dfe3e8',
    '--console-good': '#1b7a3d',
    '--console-good-soft': '#e3f4e8',
    '--console-busy': '#2f4bc0',
    '--console-busy-soft': '#e8ecfd',
    '--console-wait': '#8a5300',
    '--console-wait-soft': '#fdf1dc',
    '--console-bad': '#b3261e',
    '--console-bad-soft': '#fde9e7',
    '--console-calm': '#4b535c',
    '--console-calm-soft': '#edf0f3',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1ba',
    '--mantine-color-placeholder': '#a0a8b1',
    '--mantine-color-anchor': '#a5b4fc',
    '--mantine-color-body': '#14171c',
    '--mantine-color-text': '#e4e8ed',
    '--console-surface': '#1d2128',
    '--console-line': '#343a43',
    '--console-good': '#7ddb9c',
    '--console-good-soft': '#173523',
    '--console-busy': '#a9b8ff',
    '--console-busy-soft': '#222b52',
    '--console-wait': '#f5c878',
    '--console-wait-soft': '#3d2e12',
    '--console-bad': '#ff9d94',
    '--console-bad-soft': '#45201d',
    '--console-calm': '#bcc4cd',
    '--console-calm-soft': '#2a3038',
  },
});
