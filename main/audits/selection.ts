/** Says what was selected on the rows that are audited; nothing where nothing was. */
export function selectionWords(selected: readonly string[]): readonly string[] {
  return selected.length === 0
    ? []
    : [
        `The ${selected.join(' and the ')} ${selected.length === 1 ? 'was' : 'were'} selected on audit data: results are better than on new data.`,
      ];
}
