/** The words of the report are those of every place where it is made. */
export { checkLines, counted, printable, reportText } from '@consilium/shared/verify';
