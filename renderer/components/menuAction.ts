/** One line of an ActionMenu. */
export interface MenuAction {
  readonly label: string;
  readonly run: () => void;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
}
