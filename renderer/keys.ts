import { PAGE_KEYS } from './components/commands.ts';
import type { App } from './state/app.ts';

const PAIR_MS = 1200;
let pairStarted = 0;

/** Keys of the whole window; those without Ctrl rest while something is being typed. */
export function handleKey(app: App, event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    if (app.shell.overlay === 'palette') app.shell.close();
    else app.shell.open('palette');
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || app.shell.overlay !== null) return;
  const page = event.timeStamp - pairStarted < PAIR_MS ? PAGE_KEYS.find(({ key }) => key === event.key) : undefined;
  pairStarted = event.key === 'g' ? event.timeStamp : 0;
  if (page) app.router.go(page.page);
  else if (PLAIN[event.key]?.(app)) event.preventDefault();
}

/** Each answers true if it did something. */
const PLAIN: Readonly<Record<string, (app: App) => boolean>> = {
  '?': (app) => does(() => app.shell.open('shortcuts')),
  n: (app) => does(() => app.router.go('designer')),
  t: (app) => does(() => app.appearance.toggleDark()),
  '/': (app) => app.router.place.page === 'runs' && focusOn('#run-filter'),
  Escape: (app) => app.toasts.dismissNewest(),
};

function does(work: () => void): true {
  work();
  return true;
}

function focusOn(selector: string): boolean {
  const field = document.querySelector<HTMLElement>(selector);
  field?.focus();
  return field !== null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest('input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"]');
  return field !== null && !(field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type));
}
