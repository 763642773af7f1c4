export { openBundleFolder } from './bundle-folder.js';
export { reportText } from './report-text.js';
