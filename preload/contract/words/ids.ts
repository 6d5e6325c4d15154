/** Names of things in the workspace. Times are ISO 8601 strings in UTC; durations are seconds unless the name says otherwise; sizes are bytes. */
export type RunId = string;
export type ExperimentId = string;
export type DatasetId = string;
export type AuditId = string;
export type JobId = string;
/** SHA-256 of the content in lower-case hexadecimal: the name of an artefact. */
export type Digest = string;
