/** The values of a group or intersection as words: `Black, 20–39`; `everyone` for no feature at all. */
export function groupName(group: Readonly<Record<string, string>>): string {
  return Object.values(group).join(', ') || 'everyone';
}

/** A group's identity, whatever the order of its features. */
export function groupId(group: Readonly<Record<string, string>>): string {
  return Object.entries(group)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([feature, value]) => `${feature}=${value}`)
    .join(';');
}

/** The features of a group as one word: `race × age`. */
export function featureNames(group: Readonly<Record<string, string>>): string {
  return Object.keys(group).join(' × ');
}
