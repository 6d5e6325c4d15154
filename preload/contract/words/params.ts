/** One parameter of a method, view, encoder ... as data: forms, validation, command line and reports read it. */
export type ParamSpec =
  | {
      readonly kind: 'float';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly log?: boolean;
      readonly unit?: string;
      readonly doc: string;
    }
  | {
      readonly kind: 'int';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly unit?: string;
      readonly doc: string;
    }
  | { readonly kind: 'bool'; readonly default: boolean; readonly doc: string }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly options: readonly string[];
      readonly doc: string;
    }
  /** A pair low..high with low <= high, both within min..max. */
  | {
      readonly kind: 'range';
      readonly default: readonly [number, number];
      readonly min: number;
      readonly max: number;
      readonly step?: number;
      readonly unit?: string;
      readonly doc: string;
    };

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | boolean | string | readonly [number, number];
export type Params = Readonly<Record<string, ParamValue>>;

/** A registry entry chosen by id with its parameters. */
export interface Choice {
  readonly id: string;
  readonly params: Params;
}

/** A view in a pipeline; one that is switched off stays in the list but is not applied. */
export interface ViewChoice extends Choice {
  readonly enabled: boolean;
}
