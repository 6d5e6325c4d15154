import { page } from '../report/page.ts';
import type { ReportFormat } from './format.ts';

/** One HTML file that needs nothing else: charts, tables, light, dark and print. */
export const html: ReportFormat = {
  id: 'html',
  title: 'HTML page',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  render: (input) => new TextEncoder().encode(page(input).text),
};
