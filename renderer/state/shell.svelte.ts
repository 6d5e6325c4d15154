/** The parts of the window that lie over every page, at most one open at a time. */
export type Overlay = 'palette' | 'shortcuts' | 'messages' | null;

/** Which overlay is open, and the navigation on narrow windows. */
export class Shell {
  #overlay: Overlay = $state(null);
  #menu = $state(false);

  get overlay(): Overlay {
    return this.#overlay;
  }

  get menu(): boolean {
    return this.#menu;
  }

  open(overlay: Exclude<Overlay, null>): void {
    this.#overlay = overlay;
  }

  close(): void {
    this.#overlay = null;
  }

  toggleMenu(open = !this.#menu): void {
    this.#menu = open;
  }
}
