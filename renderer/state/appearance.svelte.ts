export type Theme = 'system' | 'light' | 'dark';
export type Contrast = 'system' | 'normal' | 'more';

/** What appearance needs of a window. */
export interface AppearanceHost {
  readonly document: { readonly documentElement: HTMLElement };
  readonly localStorage: Pick<Storage, 'getItem' | 'setItem'>;
  matchMedia(query: string): MediaQueryList;
}

const THEME_KEY = 'pretext.theme';
const CONTRAST_KEY = 'pretext.contrast';

/** Light or dark, and contrast: the system's wish unless the user chose. Kept in this window's storage. */
export class Appearance {
  readonly #host: AppearanceHost;
  readonly #systemDark: MediaQueryList;
  readonly #systemContrast: MediaQueryList;
  #theme: Theme = $state('system');
  #contrast: Contrast = $state('system');
  /** Grows with every change of what is drawn: charts read their colours again. */
  #version = $state(0);

  constructor(host: AppearanceHost) {
    this.#host = host;
    this.#systemDark = host.matchMedia('(prefers-color-scheme: dark)');
    this.#systemContrast = host.matchMedia('(prefers-contrast: more)');
    this.#theme = oneOf(host.localStorage.getItem(THEME_KEY), ['system', 'light', 'dark']);
    this.#contrast = oneOf(host.localStorage.getItem(CONTRAST_KEY), ['system', 'normal', 'more']);
    this.#systemDark.addEventListener('change', () => this.#apply());
    this.#systemContrast.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  get theme(): Theme {
    return this.#theme;
  }

  get contrast(): Contrast {
    return this.#contrast;
  }

  get version(): number {
    return this.#version;
  }

  get dark(): boolean {
    return this.#theme === 'system' ? this.#systemDark.matches : this.#theme === 'dark';
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#host.localStorage.setItem(THEME_KEY, theme);
    this.#apply();
  }

  setContrast(contrast: Contrast): void {
    this.#contrast = contrast;
    this.#host.localStorage.setItem(CONTRAST_KEY, contrast);
    this.#apply();
  }

  toggleDark(): void {
    this.setTheme(this.dark ? 'light' : 'dark');
  }

  #apply(): void {
    const root = this.#host.document.documentElement;
    const more = this.#contrast === 'system' ? this.#systemContrast.matches : this.#contrast === 'more';
    root.dataset['theme'] = this.dark ? 'dark' : 'light';
    root.dataset['contrast'] = more ? 'more' : 'normal';
    this.#version += 1;
  }
}

function oneOf<T extends string>(value: string | null, known: readonly [T, ...T[]]): T {
  return known.find((candidate) => candidate === value) ?? known[0];
}
