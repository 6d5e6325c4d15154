/** Where the user is: a page, the id it is about, and everything else that makes a view reopen as it was. */
export interface Place {
  readonly page: string;
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** What the router needs of a window. */
export interface RouterHost {
  readonly location: Pick<Location, 'hash'>;
  readonly history: Pick<History, 'pushState' | 'replaceState'>;
  addEventListener(type: 'hashchange' | 'popstate', listener: () => void): void;
}

/** The address of a place: `#/runs?filter=simclr`. Keys with empty values are left out. */
export function addressOf(page: string, id: string | null = null, query: Place['query'] = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '');
  const search = filled.length > 0 ? `?${new URLSearchParams(filled).toString()}` : '';
  return `#/${[page, ...(id === null ? [] : [encodeURIComponent(id)])].join('/')}${search}`;
}

/** The place an address names; an empty one is Home. */
export function placeOf(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', id] = path.split('/');
  return {
    page: page || 'home',
    id: id === undefined || id === '' ? null : decodeURIComponent(id),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** State in the address: the part after `#`, which also works where there is no server. */
export class Router {
  readonly #host: RouterHost;
  #place: Place = $state.raw({ page: 'home', id: null, query: {} });

  constructor(host: RouterHost) {
    this.#host = host;
    this.#read();
    host.addEventListener('hashchange', () => this.#read());
    host.addEventListener('popstate', () => this.#read());
  }

  get place(): Place {
    return this.#place;
  }

  get query(): Place['query'] {
    return this.#place.query;
  }

  /** Opens a place; Back returns to this one. */
  go(page: string, id: string | null = null, query: Place['query'] = {}): void {
    this.#host.history.pushState(null, '', addressOf(page, id, query));
    this.#read();
  }

  /** Changes what this view remembers of itself, without a step in the history; an empty value forgets a key. */
  remember(changes: Readonly<Record<string, string>>): void {
    const { page, id, query } = this.#place;
    this.#host.history.replaceState(null, '', addressOf(page, id, { ...query, ...changes }));
    this.#read();
  }

  #read(): void {
    this.#place = placeOf(this.#host.location.hash);
  }
}
