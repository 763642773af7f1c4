/** The data set of each study: what was found, what is used, what is left out and why, classes, splits, the smallest cell. */
import { studyFolder } from '../../config/home.js';
import type { StudyConfig } from '../../config/agent-config.js';
import { readDatasetNote, type DatasetNote } from '../../participation/dataset-note.js';
import type { StudyView } from '../../participation/study-view.js';
import { readPolicy } from '../../policy/policy-file.js';
import {
  SPLITS,
  DATASET_RULES,
  type DatasetReport,
  type Split,
} from '../../trainer-link/messages.js';
import { html, type Html } from '../html.js';
import { readFileNames } from '../label-names.js';
import type { Answer, Asked } from '../page-site.js';
import type { SiteStudies } from '../site-studies.js';
import { countText, timeText } from '../words/format.js';
import type { Words } from '../words/english.js';
import { facts, table, type Column } from './tables.js';

interface Checked {
  readonly config: StudyConfig;
  readonly note: DatasetNote;
  readonly classes: readonly string[];
  /** The policy's smallest cell. */
  readonly minCell: number;
  /** By row, where somebody asked for them. */
  readonly names: ReadonlyMap<number, string> | undefined;
}

export async function dataSetPage(asked: Asked, known: SiteStudies): Promise<Answer> {
  const { site, words, query } = asked;
  const { dataset } = words;
  const { policy } = await readPolicy(site.home.policyFile);
  const studies = new Map((await known.read()).map((view) => [view.state.studyId, view]));
  const sections = await Promise.all(
    site.config.studies.map(async (config) => {
      const { study } = config;
      const note = await readDatasetNote(studyFolder(site.home, study).datasetFile);
      const view = studies.get(study);
      if (note === undefined || view === undefined) {
        return card(config, view, html`<p class="empty">${dataset.unchecked}</p>`);
      }
      const names =
        query.get('names') === study ? await readFileNames(config, rowsOf(note)) : undefined;
      const { classes } = view.protocol.task;
      return card(
        config,
        view,
        report({ config, note, classes, minCell: policy.data.minCell, names }, words),
      );
    }),
  );
  const body =
    sections.length === 0 ? html`<p class="empty">${dataset.empty}</p>` : html`${sections}`;
  return { kind: 'page', title: dataset.title, body };
}

function card({ study }: StudyConfig, view: StudyView | undefined, body: Html): Html {
  return html`<section class="card">
    <h2>${view?.protocol.title ?? study} <small>${study}</small></h2>
    ${body}
  </section>`;
}

function report(checked: Checked, words: Words): Html {
  const { config, note } = checked;
  const { dataset } = words;
  const { images, used, skipped } = note.report;
  return html`<p>${dataset.checked(timeText(words, note.checkedAtMs))}</p>
    ${facts([
      [dataset.folder, html`<code>${config.data}</code>`],
      [dataset.rows, countText(words, images)],
      [dataset.used, countText(words, used)],
      [dataset.skipped, countText(words, skipped)],
      [dataset.smallest, smallestCell(checked, words)],
    ])}
    <h3>${dataset.classes}</h3>
    ${classTable(checked, words)}
    <h3>${dataset.why}</h3>
    ${skipped === 0 ? html`<p>${dataset.allUsed}</p>` : problems(checked, words)}`;
}

interface Cell {
  readonly split: Split;
  readonly className: string;
  readonly count: number;
}

function cellsOf({ classCounts }: DatasetReport, classes: readonly string[]): readonly Cell[] {
  return SPLITS.flatMap((split) =>
    classCounts[split].map((count, place) => ({
      split,
      className: classes[place] ?? String(place),
      count,
    })),
  );
}

/** A class without any picture tells of nobody, so it is no small cell. */
function smallestCell({ note, classes, minCell }: Checked, words: Words): Html {
  const { dataset } = words;
  const [smallest] = cellsOf(note.report, classes)
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count);
  if (smallest === undefined) {
    return html`${words.none}`;
  }
  const { count, className, split } = smallest;
  const isSmall = count < minCell;
  return html`${dataset.smallestOf(count, className, dataset.splits[split])}${isSmall && html` <span class="bad">(${dataset.belowCell(minCell)})</span>`}`;
}

function classTable({ note, classes, minCell }: Checked, words: Words): Html {
  const { dataset } = words;
  const columns: Column[] = [
    { title: dataset.className },
    ...SPLITS.map((split) => ({ title: dataset.splits[split], isNumber: true })),
  ];
  const rows = classes.map((name, place) => [
    name,
    ...SPLITS.map((split) => {
      const count = note.report.classCounts[split][place] ?? 0;
      const isSmall = count > 0 && count < minCell;
      return isSmall ? html`<strong class="bad">${count} &lt; ${minCell}</strong>` : String(count);
    }),
  ]);
  return table(dataset.classes, columns, rows);
}

function problems(checked: Checked, words: Words): Html {
  const { dataset } = words;
  const { problemCounts, problems: listed, skipped } = checked.note.report;
  const counts = DATASET_RULES.filter((rule) => problemCounts[rule] > 0).map((rule) => [
    dataset.rules[rule],
    countText(words, problemCounts[rule]),
  ]);
  const more = skipped - listed.length;
  return html`${table(dataset.why, [{ title: dataset.rule }, { title: dataset.count, isNumber: true }], counts)}
    <h3>${dataset.problems}</h3>
    ${problemTable(checked, words)} ${more > 0 && html`<p>${dataset.more(more)}</p>`}`;
}

function problemTable({ config, note, names }: Checked, { dataset }: Words): Html {
  const columns: Column[] = [
    { title: dataset.row, isNumber: true },
    ...(names === undefined ? [] : [{ title: dataset.file }]),
    { title: dataset.column },
    { title: dataset.rule },
  ];
  const rows = note.report.problems.map(({ row, column, rule }) => [
    row,
    ...(names === undefined ? [] : [html`<span class="file">${names.get(row) ?? ''}</span>`]),
    column,
    dataset.rules[rule],
  ]);
  const link =
    names === undefined
      ? html`<a href="/data-set?names=${encodeURIComponent(config.study)}">${dataset.names}</a>`
      : html`<a href="/data-set">${dataset.hideNames}</a>`;
  return html`<p>${link}. ${dataset.namesWords}</p>
    ${table(dataset.problems, columns, rows)}`;
}

function rowsOf({ report: { problems: listed } }: DatasetNote): ReadonlySet<number> {
  return new Set(listed.map(({ row }) => row));
}
