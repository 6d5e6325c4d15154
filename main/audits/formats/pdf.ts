import { AppError } from '../../../preload/contract/errors.ts';
import { page } from '../report/page.ts';
import type { ReportFormat } from './format.ts';

/** The HTML page on paper: the same charts and tables, all of them open, as text that can be selected. */
export const pdf: ReportFormat = {
  id: 'pdf',
  title: 'PDF document',
  extension: 'pdf',
  mediaType: 'application/pdf',
  render: (input, { print }) => {
    if (print === null)
      throw new AppError({
        code: 'usage',
        message: 'There is nothing here that prints: neither the desktop app nor a Chromium browser.',
        hint: 'Install Chromium or Chrome, name one with PRETEXT_BROWSER, or export HTML and print it.',
      });
    return print(new TextEncoder().encode(page(input).text));
  },
};
