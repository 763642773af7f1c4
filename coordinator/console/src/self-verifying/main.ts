/** The program in the page that verifies itself: verifies when the page is opened, and again with the keys that somebody enters. */
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import {
  CHECKS,
  type PageDocuments,
  type PinnedKeys,
  type VerificationStep,
} from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { stepText } from './step-text.js';
import { verifyPage, type PageVerdict } from './verify-page.js';

/** Lines shown of one check: a page of a hundred thousand lines helps nobody. */
const MOST_STEPS = 2000;

const documents = JSON.parse(element('documents').textContent) as PageDocuments;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

function show({ kind, text, reportText, steps }: PageVerdict): void {
  const verdict = element('verdict');
  verdict.textContent = text;
  verdict.className = kind === 'refused' ? 'bad' : 'good';
  verdict.dataset['verdict'] = kind;
  element('report').textContent = reportText;
  element('steps').replaceChildren(...CHECKS.map(({ name, claim }) => stepsOf(name, claim, steps)));
  element('keys').hidden = false;
}

function stepsOf(name: string, claim: string, all: readonly VerificationStep[]): HTMLElement {
  const steps = all.filter(({ check, kind }) => check === name && kind !== 'began');
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = `${name}: ${claim} (${steps.length} steps)`;
  details.append(summary);
  // Lines are made when somebody looks.
  details.addEventListener(
    'toggle',
    () => {
      details.append(listOf(steps));
    },
    { once: true },
  );
  return details;
}

function listOf(steps: readonly VerificationStep[]): HTMLElement {
  const list = document.createElement('ol');
  const lines = steps.slice(0, MOST_STEPS).map(stepText);
  const more = steps.length - lines.length;
  for (const line of more > 0 ? [...lines, `and ${more} more`] : lines) {
    const item = document.createElement('li');
    item.textContent = line;
    list.append(item);
  }
  return list;
}

function verifyWith(pinned: PinnedKeys): void {
  const verdict = element('verdict');
  verdict.textContent = 'Verifying in this browser, without a network …';
  verdict.className = '';
  // After the page has shown that.
  setTimeout(() => {
    try {
      show(verifyPage(documents, pinned));
    } catch (error) {
      verdict.className = 'bad';
      verdict.textContent = `The verification itself failed: ${String(error)}`;
    }
  }, 50);
}

function keyOf(id: string): Uint8Array | undefined {
  const { value } = element(id) as HTMLInputElement;
  return value.trim() === '' ? undefined : requireBytes(fromBase64(value.trim()), 32, id);
}

element('keys').addEventListener('submit', (event) => {
  event.preventDefault();
  const fault = element('key-fault');
  fault.textContent = '';
  try {
    const [coordinatorKey, logKey] = [keyOf('coordinator-key'), keyOf('log-key')];
    verifyWith({
      ...(coordinatorKey === undefined ? {} : { coordinatorKey }),
      ...(logKey === undefined ? {} : { logKey }),
    });
  } catch (error) {
    if (!(error instanceof ConsiliumError)) {
      throw error;
    }
    fault.textContent = error.message;
  }
});

verifyWith({});
