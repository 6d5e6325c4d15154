export { html } from './html.ts';
export { json } from './json.ts';
export { csv } from './csv.ts';
export { markdown } from './markdown.ts';
