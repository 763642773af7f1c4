export { REQUESTS } from './sample-messages.js';
