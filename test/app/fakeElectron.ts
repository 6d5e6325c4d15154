import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

/** A stand-in of the few Electron APIs that Pretext uses: it records what it is told and lets a test play the system. */
export function createFakeElectron(userData: string) {
  const app = new FakeApp(userData);
  const windows: FakeWindow[] = [];
  const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
  const ipcHandlers = new Map<string, (...args: unknown[]) => unknown>();
  const permissions: { request?: RequestHandler; check?: CheckHandler; device?: () => boolean } = {};
  const utilities: FakeUtility[] = [];
  const notices: FakeNotice[] = [];
  const schemes: object[] = [];
  const exposed = new Map<string, unknown>();
  const rendererListeners = new EventEmitter();

  class BrowserWindow extends FakeWindow {
    static getAllWindows = (): FakeWindow[] => windows.filter((window) => !window.destroyed);
    static getFocusedWindow = (): FakeWindow | null => windows[0] ?? null;
    constructor(options: Record<string, unknown>) {
      super(options, (batch) => rendererListeners.emit('pretext:events', {}, batch));
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
      app.emit('browser-window-created', {}, this);
    }
  }
  class Notification extends FakeNotice {
    static isSupported = (): boolean => true;
    constructor(options: { title: string; body: string }) {
      super(options);
      notices.push(this);
    }
  }

  return {
    /** What `import … from 'electron'` gives. */
    electron: {
      app,
      BrowserWindow,
      Notification,
      contextBridge: { exposeInMainWorld: (name: string, api: unknown) => void exposed.set(name, api) },
      dialog: {
        showMessageBox: vi.fn(() => Promise.resolve({ response: 3 })),
        showOpenDialog: vi.fn(() => Promise.resolve({ canceled: false, filePaths: ['/chosen'] })),
        showErrorBox: vi.fn(),
      },
      ipcMain: {
        handle: (channel: string, handler: (...args: unknown[]) => unknown) => void ipcHandlers.set(channel, handler),
        removeHandler: (channel: string) => void ipcHandlers.delete(channel),
      },
      ipcRenderer: {
        on: (channel: string, listener: (...args: unknown[]) => void) => void rendererListeners.on(channel, listener),
        /** Main's answer, copied as between processes, asked by the page in `frame`. */
        invoke: async (channel: string, ...args: unknown[]) =>
          structuredClone(await ipcHandlers.get(channel)?.({ senderFrame: frame.current }, ...structuredClone(args))),
      },
      powerSaveBlocker: { start: vi.fn(() => 7), stop: vi.fn() },
      protocol: {
        registerSchemesAsPrivileged: (given: readonly object[]) => {
          if (app.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
          schemes.push(...given);
        },
        handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void protocolHandlers.set(scheme, handler),
      },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: RequestHandler) => void (permissions.request = handler),
          setPermissionCheckHandler: (handler: CheckHandler) => void (permissions.check = handler),
          setDevicePermissionHandler: (handler: () => boolean) => void (permissions.device = handler),
        },
      },
      webUtils: {
        /** As Electron's: it takes files alone, and those that a page made have no path. */
        getPathForFile: (file: unknown): string => {
          if (!(file instanceof File)) throw new TypeError('The "file" argument must be a File');
          return file.type === 'dropped' ? `/home/ada/${file.name}` : '';
        },
      },
      utilityProcess: {
        fork: (entry: string, args: string[], options: object) => {
          const utility = new FakeUtility(entry, args, options);
          utilities.push(utility);
          return utility;
        },
      },
    },
    windows, schemes, ipcHandlers, permissions, utilities, notices, exposed,
    /** Asks the handler of a scheme for an address, as a page's load would. */
    request: (address: string, init?: RequestInit) => {
      const scheme = address.slice(0, address.indexOf(':'));
      const handler = protocolHandlers.get(scheme);
      if (!handler) throw new Error(`No handler for ${scheme}.`);
      return handler(new Request(address, init));
    },
  }; // prettier-ignore
}

type RequestHandler = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;
type CheckHandler = (contents: unknown, permission: string) => boolean;

/** The page that asks in `ipcRenderer.invoke`. */
export const frame: { current: { url: string; parent: unknown } | null } = {
  current: { url: 'app://pretext/index.html', parent: null },
};

class FakeApp extends EventEmitter {
  ready = false;
  readonly exits: number[] = [];
  readonly switches = new Map<string, string>();
  readonly commandLine = { getSwitchValue: (name: string) => this.switches.get(name) ?? '' };
  first = true;
  readonly quit = vi.fn(() => void this.askToQuit());
  readonly exit = vi.fn((code: number) => void this.exits.push(code));
  readonly requestSingleInstanceLock = (): boolean => this.first;
  readonly userData: string;
  private readonly becoming = Promise.withResolvers<void>();

  constructor(userData: string) {
    super();
    this.userData = userData;
  }
  whenReady(): Promise<void> {
    return this.becoming.promise;
  }
  becomeReady(): void {
    this.ready = true;
    this.becoming.resolve();
  }
  getPath(): string {
    return this.userData;
  }
  /** The user quits; true if the app let it happen at once. */
  askToQuit(): boolean {
    const event = { prevented: false, preventDefault: () => void (event.prevented = true) };
    this.emit('before-quit', event);
    return !event.prevented;
  }
}

class FakeWindow extends EventEmitter {
  readonly options: Record<string, unknown>;
  readonly webContents: FakeContents;
  readonly loaded: string[] = [];
  destroyed = false;
  minimized = false;
  maximized = false;
  readonly show = vi.fn();
  readonly focus = vi.fn();
  readonly restore = vi.fn(() => (this.minimized = false));
  readonly removeMenu = vi.fn();

  constructor(options: Record<string, unknown>, deliver: (batch: unknown) => void) {
    super();
    this.options = options;
    this.webContents = new FakeContents(() => this.loaded.at(-1) ?? '', deliver);
  }
  loadURL(address: string): Promise<void> {
    this.loaded.push(address);
    return Promise.resolve();
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds(): object {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

class FakeContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  readonly getURL: () => string;
  private readonly deliver: (batch: unknown) => void;

  constructor(getURL: () => string, deliver: (batch: unknown) => void) {
    super();
    this.getURL = getURL;
    this.deliver = deliver;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  send(channel: string, batch: unknown): void {
    if (channel === 'pretext:events') this.deliver(structuredClone(batch));
  }
  /** Plays an event that the app may prevent; true if it let it happen. */
  allows(event: string, url = ''): boolean {
    const details = { url, prevented: false, preventDefault: () => void (details.prevented = true) };
    this.emit(event, details);
    return !details.prevented;
  }
}

class FakeUtility extends EventEmitter {
  readonly entry: string;
  readonly args: readonly string[];
  readonly options: object;
  readonly stderr = new EventEmitter();
  readonly posted: unknown[] = [];
  pid: number | undefined = undefined;

  constructor(entry: string, args: readonly string[], options: object) {
    super();
    this.entry = entry;
    this.args = args;
    this.options = options;
  }
  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message));
  }
}

class FakeNotice extends EventEmitter {
  readonly options: { title: string; body: string };
  readonly show = vi.fn();
  constructor(options: { title: string; body: string }) {
    super();
    this.options = options;
  }
}
