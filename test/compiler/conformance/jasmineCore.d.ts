/** The part of jasmine-core, which ships no types, that the shards use. */
declare module 'jasmine-core' {
  interface Suite {
    readonly id: string;
    readonly children: readonly { readonly id: string }[];
  }
  interface Done {
    readonly id: string;
    readonly fullName: string;
    readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
    readonly failedExpectations: readonly { readonly message: string }[];
  }
  interface Reporter {
    suiteStarted(suite: { readonly id: string }): void;
    specStarted(spec: { readonly id: string }): void;
    specDone(spec: Done): void;
  }
  interface Environment {
    configure(options: Readonly<Record<string, unknown>>): void;
    topSuite(): Suite;
    addReporter(reporter: Reporter): void;
    execute(): Promise<unknown>;
  }
  const jasmineCore: {
    installGlobals(): void;
    readonly jasmine: { getEnv(): Environment };
  };
  export default jasmineCore;
}
