import type { Handlers } from '../../preload/contract/calls.ts';
import type { ApiContext } from './context.ts';
import { auditHandlers } from './handlers/audits.ts';
import { configHandlers } from './handlers/config.ts';
import { consentHandlers } from './handlers/consent.ts';
import { datasetHandlers } from './handlers/datasets.ts';
import { evaluationHandlers } from './handlers/evaluations.ts';
import { experimentHandlers } from './handlers/experiments.ts';
import { jobHandlers } from './handlers/jobs.ts';
import { policyHandlers } from './handlers/policies.ts';
import { privacyHandlers } from './handlers/privacy.ts';
import { reportHandlers } from './handlers/reports.ts';
import { representationHandlers } from './handlers/representations.ts';
import { runHandlers } from './handlers/runs.ts';
import { sweepHandlers } from './handlers/sweeps.ts';
import { tourHandlers } from './handlers/tour.ts';
import { workspaceHandlers } from './handlers/workspace.ts';
import type { Tour } from './tour/tour.ts';

/** Answers every question of the contract; one that is forgotten does not compile. */
export function createHandlers(context: ApiContext, tour: Tour): Handlers {
  return {
    ...workspaceHandlers(context),
    ...datasetHandlers(context),
    ...consentHandlers(context),
    ...privacyHandlers(context),
    ...configHandlers(context),
    ...experimentHandlers(context),
    ...runHandlers(context),
    ...auditHandlers(context),
    ...representationHandlers(context),
    ...policyHandlers(context),
    ...evaluationHandlers(context),
    ...sweepHandlers(context),
    ...reportHandlers(context),
    ...jobHandlers(context),
    ...tourHandlers(tour),
  };
}
