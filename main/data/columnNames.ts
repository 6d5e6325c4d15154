const LABEL = /^(label|labels|class|target|category|y)$/i;
const SENSITIVE =
  /^(sex|gender|race|ethnicity|age|age[ _]?group|skin.*|fitzpatrick.*|religion|nationality|disability)$/i;
const SUBJECT = /^(subject|person|patient|participant|user|identity)([ _]?id)?$/i;

/** Whether a column by its name is the label. */
export function isLabelName(name: string): boolean {
  return LABEL.test(name);
}

/** Whether a column by its name is about what people are. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE.test(name);
}

/** Whether a column by its name tells whose a sample is. */
export function isSubjectName(name: string): boolean {
  return SUBJECT.test(name);
}
