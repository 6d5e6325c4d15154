export { html } from './html.ts';
export { pdf } from './pdf.ts';
export { markdown } from './markdown.ts';
export { csv } from './csv.ts';
export { json } from './json.ts';
export { cyclonedx } from './cyclonedx.ts';
export { modelCard } from './modelCard.ts';
